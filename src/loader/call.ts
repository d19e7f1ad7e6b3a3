import { RpcTarget } from "capnweb";
import { HostError } from "../fault/mod.ts";
import { MAX_TEXT } from "../dialplan/mod.ts";
import type { Call, CallLocation, CallLogLevel, LabelLocation } from "../module_api/mod.ts";
import { Pauses } from "../realm/mod.ts";

const LEVELS: readonly CallLogLevel[] = ["error", "warning", "notice", "verbose", "debug"];

/** A call as it crosses into a realm; checks what comes back. */
export class CallTarget extends RpcTarget implements Omit<Call, "name"> {
  /** While the call waits for its peer, the deadline of the handler does not run. */
  readonly pauses: Pauses = new Pauses();
  #handled: Call | undefined;

  /** Wraps a call for the time of one handler's run. */
  constructor(call: Call) {
    super();
    this.#handled = call;
  }

  /** The run is over: the module has no more to do with the call. Safe to call twice. */
  close(): void {
    this.#handled = undefined;
  }

  get #call(): Call {
    if (this.#handled === undefined) throw new HostError("state", "Cannot use the call: its handler has ended");
    return this.#handled;
  }

  variable(name: string): Promise<string | undefined> {
    return this.#call.variable(text(name));
  }

  setVariable(name: string, value: string | undefined): Promise<void> {
    return this.#call.setVariable(text(name), value === undefined || value === null ? undefined : text(value));
  }

  location(): Promise<CallLocation> {
    return this.#call.location();
  }

  setLocation(location: CallLocation): Promise<void> {
    const priority = Number(location?.priority);
    if (!Number.isSafeInteger(priority) || priority < 1) {
      throw new TypeError(`Cannot send the call there: "${String(location?.priority)}" is no priority`);
    }
    return this.#call.setLocation({ context: text(location.context), extension: text(location.extension), priority });
  }

  findLabel({ context, extension, label }: LabelLocation): Promise<number | undefined> {
    return this.#call.findLabel({ context: text(context), extension: text(extension), label: text(label) });
  }

  print(line: string): Promise<void> {
    return this.pauses.during(() => this.#call.print(text(line)));
  }

  log(level: CallLogLevel, message: string, verbosity: number = 1): Promise<void> {
    if (!LEVELS.includes(level)) {
      throw new TypeError(`Cannot log: "${text(level, 20)}" is none of ${LEVELS.join(", ")}`);
    }
    return this.#call.log(level, text(message), Math.min(10, Math.max(1, Math.trunc(Number(verbosity)) || 1)));
  }

  readLine(seconds?: number): Promise<string | undefined> {
    const time = Number(seconds ?? Infinity);
    return this.pauses.during(() => this.#call.readLine(Number.isNaN(time) ? Infinity : Math.max(0, time)));
  }

  answer(): Promise<void> {
    return this.#call.answer();
  }

  ended(): Promise<boolean> {
    return this.#call.ended();
  }
}

/** What an application of a module gave, as a number. @throws {TypeError} when it is no plain value */
export function resultNumber(value: unknown): number {
  return Number(plain(value, "a number"));
}

/** What a function of a module gave, as a text. @throws {TypeError} when it is no plain value, or too long */
export function resultText(value: unknown): string {
  return text(String(plain(value, "a text")));
}

/** Objects are not made into texts: an array of a million would become one. */
function plain(value: unknown, expected: string): unknown {
  const found = typeof value;
  if ((found !== "object" && found !== "function") || value === null) return value;
  throw new TypeError(`The module gave an ${Array.isArray(value) ? "array" : found}: expected ${expected}`);
}

/**
 * What a realm sent, as a text.
 *
 * @throws {TypeError} when it is none or is too long
 */
export function text(value: unknown, limit = MAX_TEXT): string {
  if (typeof value !== "string") throw new TypeError(`Cannot take a ${typeof value}: expected a text`);
  if (value.length > limit) throw new TypeError(`Cannot take ${value.length} characters: ${limit} at most`);
  return value;
}
