import type { Entry } from "../config/mod.ts";
import { ConfigError, nearest } from "../fault/mod.ts";

/**
 * The key of an entry in lower case.
 *
 * @throws {ConfigError} when it is none of those names, with the one most like it
 */
export function known(entry: Entry, names: readonly string[]): string {
  const key = entry.key.toLowerCase();
  if (names.includes(key)) return key;
  const near = nearest(key, names);
  refuse(entry, `unknown key "${entry.key}": ${near ? `did you mean "${near}"` : `there are ${names.join(", ")}`}`);
}

/** Throws a {@linkcode ConfigError} at an entry. */
export function refuse(entry: Entry, reason: string): never {
  throw new ConfigError(reason, { position: entry.position });
}
