/** Longest time that work keeps the thread, in milliseconds, unless another time is given. */
export const SLICE_MS = 8;

/**
 * Long work in slices: the work asks from time to time whether its slice is over, and gives the thread back when it is.
 *
 * @example
 * ```ts
 * import { Slices } from "./mod.ts";
 *
 * const slices = new Slices();
 * for (let at = 0; at < 1e6; at++) if (slices.over) await slices.next();
 * ```
 */
export class Slices {
  readonly #milliseconds: number;
  #began = performance.now();

  /**
   * Work that begins now.
   *
   * @param milliseconds length of a slice. @default {SLICE_MS}
   */
  constructor(milliseconds: number = SLICE_MS) {
    this.#milliseconds = milliseconds;
  }

  /** Whether the slice is over. */
  get over(): boolean {
    return performance.now() - this.#began >= this.#milliseconds;
  }

  /** Gives the thread back; fulfilled when the next slice begins. */
  async next(): Promise<void> {
    await turn();
    this.#began = performance.now();
  }
}

/** Work that waits for its next slice, the longest first. */
const waiting: (() => void)[] = [];

/** Timers that are due fire together: one timer for all work keeps a slice each from adding up to a long hold. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setTimeout(wakeFirst, 0);
  });
}

function wakeFirst(): void {
  const [resolve] = waiting;
  // Work that asks again in this slice goes to the end, and the timer for it is set below.
  resolve?.();
  waiting.shift();
  if (waiting.length > 0) setTimeout(wakeFirst, 0);
}
