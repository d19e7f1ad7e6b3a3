import { HostError } from "../fault/mod.ts";

/**
 * A number of steps that one piece of work may take. Work for a module counts its steps, so that no input can hold the
 * host's thread: the work ends with an error instead.
 *
 * @example
 * ```ts
 * import { Budget } from "./mod.ts";
 *
 * const budget = new Budget(1000, "matching the pattern");
 * for (const _step of [1, 2, 3]) budget.spend();
 * ```
 */
export class Budget {
  readonly #steps: number;
  readonly #what: string;
  #left: number;

  /**
   * A budget that nothing was spent of.
   *
   * @param steps how many there are
   * @param what the work, for the message: `matching "(a*)*"`
   */
  constructor(steps: number, what: string) {
    this.#steps = steps;
    this.#what = what;
    this.#left = steps;
  }

  /** How many steps are left. */
  get left(): number {
    return this.#left;
  }

  /**
   * Takes steps off.
   *
   * @param steps how many. @default {1}
   * @throws {HostError} with code `limit` when there are not so many left
   */
  spend(steps: number = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw new HostError("limit", `Cannot finish ${this.#what}: it takes over ${this.#steps} steps`);
  }
}
