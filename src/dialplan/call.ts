import type { Call, CallLocation, LabelLocation } from "../module_api/mod.ts";
import { MAX_TEXT } from "./substitute.ts";

/** Most variables of one call: a module must not fill the host's memory through a call. */
const MAX_VARIABLES = 1000;
/** Lines that wait to be read before the peer is held up. */
const MAX_LINES = 100;

/** What a call is made of. */
export interface CallOptions {
  /** Unique while the host runs. */
  readonly name: string;
  /** Number of the caller. @default {""} */
  readonly caller?: string | undefined;
  /** Where it begins. @default {s in default} */
  readonly location?: CallLocation | undefined;
  /** Writes a line to whoever made it. */
  readonly write: (line: string) => void | Promise<void>;
  /** Whether lines may come from there. @default {false} */
  readonly interactive?: boolean | undefined;
  /** Finds the priority of a label. @default {none} */
  readonly findLabel?: ((place: LabelLocation) => number | undefined) | undefined;
}

/** A call as the host keeps it: what {@linkcode Call} shows to modules. Asterisk's channel. */
export class HostCall implements Call {
  /** Name of the call, such as `Console/1`. */
  readonly name: string;
  /** Number of the caller. */
  readonly caller: string;
  /** When it began, in milliseconds since the epoch. */
  readonly startedAt: number = Date.now();
  /** When it was answered. */
  answeredAt: number | undefined;
  /** The application that runs, or ran last, and its arguments. */
  running: { application: string; args: string } = { application: "", args: "" };
  readonly #options: CallOptions;
  readonly #variables = new Map<string, string>();
  readonly #lines: string[] = [];
  #location: CallLocation;
  #moved = false;
  #hungUp = false;
  /** Told of lines and of the end. */
  readonly #waiting = new Set<() => void>();

  /** A call; nothing runs in it yet. */
  constructor(options: CallOptions) {
    this.#options = options;
    this.name = options.name;
    this.caller = options.caller ?? "";
    this.#location = options.location ?? { context: "default", extension: "s", priority: 1 };
  }

  /** Where the call is in the dialplan, at once. */
  get place(): CallLocation {
    return { ...this.#location };
  }

  /** Whether it is over, or about to be. */
  get hungUp(): boolean {
    return this.#hungUp;
  }

  /** Value of a variable, at once. */
  get(name: string): string | undefined {
    return this.#variables.get(name);
  }

  /** Value of a variable, or undefined. */
  variable(name: string): Promise<string | undefined> {
    return Promise.resolve(this.get(name));
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
    return Promise.resolve(this.place);
  }

  /** Sends the call elsewhere in the dialplan. */
  setLocation({ context, extension, priority }: CallLocation): Promise<void> {
    this.#location = { context, extension, priority };
    this.#moved = true;
    return Promise.resolve();
  }

  /** Goes on to the next priority, unless the call was sent elsewhere meanwhile. */
  advance(): void {
    if (!this.#moved) this.#location.priority++;
    this.#moved = false;
  }

  /** The priority of a label. */
  findLabel(place: LabelLocation): Promise<number | undefined> {
    return Promise.resolve(this.#options.findLabel?.(place));
  }

  /** Writes a line to whoever made the call. */
  async print(line: string): Promise<void> {
    await this.#options.write(line);
  }

  /** It is answered, if it was not. */
  answer(): Promise<void> {
    this.answeredAt ??= Date.now();
    return Promise.resolve();
  }

  /** Whether it is over. */
  ended(): Promise<boolean> {
    return Promise.resolve(this.#hungUp);
  }

  /** The next line of whoever made the call; nothing when none comes in time, or when it is over. */
  async readLine(seconds: number = Infinity): Promise<string | undefined> {
    if (this.#options.interactive !== true) return undefined;
    const deadline = performance.now() + seconds * 1000;
    while (this.#lines.length === 0 && !this.#hungUp) {
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      await this.#wake(left);
    }
    const line = this.#lines.shift();
    this.#tell();
    return line;
  }

  /** Waits; at most until the call is over. */
  async wait(milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !this.#hungUp; left = deadline - performance.now()) {
      await this.#wake(left);
    }
  }

  /** A line from whoever made the call. Settles when there is room for another. */
  async receive(line: string): Promise<void> {
    if (this.#hungUp) return;
    this.#lines.push(line.slice(0, MAX_TEXT));
    this.#tell();
    while (this.#lines.length >= MAX_LINES && !this.#hungUp) await this.#wake(Infinity);
  }

  /** The call is to end: whoever waits in it is woken. Safe to call twice. */
  softHangup(): void {
    this.#hungUp = true;
    this.#tell();
  }

  #tell(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits for a line, for room, for the end, or so long. */
  #wake(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      // Longer than a timer can wait is for ever.
      const timer = milliseconds < 2 ** 31 ? setTimeout(() => wake(), milliseconds) : undefined;
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
