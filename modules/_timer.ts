/**
 * The service `timer`: what both of its providers share. They differ in how a tick comes about, see {@linkcode Ticker}.
 *
 * @module
 */
import { LoadResult, type ModuleDefinition, type ModuleLog, type ServiceMethods } from "asterism";

/** Shortest period, in milliseconds: less would keep the realm busy with nothing but ticks. */
export const MINIMUM_PERIOD_MS = 10;

/** Longest period, in milliseconds: the longest a JavaScript timer can wait. */
export const MAXIMUM_PERIOD_MS = 2 ** 31 - 1;

/** Most timers of one provider. */
export const MAXIMUM_TIMERS = 10_000;

/** A timer whose callback failed that many times in a row is dropped: its owner is probably gone. */
export const MAXIMUM_FAILURES = 10;

/** Calls `tick` every `milliseconds` until the function it returns is called. */
export type Ticker = (milliseconds: number, tick: () => void) => () => void;

/** The methods of the service `timer`. */
export interface TimerMethods {
  /**
   * Calls `callback` every `milliseconds`. While a call has not settled, ticks are skipped, not queued. A timer whose
   * callback fails {@linkcode MAXIMUM_FAILURES} times in a row is dropped.
   *
   * @returns the timer's id; whoever knows it may cancel the timer
   * @throws {RangeError} when the period is out of bounds or there are too many timers
   */
  every(milliseconds: number, callback: () => unknown): number;
  /** Ends a timer; false when there is none of that id. */
  cancel(id: number): boolean;
  /** The provider's name for its way of keeping time. */
  name(): string;
}

/** What a {@linkcode TimerTable} is made of. */
export interface TimerOptions {
  /** See {@linkcode TimerMethods.name}. */
  name: string;
  /** Where failing callbacks are reported. */
  log: Pick<ModuleLog, "warning" | "error">;
  /** How ticks come about. */
  ticker: Ticker;
}

interface Timer {
  readonly id: number;
  readonly callback: () => unknown;
  stop: () => void;
  busy: boolean;
  failures: number;
}

/** Ids are random, so that one module cannot cancel another's timer by counting. */
function randomId(taken: ReadonlyMap<number, unknown>): number {
  const words = new Uint32Array(2);
  for (;;) {
    crypto.getRandomValues(words);
    const id = (words[0]! % 2 ** 21) * 2 ** 32 + words[1]!;
    if (id > 0 && !taken.has(id)) return id;
  }
}

function checkPeriod(milliseconds: unknown): void {
  const valid = typeof milliseconds === "number" && milliseconds >= MINIMUM_PERIOD_MS &&
    milliseconds <= MAXIMUM_PERIOD_MS;
  if (valid) return;
  throw new RangeError(
    `Cannot start a timer every ${milliseconds} ms: expected ${MINIMUM_PERIOD_MS} to ${MAXIMUM_PERIOD_MS} ms`,
  );
}

/** The running timers of a provider. */
export class TimerTable {
  /** What is registered as the service. */
  readonly methods: TimerMethods & ServiceMethods;
  readonly #options: TimerOptions;
  readonly #timers = new Map<number, Timer>();

  constructor(options: TimerOptions) {
    this.#options = options;
    this.methods = {
      every: (milliseconds: number, callback: () => unknown) => this.#every(milliseconds, callback),
      cancel: (id: number) => this.#cancel(id),
      name: () => options.name,
    };
  }

  /** Number of timers. */
  get size(): number {
    return this.#timers.size;
  }

  /** Ends all timers. */
  clear(): void {
    for (const id of [...this.#timers.keys()]) this.#cancel(id);
  }

  #every(milliseconds: number, callback: () => unknown): number {
    checkPeriod(milliseconds);
    if (typeof callback !== "function") throw new TypeError("Cannot start a timer: the callback is no function");
    if (this.#timers.size >= MAXIMUM_TIMERS) {
      throw new RangeError(`Cannot start a timer: there are ${MAXIMUM_TIMERS} already; cancel some`);
    }
    const timer: Timer = { id: randomId(this.#timers), callback, stop: () => {}, busy: false, failures: 0 };
    this.#timers.set(timer.id, timer);
    timer.stop = this.#options.ticker(milliseconds, () => void this.#tick(timer));
    return timer.id;
  }

  #cancel(id: number): boolean {
    this.#timers.get(id)?.stop();
    return this.#timers.delete(id);
  }

  async #tick(timer: Timer): Promise<void> {
    if (timer.busy) return;
    timer.busy = true;
    try {
      await timer.callback();
      timer.failures = 0;
    } catch (cause) {
      // A callback may fail because its owner has just canceled the timer and gone; nobody needs to hear of that.
      if (this.#timers.has(timer.id)) this.#failed(timer, cause);
    } finally {
      timer.busy = false;
    }
  }

  #failed(timer: Timer, cause: unknown): void {
    const { log } = this.#options;
    timer.failures++;
    const reason = cause instanceof Error ? cause.message : String(cause);
    log.warning(`The callback of timer ${timer.id} failed (${timer.failures} in a row): ${reason}`);
    if (timer.failures < MAXIMUM_FAILURES) return;
    this.#cancel(timer.id);
    log.error(`Dropped timer ${timer.id}: its callback failed ${MAXIMUM_FAILURES} times in a row`);
  }
}

/** Ticks of `setInterval`. */
export function intervalTicker(milliseconds: number, tick: () => void): () => void {
  const id = setInterval(tick, milliseconds);
  return () => clearInterval(id);
}

/**
 * Which multiple of the period is due after tick `count`, when `elapsed` milliseconds have passed since the beginning:
 * the following one, or a later one when ticks were missed.
 */
export function nextTick(count: number, elapsed: number, period: number): number {
  return Math.max(count, Math.floor(elapsed / period)) + 1;
}

/**
 * Ticks at multiples of the period after the beginning, by the monotonic clock: lateness does not add up, and ticks
 * that were missed are skipped.
 */
export function steadyTicker(milliseconds: number, tick: () => void): () => void {
  const begin = performance.now();
  let count = 1;
  let id = setTimeout(run, milliseconds);
  function run(): void {
    const elapsed = performance.now() - begin;
    count = nextTick(count, elapsed, milliseconds);
    id = setTimeout(run, count * milliseconds - elapsed);
    tick();
  }
  return () => clearTimeout(id);
}

/** `load` and `unload` of a module that does nothing but provide the service `timer`. */
export function timerService(name: string, ticker: Ticker): Pick<ModuleDefinition, "load" | "unload"> {
  let timers: TimerTable | undefined;
  return {
    load(host) {
      timers = new TimerTable({ name, log: host.log, ticker });
      host.service("timer", timers.methods);
      return LoadResult.SUCCESS;
    },
    unload() {
      timers?.clear();
      timers = undefined;
    },
  };
}
