import type { Call, CallLocation, CallLogLevel, LabelLocation } from "../module_api/mod.ts";
import type { HostCall } from "./call.ts";
import type { Guard } from "./guard.ts";
import { type Acting, actingTogether, type Doer } from "./rights.ts";

/**
 * A call as one application or function has it while it runs: it knows whose code that is and on whose rights the step
 * runs, and lets the call go only where both may send it.
 */
export class ActingCall implements Call, Doer {
  /** Name of the call. */
  readonly name: string;
  /** The call itself. */
  readonly call: HostCall;
  /** On whose rights the step runs. */
  readonly acting: Acting;
  /** The module whose code runs; nothing for the host's own. */
  readonly module: string | undefined;
  readonly #guard: Guard;

  /** A call in the hands of somebody. */
  constructor(call: HostCall, { acting, module }: Doer, guard: Guard) {
    this.name = call.name;
    this.call = call;
    this.acting = acting;
    this.module = module;
    this.#guard = guard;
  }

  /** One for a module that handles a call more than once at a time: nobody knows for which of them it asks. */
  static together(all: readonly [ActingCall, ...ActingCall[]]): ActingCall {
    const [one] = all;
    if (all.length === 1) return one;
    const acting = actingTogether(all.map((each) => each.acting));
    return new ActingCall(one.call, { acting, module: one.module }, one.#guard);
  }

  /** See {@linkcode Call.variable}. */
  variable(name: string): Promise<string | undefined> {
    return this.call.variable(name);
  }

  /** See {@linkcode Call.setVariable}. */
  setVariable(name: string, value: string | undefined): Promise<void> {
    return this.call.setVariable(name, value);
  }

  /** See {@linkcode Call.location}. */
  location(): Promise<CallLocation> {
    return this.call.location();
  }

  /** Sends the call elsewhere. Rejects with code `permission` when it must not go there; then it stays. */
  setLocation(location: CallLocation): Promise<void> {
    try {
      return Promise.resolve(this.#guard.move(this.call, this, location));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** See {@linkcode Call.findLabel}; none in a context that the call must not be sent to. */
  findLabel(place: LabelLocation): Promise<number | undefined> {
    if (!this.#guard.maySee(this.call, this, place.context)) return Promise.resolve(undefined);
    return this.call.findLabel(place);
  }

  /** See {@linkcode Call.print}. */
  print(line: string): Promise<void> {
    return this.call.print(line);
  }

  /** See {@linkcode Call.log}. */
  log(level: CallLogLevel, message: string, verbosity: number = 1): Promise<void> {
    const log = this.#guard.logOf(this.acting[0] ?? this.module ?? this.call.owner);
    if (level === "verbose") log.verbose(verbosity, message);
    else if (level === "debug") log.debug(1, message);
    else log[level](message);
    return Promise.resolve();
  }

  /** See {@linkcode Call.readLine}. */
  readLine(seconds?: number): Promise<string | undefined> {
    return this.call.readLine(seconds);
  }

  /** See {@linkcode Call.answer}. */
  answer(): Promise<void> {
    return this.call.answer();
  }

  /** See {@linkcode Call.ended}. */
  ended(): Promise<boolean> {
    return this.call.ended();
  }
}
