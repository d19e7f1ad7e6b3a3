import { LineMeter, type LineRate, type MeterVerdict } from "./meter.ts";

/** How many modules of a realm may write as much as they may at the same time. */
const AT_ONCE = 10;

/**
 * The meters of a realm: each module has one of its own, so that one that writes much does not silence its neighbors, and
 * all together have one that lets through what ten of them may write. Used by both sides; it names no global.
 */
export class ModuleMeters {
  readonly #rate: LineRate;
  readonly #of = new Map<string, LineMeter>();
  readonly #all: LineMeter;

  /** Meters for modules that may write so much each. */
  constructor(rate: LineRate) {
    this.#rate = rate;
    this.#all = new LineMeter({ output: rate.output * AT_ONCE, outputbytes: rate.outputbytes * AT_ONCE });
  }

  /**
   * One more line of a module, or of nobody in particular ("").
   *
   * @param now milliseconds
   * @param size bytes of its text
   * @returns what to do with the line, and how many of that module were dropped by its own meter in a second that is over
   */
  take(module: string, now: number, size: number): { verdict: MeterVerdict; dropped: number } {
    let meter = this.#of.get(module);
    if (meter === undefined) this.#of.set(module, meter = new LineMeter(this.#rate));
    const own = meter.take(now, size);
    if (own.verdict !== "pass") return own;
    return { verdict: this.#all.take(now, size).verdict, dropped: own.dropped };
  }

  /** Drops what is known of modules that have written nothing since that time's second began. */
  sweep(now: number): void {
    for (const [module, meter] of this.#of) if (meter.idle(now)) this.#of.delete(module);
  }
}
