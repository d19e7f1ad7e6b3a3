import type { ChannelOptions, DialplanContents, DialplanContext, DialplanPriority } from "../module_api/mod.ts";
import { text } from "./call.ts";

/** Most of anything in one part of a dialplan, and most globals. */
const MAX_PART = 1_000;
const MAX_GLOBALS = 10_000;
const NAME_LENGTH = 80;
const WORD_REGEXP = /^[\w.-]+$/;

/** What a realm sent, as contexts of a dialplan. @throws {TypeError} when it is none */
export function checkContexts(alleged: unknown): DialplanContext[] {
  return list(alleged, MAX_PART).map(checkContext);
}

/** What a realm sent, as what a dialplan has beside its contexts. @throws {TypeError} when it is none */
export function checkRest(alleged: Record<string, unknown>): Omit<DialplanContents, "contexts"> {
  const { globals, clearGlobals, autoFallThrough } = Object(alleged);
  return {
    globals: list(globals, MAX_GLOBALS).map(({ name, value }) => ({
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
    includes: list(includes, MAX_PART).map((include) => text(include, NAME_LENGTH)),
    priorities: list(priorities, MAX_PART).map(checkPriority),
  };
}

// deno-lint-ignore no-explicit-any -- whatever a realm sent; each member is checked
function list(alleged: unknown, most: number): any[] {
  if (!Array.isArray(alleged) || alleged.length > most) {
    throw new TypeError(`Cannot take it: expected a list of at most ${most}`);
  }
  return alleged;
}
