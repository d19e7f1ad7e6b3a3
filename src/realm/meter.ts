/** What to do with one more line. */
export type MeterVerdict = "pass" | "drop" | "flood";

/** What somebody may write into the log in each second. */
export interface LineRate {
  /** Lines. */
  readonly output: number;
  /** Bytes of their texts, as UTF-8. */
  readonly outputbytes: number;
}

/** How many times the rate is no longer carelessness. */
const FLOOD = 10;

/** Counts lines and their bytes per second. Used by both sides; it names no global. */
export class LineMeter {
  readonly #rate: LineRate;
  #second = 0;
  #lines = 0;
  #bytes = 0;
  #dropped = 0;

  /** A meter that lets so much of each second through. */
  constructor({ output, outputbytes }: LineRate) {
    this.#rate = { output, outputbytes };
  }

  /**
   * One more line at that time.
   *
   * @param now milliseconds
   * @param size bytes of its text; a function is asked only when the line may still pass, so that what is dropped costs
   *   nothing
   * @returns pass it, drop it, or end whoever writes so much; and how many were dropped in a second that is over
   */
  take(now: number, size: number | (() => number)): { verdict: MeterVerdict; dropped: number } {
    const dropped = this.drain(now);
    const { output, outputbytes } = this.#rate;
    this.#lines++;
    const full = this.#lines > output || this.#bytes > outputbytes;
    if (typeof size === "number") this.#bytes += size;
    else if (!full) this.#bytes += size();
    if (!full && this.#bytes <= outputbytes) return { verdict: "pass", dropped };
    this.#dropped++;
    const flood = this.#lines > output * FLOOD || this.#bytes > outputbytes * FLOOD;
    return { verdict: flood ? "flood" : "drop", dropped };
  }

  /** How many lines were dropped in a second that is over at that time, told once. */
  drain(now: number): number {
    const second = (now - now % 1000) / 1000;
    if (second === this.#second) return 0;
    const dropped = this.#dropped;
    this.#second = second;
    this.#lines = 0;
    this.#bytes = 0;
    this.#dropped = 0;
    return dropped;
  }

  /** Whether it knows nothing at that time that a new meter would not know. */
  idle(now: number): boolean {
    return this.#dropped === 0 && (now - now % 1000) / 1000 !== this.#second;
  }
}

/** Length of a text in bytes, as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // Each half of a pair counts two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
