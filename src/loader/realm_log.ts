import type { Logger } from "../log/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import type { Realm, WireLog } from "../realm/mod.ts";
import type { Context } from "./context.ts";
import type { Instance } from "./instance.ts";

/** Writes a line from a realm; only the modules in it can be its author. */
export function logRealmLine(context: Context, realm: Realm, { module, level, verbosity, message }: WireLog): void {
  const { lines, author } = logOfLine(context, realm, module);
  if (author?.state === "starting") keepWords(author, level, message);
  if (level === "verbose") lines.verbose(Math.max(1, Number(verbosity) || 1), message);
  else if (level === "debug") lines.debug(1, message);
  else if (level === "error" || level === "warning" || level === "notice") lines[level](message);
}

/** What a module says while it starts may be why it does not: the last error, else the last warning. */
function keepWords(author: Instance, level: string, message: string): void {
  if (level === "error" || (level === "warning" && author.lastWords?.level !== "error")) {
    author.lastWords = { level, message };
  }
}

/** The log for what a realm writes in the name of a module, and that module when the realm has it. */
function logOfLine(
  { instances, log, logs, pool }: Context,
  realm: Realm,
  module: string,
): { lines: Logger; author: Instance | undefined } {
  const alone = pool.onlyModule(realm);
  const author = instances.get(nameKey(alone ?? module));
  if (author?.realm !== realm) {
    return { lines: log.child({ module: realmWords(realm.label, pool.modulesOf(realm)) }), author: undefined };
  }
  return { lines: alone === undefined ? logs.ofShared(realm.label, author.name) : logs.of(author.name), author };
}

/** Most modules that are named where any of them may be meant. */
const MAX_NAMED = 10;

/** `realm shared/1 (app_a, app_b)`: whose line it may be that has no name. */
function realmWords(label: string, modules: readonly string[]): string {
  const more = modules.length > MAX_NAMED ? ` and ${modules.length - MAX_NAMED} more` : "";
  return `realm ${label}${modules.length === 0 ? "" : ` (${modules.slice(0, MAX_NAMED).join(", ")}${more})`}`;
}
