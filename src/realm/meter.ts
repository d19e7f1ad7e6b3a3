/** What to do with one more line. */
export type MeterVerdict = "pass" | "drop" | "flood";

/** How many times the rate is no longer carelessness. */
const FLOOD = 10;

/** Counts lines per second. Used by both sides; it names no global. */
export class LineMeter {
  readonly #rate: number;
  #second = 0;
  #count = 0;
  #dropped = 0;

  /** A meter that lets so many lines of each second through. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /**
   * One more line at that time.
   *
   * @param now milliseconds
   * @returns pass it, drop it, or end whoever writes so much; and how many were dropped in a second that is over
   */
  take(now: number): { verdict: MeterVerdict; dropped: number } {
    const dropped = this.drain(now);
    this.#count++;
    if (this.#count <= this.#rate) return { verdict: "pass", dropped };
    this.#dropped++;
    return { verdict: this.#count > this.#rate * FLOOD ? "flood" : "drop", dropped };
  }

  /** How many lines were dropped in a second that is over at that time, told once. */
  drain(now: number): number {
    const second = (now - now % 1000) / 1000;
    if (second === this.#second) return 0;
    const dropped = this.#dropped;
    this.#second = second;
    this.#count = 0;
    this.#dropped = 0;
    return dropped;
  }
}
