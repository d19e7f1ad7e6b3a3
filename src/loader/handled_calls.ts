import { ActingCall } from "../dialplan/mod.ts";
import { HostError } from "../fault/mod.ts";
import type { Call } from "../module_api/mod.ts";
import { Pauses } from "../realm/mod.ts";
import { CallTarget, text } from "./call.ts";
import type { HandleServices } from "./handle_options.ts";

/** What the calls of a module stand on. */
export interface HandledCallsOptions {
  /** The module. */
  readonly module: string;
  readonly services: HandleServices;
  /** Counts one more call that the module has opened, until disposed. */
  open(): Disposable;
}

/** The calls that a module handles now; it may speak for no others. */
export class HandledCalls {
  readonly #options: HandledCallsOptions;
  /** By name, as often as the module is in each. */
  readonly #calls = new Map<string, { runs: ActingCall[]; pauses: Pauses }>();
  readonly #targets = new Set<CallTarget>();

  /** None yet. */
  constructor(options: HandledCallsOptions) {
    this.#options = options;
  }

  /**
   * A call that the module handles, or without a name one of its own, until disposed.
   *
   * @throws {HostError} with code `not-found` for a call that the module does not handle, `limit` when it has opened too many
   */
  of(name: string | undefined): { readonly call: ActingCall } & Disposable {
    if (name === undefined || name === null) {
      const made = this.#options.open();
      return { call: this.#options.services.openCall(), [Symbol.dispose]: () => made[Symbol.dispose]() };
    }
    const [first, ...others] = this.#calls.get(text(name, 200))?.runs ?? [];
    if (first === undefined) {
      throw new HostError("not-found", `Cannot use call "${name}": this module is not handling it`);
    }
    return { call: ActingCall.together([first, ...others]), [Symbol.dispose]: () => {} };
  }

  /** When the deadline of what the module does in a call does not run. */
  pausesOf({ name }: Call): Pauses {
    return this.#calls.get(name)?.pauses ?? new Pauses();
  }

  /** Runs a function of the module in a call, of which it is a user meanwhile. */
  async during<T>(
    call: Call,
    run: (target: CallTarget) => Promise<unknown>,
    read: (value: unknown) => T,
  ): Promise<T> {
    const { module, services: { gate, holdForCall } } = this.#options;
    if (!(call instanceof ActingCall)) throw new TypeError(`Cannot handle call ${call.name}: it is in nobody's hands`);
    using _user = holdForCall(`call ${call.name}`, call);
    const target = new CallTarget(call);
    const { pauses } = target;
    const handling = this.#calls.get(call.name) ?? { runs: [], pauses };
    handling.runs.push(call);
    this.#calls.set(call.name, handling);
    this.#targets.add(target);
    try {
      return read(await gate.run(() => run(target), `${module}: call ${call.name}`, { pauses }));
    } finally {
      target.close();
      this.#targets.delete(target);
      handling.runs.splice(handling.runs.indexOf(call), 1);
      if (handling.runs.length === 0) this.#calls.delete(call.name);
    }
  }

  /** The module has no more to do with any of them. Safe to call twice. */
  close(): void {
    for (const target of this.#targets) target.close();
  }
}
