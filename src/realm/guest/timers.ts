/**
 * Timers as a module has them. The runtime numbers all timers of a realm one after the other, and its objects for them are
 * members of one list: with either, a module could stop the timers of its neighbors, or be handed what they call. Here
 * numbers are random, and no object of the runtime's is given away.
 */

import { hideClass } from "./freeze.ts";

// deno-lint-ignore no-explicit-any -- members are looked up by name
type Anything = any;
type Callback = (...args: Anything[]) => unknown;

const { apply } = Reflect;
const getRandomValues: (array: Uint32Array<ArrayBuffer>) => unknown = crypto.getRandomValues.bind(crypto);

/** The longest time that the runtime waits, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** By the number that a module was given, the runtime's own. */
const timers = new Map<number, number>();

/** Random bits that are not used yet: to ask for them one by one takes longer. */
const bits = new Uint32Array(128);
let used = bits.length;

/** A number that tells nothing of any other. */
function randomNumber(): number {
  if (used === bits.length) getRandomValues(bits);
  used %= bits.length;
  const number = (bits[used] as number) * 2 ** 21 + ((bits[used + 1] as number) >>> 11);
  used += 2;
  return number === 0 || timers.has(number) ? randomNumber() : number;
}

/** An immediate as a module has it. */
class Immediate {
  #runtime: Anything;

  constructor(runtime: Anything) {
    this.#runtime = runtime;
    Object.freeze(this);
  }

  /** The runtime's object for it; undefined for anything else. */
  static runtimeOf(value: unknown): unknown {
    return typeof value === "object" && value !== null && #runtime in value ? value.#runtime : undefined;
  }

  ref(): this {
    this.#runtime.ref();
    return this;
  }

  unref(): this {
    this.#runtime.unref();
    return this;
  }

  hasRef(): boolean {
    return this.#runtime.hasRef();
  }
}

hideClass(Immediate.prototype);

/** Classes of what modules are given: to be locked. */
export const TIMER_CLASSES: readonly object[] = [Immediate];

function check(name: string, callback: unknown): asserts callback is Callback {
  if (typeof callback !== "function") throw new TypeError(`${name} needs a function`);
}

/** Replaces what of the global object has to do with timers. `replace` sets a property for good. */
export function tameTimers(scope: Anything, replace: (target: object, name: string, value: unknown) => void): void {
  const { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate, clearImmediate, AbortSignal } = scope;
  const start = (callback: Callback, delay: unknown, args: unknown[]) => {
    const number = randomNumber();
    const run = () => {
      timers.delete(number);
      apply(callback, scope, args);
    };
    timers.set(number, setTimeout(run, delay));
    return number;
  };
  const members: Record<string, Callback> = {
    setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]) {
      check("setTimeout", callback);
      return start(callback, delay, args);
    },
    setInterval(callback: unknown, delay?: unknown, ...args: unknown[]) {
      check("setInterval", callback);
      const number = randomNumber();
      timers.set(number, setInterval(callback, delay, ...args));
      return number;
    },
    setImmediate(callback: unknown, ...args: unknown[]) {
      check("setImmediate", callback);
      return new Immediate(setImmediate(callback, ...args));
    },
    clearTimeout: (number?: unknown) => clear(number, clearTimeout),
    clearInterval: (number?: unknown) => clear(number, clearInterval),
    clearImmediate: (immediate?: unknown) => clearImmediate(Immediate.runtimeOf(immediate)),
  };
  for (const [name, member] of Object.entries(members)) replace(scope, name, member);
  tameSignals(AbortSignal, setTimeout, replace);
}

function clear(number: unknown, original: (timer: number) => void): void {
  const timer = timers.get(Number(number));
  if (timer === undefined) return;
  timers.delete(Number(number));
  original(timer);
}

/** Replaces those of these members of `Deno` that take the number of a timer. */
export function guardTimers(members: Record<string, Anything>): void {
  for (const name of ["refTimer", "unrefTimer"]) {
    const original = members[name];
    if (original !== undefined) members[name] = (number: unknown) => original(timers.get(Number(number)));
  }
}

/** Signals that end by themselves: each with what must live as long as it does. */
const lasting = new WeakMap<object, readonly Set<object>[]>();

/** Somebody listens to this signal: it lives until the timers are over that it depends on. */
export function keepSignal(signal: object): void {
  for (const kept of lasting.get(signal) ?? []) kept.add(signal);
}

/** The runtime's signals that end by themselves have the runtime's timer in a property. */
function tameSignals(
  signals: Anything,
  setTimeout: (callback: () => void, delay: number) => number,
  replace: (target: object, name: string, value: unknown) => void,
): void {
  const { any } = signals;
  const { unrefTimer } = Deno;
  replace(signals, "timeout", function timeout(milliseconds: unknown) {
    const delay = Math.trunc(Number(milliseconds));
    if (!(delay >= 0 && delay <= Number.MAX_SAFE_INTEGER)) {
      throw new TypeError(`Cannot time a signal: expected milliseconds from 0 on, got ${String(milliseconds)}`);
    }
    const controller = new AbortController();
    const kept = new Set<object>();
    lasting.set(controller.signal, [kept]);
    const wait = (rest: number) => {
      const part = Math.min(rest, LONGEST);
      unrefTimer(setTimeout(() => rest > part ? wait(rest - part) : end(), part));
    };
    const end = () => {
      controller.abort(new DOMException("Signal timed out.", "TimeoutError"));
      kept.clear();
    };
    wait(delay);
    return controller.signal;
  });
  replace(signals, "any", function (this: unknown, given: Iterable<object>) {
    const sources = typeof given === "object" && given !== null ? [...given] : given;
    const signal = apply(any, this, [sources]) as object;
    const kept = Array.isArray(sources) ? sources.flatMap((one) => lasting.get(one) ?? []) : [];
    if (kept.length > 0) lasting.set(signal, kept);
    return signal;
  });
}
