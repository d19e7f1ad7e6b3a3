import { RpcTarget } from "capnweb";
import { HostError } from "../fault/mod.ts";
import type { Call, CallLocation } from "../module_api/mod.ts";

/** Most variables of one call, and longest name or value: a module must not fill the host's memory through a call. */
const MAX_VARIABLES = 1000;
const MAX_TEXT = 64 * 1024;

/** A call as the host keeps it: what {@linkcode Call} shows to modules. */
export class HostCall implements Call {
  /** Name of the call, such as `Console/1`. */
  readonly name: string;
  readonly #print: (line: string) => void;
  readonly #variables = new Map<string, string>();
  #location: CallLocation = { context: "default", extension: "s", priority: 1 };

  /** A call whose lines go to `print`. */
  constructor(name: string, print: (line: string) => void) {
    this.name = name;
    this.#print = print;
  }

  /** Where the call is in the dialplan, at once. */
  get place(): CallLocation {
    return { ...this.#location };
  }

  /** Value of a variable, or undefined. */
  variable(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#variables.get(name));
  }

  /** Sets a variable; undefined removes it. Throws a RangeError when the call has too many. */
  setVariable(name: string, value: string | undefined): Promise<void> {
    if (value === undefined) this.#variables.delete(name);
    else if (this.#variables.size < MAX_VARIABLES || this.#variables.has(name)) this.#variables.set(name, value);
    else throw new RangeError(`Cannot set "${name}" on call ${this.name}: it has ${MAX_VARIABLES} variables already`);
    return Promise.resolve();
  }

  /** Where the call is in the dialplan. */
  location(): Promise<CallLocation> {
    return Promise.resolve({ ...this.#location });
  }

  /** Sends the call elsewhere in the dialplan. */
  setLocation({ context, extension, priority }: CallLocation): Promise<void> {
    this.#location = { context, extension, priority };
    return Promise.resolve();
  }

  /** Writes a line to whoever made the call. */
  print(line: string): Promise<void> {
    this.#print(line);
    return Promise.resolve();
  }
}

/** A call as it crosses into a realm; checks what comes back. */
export class CallTarget extends RpcTarget implements Omit<Call, "name"> {
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

  print(line: string): Promise<void> {
    return this.#call.print(text(line));
  }
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
