import { HostError } from "../fault/mod.ts";
import type { Call, CallLocation, LabelLocation } from "../module_api/mod.ts";
import { ownText, Quota } from "./quota.ts";
import { type Acting, HOST_RIGHTS } from "./rights.ts";
import { MAX_TEXT } from "./substitute.ts";

/** Most variables of one call: a module must not fill the host's memory through a call. */
const MAX_VARIABLES = 1000;
/** Characters of names and values of them all. */
const MAX_CHARACTERS = 1024 * 1024;
/** Lines that wait to be read before the peer is held up; and so many may wait for room. */
const MAX_LINES = 100;
/** Their characters. */
const MAX_LINE_CHARACTERS = 256 * 1024;
/** Longest name of a context or an extension that a call goes to; what is longer is cut, as in Asterisk. */
const MAX_PLACE = 1024;
/** Places that a call may be sent back to. */
const MAX_WAYS = 100;
/** Characters of the arguments of what runs that are kept, for people and for the record. */
const MAX_SHOWN = 1024;

/** What a call is made of. */
export interface CallOptions {
  /** Unique while the host runs. */
  readonly name: string;
  /** The module that began or opened it; the core and the console have none. @default {""} */
  readonly owner?: string | undefined;
  /** Room that the call shares with others for what it keeps. @default {a room of its own} */
  readonly room?: Quota | undefined;
  /** Number of the caller. @default {""} */
  readonly caller?: string | undefined;
  /** Where it begins. @default {s in default} */
  readonly location?: CallLocation | undefined;
  /** On whose rights it is there. @default {the host's} */
  readonly by?: Acting | undefined;
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
  /** The module that began or opened it; the core and the console have none. */
  readonly owner: string;
  /** Number of the caller. */
  readonly caller: string;
  /** When it began, in milliseconds since the epoch. */
  readonly startedAt: number = Date.now();
  /** When it was answered. */
  answeredAt: number | undefined;
  readonly #options: CallOptions;
  readonly #variables = new Map<string, string>();
  readonly #lines: string[] = [];
  readonly #room: Quota;
  readonly #lineRoom: Quota;
  /** Lines that wait for room, one behind the other. */
  #receiving: Promise<void> = Promise.resolve();
  #receivers = 0;
  #released = false;
  #location: CallLocation;
  #by: Acting;
  /** Places of others that steps sent it away from, and on whose rights it was there. */
  readonly #ways = new Map<string, Acting>();
  #running: { readonly application: string; readonly args: string } = { application: "", args: "" };
  #moved = false;
  #hungUp = false;
  /** Told of lines and of the end. */
  readonly #waiting = new Set<() => void>();

  /** A call; nothing runs in it yet. */
  constructor(options: CallOptions) {
    this.#options = options;
    this.name = options.name;
    this.owner = options.owner ?? "";
    this.caller = options.caller ?? "";
    this.#room = new Quota(MAX_CHARACTERS, options.room);
    this.#lineRoom = new Quota(MAX_LINE_CHARACTERS, options.room);
    this.#location = options.location ?? { context: "default", extension: "s", priority: 1 };
    this.#by = options.by ?? HOST_RIGHTS;
  }

  /** Where the call is in the dialplan, at once. */
  get place(): CallLocation {
    return { ...this.#location };
  }

  /** On whose rights the call is where it is. */
  get by(): Acting {
    return this.#by;
  }

  /** The application that runs, or ran last, and the beginning of its arguments. */
  get running(): { readonly application: string; readonly args: string } {
    return this.#running;
  }

  set running({ application, args }: { readonly application: string; readonly args: string }) {
    const shown = args.length > MAX_SHOWN ? ownText(args.slice(0, MAX_SHOWN)) : args;
    this.#running = { application: ownText(application.slice(0, MAX_SHOWN)), args: shown };
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

  /** Sets a variable; undefined removes it. Rejects with code `limit` when the call has too many or too long ones. */
  setVariable(name: string, value: string | undefined): Promise<void> {
    try {
      this.#set(name, value);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #set(name: string, value: string | undefined): void {
    if (this.#released) return;
    const old = this.#variables.get(name);
    const before = old === undefined ? 0 : name.length + old.length;
    if (value === undefined) {
      this.#variables.delete(name);
      this.#room.take(-before);
      return;
    }
    if (old === undefined && this.#variables.size >= MAX_VARIABLES) {
      throw this.#full(name, `it has ${MAX_VARIABLES} variables already`);
    }
    if (!this.#room.take(name.length + value.length - before)) {
      throw this.#full(name, `there is room for ${MAX_CHARACTERS} characters, and for all calls of a module together`);
    }
    this.#variables.set(ownText(name), ownText(value));
  }

  #full(name: string, why: string): HostError {
    return new HostError("limit", `Cannot set "${name.slice(0, 80)}" on call ${this.name}: ${why}`);
  }

  /** The call is over, and nothing of it is kept. Safe to call twice. */
  release(): void {
    this.#released = true;
    this.softHangup();
    this.#variables.clear();
    this.#ways.clear();
    this.#lines.length = 0;
    this.#room.clear();
    this.#lineRoom.clear();
  }

  /** Where the call is in the dialplan. */
  location(): Promise<CallLocation> {
    return Promise.resolve(this.place);
  }

  /** Sends the call elsewhere in the dialplan; who may do that was decided before. */
  setLocation(location: CallLocation): Promise<void> {
    this.arrive(location, this.#by);
    return Promise.resolve();
  }

  /** The call is sent elsewhere, on these rights. */
  arrive({ context, extension, priority }: CallLocation, by: Acting): void {
    this.#location = { context: placeName(context), extension: placeName(extension), priority };
    this.#by = by;
    this.#moved = true;
  }

  /** The step after this place is where the call may be sent back to, by whomever. */
  keepWayBack(): void {
    const { context, extension, priority } = this.#location;
    const key = wayKey({ context, extension, priority: priority + 1 });
    if (this.#ways.delete(key)) this.#room.take(-key.length);
    const [oldest] = this.#ways.keys();
    if (this.#ways.size >= MAX_WAYS && oldest !== undefined) {
      this.#ways.delete(oldest);
      this.#room.take(-oldest.length);
    }
    if (!this.#released && this.#room.take(key.length)) this.#ways.set(key, this.#by);
  }

  /** On whose rights the call was where it is to be sent, if it was sent away from there. */
  wayBack(to: CallLocation): Acting | undefined {
    return this.#ways.get(wayKey(to));
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

  /** Rejects: only in the hands of an application is it known who answers for a line. */
  log(): Promise<void> {
    return Promise.reject(new TypeError("Cannot log for a call that no application handles"));
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
    this.#lineRoom.take(-(line?.length ?? 0));
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

  /**
   * A line from whoever made the call. Settles when there was room for it, and lines before it have had theirs; rejects
   * with code `limit` when too many wait for that.
   */
  receive(line: string): Promise<void> {
    if (this.#receivers >= MAX_LINES) {
      const message = `Cannot take a line for call ${this.name}: ${MAX_LINES} wait already; send one after the other`;
      return Promise.reject(new HostError("limit", message));
    }
    this.#receivers++;
    const received = this.#receiving.then(() => this.#receive(line.slice(0, MAX_TEXT)));
    this.#receiving = received.then(() => {}, () => {}).then(() => void this.#receivers--);
    return received;
  }

  async #receive(line: string): Promise<void> {
    while (!this.#hungUp && (this.#lines.length >= MAX_LINES || !this.#lineRoom.take(line.length))) {
      if (this.#lines.length === 0) {
        throw new HostError("limit", `Cannot take a line for call ${this.name}: its module has no room for it`);
      }
      await this.#wake(Infinity);
    }
    if (this.#hungUp) return;
    this.#lines.push(ownText(line));
    this.#tell();
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

function wayKey({ context, extension, priority }: CallLocation): string {
  return `${priority}\n${context.length}\n${context}${extension}`;
}

function placeName(text: string): string {
  return text.length > MAX_PLACE ? ownText(text.slice(0, MAX_PLACE)) : text;
}
