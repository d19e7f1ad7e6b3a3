import type { Entry } from "../config/mod.ts";
import { nearest } from "../fault/mod.ts";
import { splitList } from "../manifest/mod.ts";
import { type ByModule, count, fail, parseAssignments, parseByModule, seconds } from "./assignments.ts";

/** When a module that has failed is started again. */
export const RESTART_WORDS = ["never", "on-failure", "always"] as const;

/**
 * - never: not until somebody loads it
 * - on-failure: when it ran and its realm has ended under it
 * - always: also when its `load` failed
 */
export type RestartWord = (typeof RESTART_WORDS)[number];

/** How a module that has failed is started again. */
export interface RestartPolicy {
  /** When. */
  readonly when: RestartWord;
  /** Milliseconds before the first time; twice as many before each that follows, within the window. */
  readonly backoff: number;
  /** Times within the window. */
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Nothing is started again unless the administrator says so. */
export const NO_RESTART: RestartPolicy = { when: "never", backoff: 1_000, limit: 5, window: 60_000 };

const READERS = { backoff: seconds, limit: count(1), window: seconds };

/**
 * Reads `[restart]`: `module = on-failure, backoff=1, limit=5, window=60`, `default = …`.
 *
 * @throws {ConfigError} at the first fault
 */
export function parseRestarts(entries: readonly Entry[]): ByModule<RestartPolicy> {
  return parseByModule<RestartPolicy>(entries, { none: NO_RESTART, add: (_, entry) => parseRestart(entry) });
}

function parseRestart({ value, position }: Entry): RestartPolicy {
  const [word = "", ...rest] = splitList(value);
  const when = RESTART_WORDS.find((one) => one === word.toLowerCase());
  if (when === undefined) {
    const near = nearest(word, RESTART_WORDS);
    fail(position, `"${word}" is none of ${RESTART_WORDS.join(", ")}${near ? `: did you mean "${near}"` : ""}`);
  }
  if (rest.length === 0) return { ...NO_RESTART, when };
  return { ...NO_RESTART, when, ...parseAssignments({ value: rest.join(","), position }, READERS) };
}
