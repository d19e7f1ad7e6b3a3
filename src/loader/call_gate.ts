import { HostError } from "../fault/mod.ts";
import { Pauses, withDeadline } from "../realm/mod.ts";

/** Options of {@linkcode CallGate}. */
export interface CallGateOptions {
  readonly module: string;
  /** Milliseconds that a call may take, and how many there may be at the same time. */
  readonly limits: { readonly call: number; readonly calls: number };
  /** Told of every call that has ended: how long it took, and whether it succeeded. */
  ended?(seconds: number, ok: boolean): void;
  /** Told once that there are too many and once that one takes too long, until all have ended. */
  exceeded(message: string): void;
}

/** What there is to say of one call. */
export interface GateCall {
  /** When its deadline does not run. @default {never} */
  readonly pauses?: Pauses | undefined;
  /** Whether whoever calls tells of its failure in the log. @default {false} */
  readonly told?: boolean | undefined;
}

/** All calls into one module pass here: each with a deadline, and no more at a time than its limit. */
export class CallGate {
  readonly #options: CallGateOptions;
  #inProgress = 0;
  #overdue = 0;
  /** What was told since there were no calls. */
  readonly #told = new Set<"many" | "late">();

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
   * @param options.pauses when its deadline does not run
   * @param options.told whether whoever calls tells of its failure in the log
   * @throws {HostError} with code `state` when there are too many, `deadline` when it takes too long
   */
  async run<T>(call: () => Promise<T>, what: string, options: GateCall = {}): Promise<T> {
    const { module, limits } = this.#options;
    const { pauses = new Pauses(), told = false } = options;
    if (this.#inProgress >= limits.calls) {
      const message = `Cannot call ${what}: ${limits.calls} calls of "${module}" are in progress already`;
      this.#tell("many", message);
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
        if (!told) this.#tell("late", error.message);
      }
      throw error;
    } finally {
      this.#options.ended?.((performance.now() - began) / 1000, ok);
      if (--this.#inProgress === 0) this.#told.clear();
    }
  }

  #tell(what: "many" | "late", message: string): void {
    if (!this.#told.has(what)) this.#options.exceeded(message);
    this.#told.add(what);
  }
}
