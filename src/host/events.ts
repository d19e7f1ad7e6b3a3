import { messageOf } from "../fault/mod.ts";
import type { StateChange } from "../loader/mod.ts";
import type { Logger, LogRecord } from "../log/mod.ts";

/** How the host is asked to stop: at once, or unloading every module. */
export type StopMode = "now" | "gracefully";

/** What a host tells those who listen, by the name of the event. */
export interface HostEvents {
  /** A module went from one state to another: loaded, running, declined, failed, stopped … */
  readonly state: StateChange;
  /** A line for the log, of any level. */
  readonly log: LogRecord;
  /** Somebody asks the host to stop. */
  readonly stop: StopMode;
}

/** Takes one kind of event. */
export type HostListener<K extends keyof HostEvents> = (event: HostEvents[K]) => void;

// deno-lint-ignore no-explicit-any -- each list holds listeners of its own kind
type AnyListener = (event: any) => void;

/** Who listens to what. A listener that throws is reported and keeps nobody else from hearing. */
export class EventHub {
  readonly #log: Logger;
  readonly #listeners: Record<keyof HostEvents, Set<AnyListener>> = {
    state: new Set(),
    log: new Set(),
    stop: new Set(),
  };

  /** A hub that reports to a log, which it also listens to. */
  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Listens. Dispose the result to listen no more; twice is safe.
   *
   * @throws {TypeError} for an event that there is none of
   */
  on<K extends keyof HostEvents>(type: K, listener: HostListener<K>): Disposable {
    if (!Object.hasOwn(this.#listeners, type)) {
      throw new TypeError(`Cannot listen to "${type}": there are ${Object.keys(this.#listeners).join(", ")}`);
    }
    const own: AnyListener = (event) => listener(event);
    if (type === "log") return this.#log.addSink({ write: (record) => quietly(own, record) });
    this.#listeners[type].add(own);
    return { [Symbol.dispose]: () => void this.#listeners[type].delete(own) };
  }

  /** Tells everyone who listens. */
  emit<K extends Exclude<keyof HostEvents, "log">>(type: K, event: HostEvents[K]): void {
    for (const listener of [...this.#listeners[type]]) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error(`A listener of "${type}" threw: ${messageOf(error)}`);
      }
    }
  }
}

/** A fault of whoever listens to the log cannot go to the log. */
function quietly(listener: AnyListener, record: LogRecord): void {
  try {
    listener(record);
  } catch {
    // It has missed a line; the others have not.
  }
}
