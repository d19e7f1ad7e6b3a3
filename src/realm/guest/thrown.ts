import { kindsOf } from "./allowed.ts";
import { originOf } from "./stack.ts";

const ADVICE_REGEXP = /, (?:run again with the --allow-\w+ flag|specify the required permissions .*)$/;
const NO_MEMBER_REGEXP = /^Deno\.(\w+) is not a (?:function|constructor)$/;

/** The module in whose code something was thrown; empty when that is not known. */
export function moduleOfStack(thrown: unknown): string {
  return originOf(thrown)?.module ?? "";
}

/** Name, message and the place in the module: `NotCapable: Requires read access to "/x" (app_x.js:12:5)`. */
export function describeThrown(thrown: unknown): string {
  const origin = originOf(thrown);
  const place = origin === undefined ? "" : ` (${origin.module}.js:${origin.line}:${origin.column})`;
  try {
    if (!(thrown instanceof Error)) return `thrown ${typeof thrown}: ${String(thrown).slice(0, 1000)}`;
    return `${String(thrown.name)}: ${advise(String(thrown.message).slice(0, 4000))}${place}`;
  } catch {
    return `an error whose message cannot be read${place}`;
  }
}

/** Deno's advice is for whoever starts a program; a module gets its permissions from modules.conf. */
function advise(message: string): string {
  const member = NO_MEMBER_REGEXP.exec(message)?.[1];
  if (member === undefined) return message.replace(ADVICE_REGEXP, ", which was not granted to this module");
  const kinds = kindsOf(member);
  if (kinds.length === 0) return `${message}: no module has it`;
  return `${message}: it needs a ${kinds.join(" or ")} permission, which was not granted to this module`;
}

/**
 * The first line of a message of the module loader, with the module's file name in place of the text it was imported
 * from. Further lines quote the source and the chain of imports, in colors.
 */
export function importFault(message: string, name: string): string {
  const [line = ""] = message.split("\n");
  return line.replace(/data:text\/javascript\S*?(?=:\d+:\d+(?:\s|$)|[\s"']|$)/g, `${name}.js`);
}
