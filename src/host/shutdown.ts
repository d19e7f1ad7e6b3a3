import type { StopRequest } from "../console/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { StopMode } from "./events.ts";

/** What a shutdown depends on. */
export interface ShutdownParts {
  /** How many calls there are. */
  readonly calls: () => number;
  /** The log. */
  readonly log: Logger;
  /** Told once, when it is time to stop. */
  readonly stop: (how: StopMode) => void;
}

/** How often calls are counted while a stop waits for them, in milliseconds. */
const INTERVAL_MS = 200;

/** Waits for calls to end before the host stops, as Asterisk does; until then it can be called off. */
export class Shutdown {
  readonly #parts: ShutdownParts;
  #waiting: { how: StopRequest; restart: boolean } | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #restart = false;
  #begun = false;

  /** Nothing is asked for yet. */
  constructor(parts: ShutdownParts) {
    this.#parts = parts;
  }

  /** Whether calls may not begin any more. */
  get refusesCalls(): boolean {
    return this.#begun || this.#waiting?.how === "gracefully";
  }

  /** Whether the program is to be started again. */
  get restart(): boolean {
    return this.#restart;
  }

  /** Asks for a stop. A later one takes the place of one that still waits; once the host stops, only `now` does more. */
  request(how: StopRequest, restart = false): void {
    this.#cancel();
    const { log, calls } = this.#parts;
    if (how === "now" || this.#begun) return this.#begin(how === "now" ? "now" : "gracefully", restart);
    this.#waiting = { how, restart };
    log.verbose(1, `Waiting for inactivity to perform ${restart ? "restart" : "halt"}...`);
    const check = () => {
      if (calls() === 0) this.#begin("gracefully", restart);
    };
    check();
    if (!this.#begun) this.#timer = setInterval(check, INTERVAL_MS);
  }

  /** Asks for a stop that waits for nothing. */
  begin(how: StopMode): void {
    this.#begin(how, false);
  }

  /** Calls off a stop that waits; says whether there was one. */
  abort(): boolean {
    const waiting = this.#waiting;
    this.#cancel();
    if (waiting === undefined) return false;
    this.#parts.log.verbose(0, `Asterism ${waiting.restart ? "restart" : "shutdown"} cancelled.`);
    return true;
  }

  #begin(how: StopMode, restart: boolean): void {
    this.#cancel();
    if (!this.#begun) this.#restart = restart;
    this.#begun = true;
    this.#parts.stop(how);
  }

  #cancel(): void {
    clearInterval(this.#timer);
    this.#waiting = undefined;
  }
}
