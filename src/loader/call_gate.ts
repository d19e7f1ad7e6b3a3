import { HostError } from "../fault/mod.ts";
import { Pauses, withDeadline } from "../realm/mod.ts";

/** Options of {@linkcode CallGate}. */
export interface CallGateOptions {
  readonly module: string;
  /** Milliseconds that a call may take, and how many there may be at the same time. */
  readonly limits: { readonly call: number; readonly calls: number };
  /** Told of every call that has ended: how long it took, and whether it succeeded. */
  ended?(seconds: number, ok: boolean): void;
  /** Told once that there are too many, until all have ended. */
  refused(message: string): void;
}

/** All calls into one module pass here: each with a deadline, and no more at a time than its limit. */
export class CallGate {
  readonly #options: CallGateOptions;
  #inProgress = 0;
  #overdue = 0;
  #told = false;

  /** A gate without calls. */
  constructor(options: CallGateOptions) {
    this.#options = options;
  }

  /** How many were given up and still go on in the module, as far as anybody knows. */
  get overdue(): number {
    return this.#overdue;
  }

  /** How many are in progress. */
  get inProgress(): number {
    return this.#inProgress;
  }

  /**
   * Makes a call.
   *
   * @param what what is called, for messages
   * @param pauses when its deadline does not run
   * @throws {HostError} with code `state` when there are too many, `deadline` when it takes too long
   */
  async run<T>(call: () => Promise<T>, what: string, pauses: Pauses = new Pauses()): Promise<T> {
    const { module, limits, refused } = this.#options;
    if (this.#inProgress >= limits.calls) {
      const message = `Cannot call ${what}: ${limits.calls} calls of "${module}" are in progress already`;
      if (!this.#told) refused(message);
      this.#told = true;
      throw new HostError("state", message);
    }
    this.#inProgress++;
    let waiting = true;
    const began = performance.now();
    let ok = false;
    const answer = call();
    const settled = () => {
      if (!waiting) this.#overdue--;
    };
    answer.then(settled, settled);
    try {
      const result = await withDeadline(answer, { milliseconds: limits.call, pauses }, what);
      ok = true;
      return result;
    } catch (error) {
      if (error instanceof HostError && error.code === "deadline") {
        waiting = false;
        this.#overdue++;
      }
      throw error;
    } finally {
      this.#options.ended?.((performance.now() - began) / 1000, ok);
      if (--this.#inProgress === 0) this.#told = false;
    }
  }
}
