import { SLICE_MS } from "../work/mod.ts";

/**
 * The turns of the host's thread that messages of realms get: together they keep it no longer than a slice, then
 * everything else has its turn. There is one for all realms, as there is one thread.
 */
export class Turns {
  readonly #milliseconds: number;
  #spent = 0;
  #next: Promise<void> | undefined;
  #idle = 0;

  /** @param milliseconds length of a slice. @default {SLICE_MS} */
  constructor(milliseconds: number = SLICE_MS) {
    this.#milliseconds = milliseconds;
  }

  /** Nothing when the thread may go on; else the beginning of the next turn. */
  wait(): Promise<void> | undefined {
    if (this.#spent < this.#milliseconds) return undefined;
    return this.#next ??= new Promise((resolve) => {
      // Only a timer lets the system's events in: what is called at once is called before them.
      setTimeout(() => {
        this.#spent = 0;
        this.#next = undefined;
        resolve();
      }, 0);
    });
  }

  /**
   * A message begins to be worked on.
   *
   * @param arrived whether the message has just come: the time since the last one was other work's. Otherwise messages
   * followed each other without a pause, and what ran between them is what earlier ones have caused.
   */
  begin(arrived: boolean): number {
    const now = performance.now();
    const between = now - this.#idle;
    this.#spent = Math.max(0, this.#spent + (arrived ? -between / 2 : between));
    return now;
  }

  /** The work that began then is done. */
  end(began: number): void {
    this.#idle = performance.now();
    this.#spent += this.#idle - began;
  }
}
