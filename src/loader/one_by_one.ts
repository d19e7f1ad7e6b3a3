import { HostError } from "../fault/mod.ts";

/** How many times as long as the work the pause after it is. */
const REST = 3;
/** Longest pause between two pieces of work, in milliseconds. */
const MAX_PAUSE_MS = 1_000;

/**
 * Work that takes the host's thread as long as the administrator's files and tables are large: for one module one piece
 * at a time, each followed by a pause. Whatever a module asks in a loop, most of the thread's time is left to others.
 */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();
  /** When the pause after the last piece of work is over. */
  #free = 0;
  /** Ends the pause that is waited for. */
  #wake: (() => void) | undefined;
  #closed = false;

  /**
   * Does the work when what was asked before is done.
   *
   * @throws {HostError} with code `state` when it was closed before
   */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      await this.#pause();
      if (this.#closed) throw new HostError("state", "Cannot do that: the module has stopped");
      const began = performance.now();
      try {
        return await work();
      } finally {
        const now = performance.now();
        this.#free = now + Math.min((now - began) * REST, MAX_PAUSE_MS);
      }
    });
    this.#last = result.catch(() => {});
    return result;
  }

  /** No more work: what waits fails. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  #pause(): Promise<void> | undefined {
    const rest = this.#free - performance.now();
    // A pause as short as that is over before a timer tells.
    if (rest < 1 || this.#closed) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), rest);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
