import type { ChannelOptions, DialplanContents, DialplanContext, DialplanPriority } from "../module_api/mod.ts";
import { text } from "./call.ts";

/** Most contexts, and most steps of all together. */
const MAX_CONTEXTS = 10_000;
const MAX_STEPS = 200_000;
const NAME_LENGTH = 80;
const WORD_REGEXP = /^[\w.-]+$/;

/** What a realm sent, as a dialplan. @throws {TypeError} when it is none */
export function checkContents(alleged: Record<string, unknown>): DialplanContents {
  const { contexts, globals, clearGlobals, autoFallThrough } = Object(alleged);
  const checked = list(contexts, MAX_CONTEXTS).map(checkContext);
  if (checked.reduce((sum, { priorities }) => sum + priorities.length, 0) > MAX_STEPS) {
    throw new TypeError(`Cannot take a dialplan of more than ${MAX_STEPS} steps`);
  }
  return {
    contexts: checked,
    globals: list(globals, MAX_CONTEXTS).map(({ name, value }) => ({
      name: text(name, NAME_LENGTH),
      value: text(value),
    })),
    clearGlobals: clearGlobals === true,
    autoFallThrough: autoFallThrough !== false,
  };
}

/** What a realm sent, as a step. @throws {TypeError} when it is none */
export function checkPriority(alleged: Record<string, unknown>): DialplanPriority {
  const { extension, caller, priority, label, application, args, file, line } = Object(alleged);
  if (!Number.isSafeInteger(priority) || priority < 1) throw new TypeError(`"${String(priority)}" is no priority`);
  const optional = (value: unknown) => value === undefined || value === null ? undefined : text(value, 1024);
  return {
    extension: text(extension, NAME_LENGTH),
    caller: optional(caller),
    priority,
    label: optional(label),
    application: text(application, NAME_LENGTH),
    args: text(args, 8192),
    file: optional(file),
    line: Number.isSafeInteger(line) ? line : undefined,
  };
}

/** What a realm sent, as the beginning of a call. @throws {TypeError} when it is none */
export function checkChannel(alleged: Record<string, unknown>): ChannelOptions {
  const { technology, peer, context, extension, caller, variables } = Object(alleged);
  for (const word of [technology, peer]) {
    if (!WORD_REGEXP.test(text(word, NAME_LENGTH))) {
      throw new TypeError(`Cannot begin a call of "${word}": expected a word`);
    }
  }
  return {
    technology,
    peer,
    context: text(context, NAME_LENGTH),
    extension: text(extension, NAME_LENGTH),
    caller: caller === undefined || caller === null ? "" : text(caller, NAME_LENGTH),
    variables: Object.fromEntries(
      Object.entries(Object(variables)).slice(0, 100).map(([name, value]) => [text(name, NAME_LENGTH), text(value)]),
    ),
  };
}

function checkContext(alleged: Record<string, unknown>): DialplanContext {
  const { name, includes, priorities } = Object(alleged);
  return {
    name: text(name, NAME_LENGTH),
    includes: list(includes, MAX_CONTEXTS).map((include) => text(include, NAME_LENGTH)),
    priorities: list(priorities, MAX_STEPS).map(checkPriority),
  };
}

// deno-lint-ignore no-explicit-any -- whatever a realm sent; each member is checked
function list(alleged: unknown, most: number): any[] {
  if (!Array.isArray(alleged) || alleged.length > most) {
    throw new TypeError(`Cannot take it: expected a list of at most ${most}`);
  }
  return alleged;
}
