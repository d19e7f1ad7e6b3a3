import type { Entry } from "../config/mod.ts";
import {
  type ByModule,
  bytes,
  count,
  parseAssignments,
  parseByModule,
  seconds,
  type ValueReader,
} from "./assignments.ts";

/** What one module is held to. */
export interface Limits {
  /** Milliseconds for its import, `load` and `reload`. */
  readonly load: number;
  /** Milliseconds for its `unload`. */
  readonly unload: number;
  /** Milliseconds for a call into it. */
  readonly call: number;
  /** Calls into it at the same time. */
  readonly calls: number;
  /** Milliseconds that its realm has to answer a heartbeat. */
  readonly heartbeat: number;
  /** Longest message of its realm, in UTF-16 units. */
  readonly message: number;
  /** Calls of its realm to the host that have not come to their end. */
  readonly queue: number;
  /** Lines in the log, per second: what its realm writes, and what the core says because of it. */
  readonly output: number;
  /** Bytes of these lines, per second. */
  readonly outputbytes: number;
  /** Bytes of the heap of a realm that is a Worker; 0: as much as there is. Only in a compiled program. */
  readonly heap: number;
  /** Bytes of memory of a process realm, beyond what the runtime reserves. */
  readonly memory: number;
  /** Seconds of processor time of a process realm; 0: as many as it likes. */
  readonly cpu: number;
  /** Open descriptors of its realm. */
  readonly files: number;
}

/** Limits that were set, all others left as they are. */
export type SomeLimits = Partial<Limits>;

const MEGABYTE = 1024 * 1024;

/** How each is written in `[limits]`. */
const READERS: Record<keyof Limits, ValueReader> = {
  load: seconds,
  unload: seconds,
  call: seconds,
  calls: count(1),
  heartbeat: seconds,
  message: bytes(64 * 1024, 16 * MEGABYTE),
  queue: count(10),
  output: count(1),
  outputbytes: bytes(64 * 1024, 1024 * MEGABYTE),
  heap: bytes(16 * MEGABYTE, 4096 * MEGABYTE, { zero: true }),
  memory: bytes(64 * MEGABYTE, 1024 * 1024 * MEGABYTE),
  cpu: count(0),
  files: count(32),
};

/**
 * Reads `[limits]`: `module = load=5, memory=256M`, `default = …`.
 *
 * @throws {ConfigError} at the first fault
 */
export function parseLimits(entries: readonly Entry[]): ByModule<SomeLimits> {
  return parseByModule<SomeLimits>(entries, {
    none: {},
    add: (earlier, entry) => ({ ...earlier, ...parseAssignments(entry, READERS) }),
  });
}
