import { HostError, messageOf } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { ApplicationHandler, CallLocation } from "../module_api/mod.ts";
import type { Registry } from "../registry/mod.ts";
import { type Builtin, BUILTINS, type BuiltinScope } from "./builtins.ts";
import { HostCall } from "./call.ts";
import type { Globals } from "./globals.ts";
import { StepWork } from "./step_work.ts";
import { type Scope, substitute } from "./substitute.ts";
import type { DialplanTable, FoundPriority } from "./table.ts";
import { Turns } from "./turns.ts";

/** Characters of a text that a line of the log quotes. */
const MAX_QUOTED = 200;
/** Seconds that a call without priorities waits for an extension, when it is not hung up. */
const EXTENSION_TIMEOUT = 10;

/** What calls run in. */
export interface Surroundings {
  readonly registry: Registry;
  /** Where lines about the calls and texts of a module go; the core's own have no module: "". */
  readonly logOf: (owner: string) => Logger;
  readonly table: DialplanTable;
  readonly globals: Globals;
  /** Whether a call that has run out of priorities is hung up. */
  readonly autoFallThrough: () => boolean;
}

/** Runs calls through the dialplan as Asterisk does. */
export class Runner {
  readonly #in: Surroundings;
  readonly #turns = new Turns();

  /** A runner; it keeps nothing of the calls. */
  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
  }

  /** Runs a call from where it is to its end, and then extension `h`. Never rejects. */
  async run(call: HostCall): Promise<void> {
    await this.#guarded(call, () => this.#priorities(call));
    call.softHangup();
    const { context } = call.place;
    const ended = call.place;
    const last = call.running;
    await call.setLocation({ context, extension: "h", priority: 1 });
    call.advance();
    await this.#guarded(call, () => this.#hangupPriorities(call));
    // The record of the call tells of what it did, not of what was done after it.
    await call.setLocation(ended);
    call.running = last;
  }

  /** An application of the core's own, for calls that the host keeps. */
  builtin(application: string): ApplicationHandler | undefined {
    const builtin = builtinOf(application);
    if (builtin === undefined) return undefined;
    return async (call, args) => {
      if (!(call instanceof HostCall)) throw new TypeError(`Cannot run ${application}: it needs a call of the host`);
      return await this.#inTurn(() => builtin(call, args, this.#builtinScope(call.owner)));
    };
  }

  /** Replaces variables in a text, as for the arguments of an application; without a call, for an owner. */
  async substitute(text: string, call: HostCall | string): Promise<string> {
    if (!text.includes("$")) return text;
    return await this.#inTurn(() => substitute(text, this.#scope(call)));
  }

  /** Work of a call in this thread. */
  async #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    this.#turns.enter();
    try {
      return await work();
    } finally {
      this.#turns.leave();
    }
  }

  /**
   * Runs an application in a call.
   *
   * @returns its result; undefined when there is none of that name
   */
  async execute(call: HostCall, application: string, args: string): Promise<number | undefined> {
    return await this.#inTurn(() => this.#execute(call, application, args));
  }

  async #execute(call: HostCall, application: string, args: string): Promise<number | undefined> {
    call.running = { application, args };
    const builtin = builtinOf(application);
    if (builtin !== undefined) return await builtin(call, args, this.#builtinScope(call.owner));
    const registration = this.#in.registry.applications.get(application);
    if (registration === undefined) return undefined;
    call.running = { application: registration.name, args };
    return await this.#turns.outside(() => registration.value(call, args)) ?? 0;
  }

  async #guarded(call: HostCall, run: () => Promise<void>): Promise<void> {
    try {
      await this.#inTurn(run);
    } catch (error) {
      const { context, extension, priority } = quoted(call.place);
      this.#in.logOf(call.owner).warning(
        `Call ${call.name} ends at ${extension}@${context}:${priority}: ${messageOf(error)}`,
      );
    }
  }

  async #priorities(call: HostCall): Promise<void> {
    while (!call.hungUp) {
      // Before the first step too: calls that begin by the hundred would hold the thread together.
      if (this.#turns.over) await this.#turns.next(call.owner);
      const found = this.#at(call);
      if (!(found === undefined ? await this.#runOut(call) : await this.#step(call, found))) return;
    }
  }

  async #hangupPriorities(call: HostCall): Promise<void> {
    for (let steps = 1; steps < 10_000; steps++) {
      if (this.#turns.over) await this.#turns.next(call.owner);
      const found = this.#at(call);
      if (found === undefined || !await this.#step(call, found)) return;
    }
  }

  #at(call: HostCall): FoundPriority | undefined {
    const { context, extension, priority } = call.place;
    return this.#in.table.find({ context, extension, caller: call.caller }, priority);
  }

  /** Runs one priority. Says whether the call goes on. */
  async #step(call: HostCall, { priority: { application, args, priority } }: FoundPriority): Promise<boolean> {
    const log = this.#in.logOf(call.owner);
    const { context, extension } = quoted(call.place);
    const filled = await this.substitute(args, call);
    log.verbose(
      3,
      `Executing [${extension}@${context}:${priority}] ${application}("${call.name}", "${filled}") in new stack`,
    );
    const result = await this.#execute(call, application, filled);
    if (result === undefined) {
      log.warning(`No application '${application}' for extension (${context}, ${extension}, ${priority})`);
    }
    if (result !== 0) {
      log.verbose(2, `Spawn extension (${context}, ${extension}, ${priority}) exited non-zero on '${call.name}'`);
      return false;
    }
    call.advance();
    return true;
  }

  /** There is no priority where the call is. Says whether it goes on elsewhere. */
  async #runOut(call: HostCall): Promise<boolean> {
    const { extension } = call.place;
    const log = this.#in.logOf(call.owner);
    if (!this.#exists(call, extension)) {
      if (extension !== "i" && this.#exists(call, "i")) {
        await this.#assign(call, "INVALID_EXTEN", extension);
        return await this.#send(call, "i");
      }
      const { context, extension: shown, priority } = quoted(call.place);
      log.warning(
        `Channel '${call.name}' sent to invalid extension but no invalid handler: ` +
          `context,exten,priority=${context},${shown},${priority}`,
      );
      return false;
    }
    if (this.#in.autoFallThrough()) {
      log.verbose(2, `Auto fallthrough, channel '${call.name}' status is 'UNKNOWN'`);
      return false;
    }
    const line = await this.#turns.outside(() => call.readLine(EXTENSION_TIMEOUT));
    if (call.hungUp) return false;
    if (line !== undefined) return await this.#send(call, line.trim());
    return this.#exists(call, "t") && await this.#send(call, "t");
  }

  async #send(call: HostCall, extension: string): Promise<boolean> {
    await call.setLocation({ ...call.place, extension, priority: 1 });
    call.advance();
    return true;
  }

  #exists(call: HostCall, extension: string): boolean {
    return this.#in.table.find({ context: call.place.context, extension, caller: call.caller }, 1) !== undefined;
  }

  #scope(call: HostCall | string): Scope {
    const owner = typeof call === "string" ? call : call.owner;
    const within = typeof call === "string" ? undefined : call;
    const work = new StepWork(this.#in.logOf(owner));
    return {
      variable: (name) => this.#variable(within, name),
      readFunction: (name, args) => this.#readFunction(within, { name, args, work }),
      warn: (message) => work.warn(message),
      match: (steps) => work.match(steps),
      spend: (steps) => work.spend(steps),
      rest: () => this.#turns.over ? this.#turns.next(owner) : undefined,
    };
  }

  #variable(call: HostCall | undefined, name: string): string | undefined {
    if (call !== undefined) {
      const { context, extension, priority } = call.place;
      const own = { CONTEXT: context, EXTEN: extension, PRIORITY: String(priority), CHANNEL: call.name };
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own];
    }
    if (name === "EPOCH") return String(Math.floor(Date.now() / 1000));
    return call?.get(name) ?? this.#in.globals.get(name);
  }

  /** As in Asterisk a function that fails is logged and gives nothing. */
  async #readFunction(
    call: HostCall | undefined,
    { name, args, work }: { name: string; args: string; work: StepWork },
  ): Promise<string> {
    if (sameName(name, "GLOBAL")) return this.#in.globals.get(args) ?? "";
    const read = this.#in.registry.functions.get(name)?.value.read;
    if (read === undefined || call === undefined) {
      const why = read !== undefined ? "needs a call" : this.#hasFunction(name) ? "cannot be read" : "not registered";
      work.error(`Function ${quote(name)} ${why}`);
      return "";
    }
    try {
      return await this.#turns.outside(() => read(call, args));
    } catch (caught) {
      work.error(`Function ${quote(name)}(${quote(args)}): ${messageOf(caught)}`);
      return "";
    }
  }

  async #assign(call: HostCall, name: string, value: string): Promise<void> {
    const [, called, args = ""] = /^([A-Za-z_][A-Za-z0-9_]*)\((.*)\)$/s.exec(name) ?? [];
    if (called === undefined) return await this.#setVariable(call, name, value);
    if (sameName(called, "GLOBAL")) return this.#in.globals.set(call.owner, args, value);
    const write = this.#in.registry.functions.get(called)?.value.write;
    const log = this.#in.logOf(call.owner);
    if (write === undefined) {
      log.error(`Function ${quote(called)} ${this.#hasFunction(called) ? "cannot be written" : "not registered"}`);
      return;
    }
    try {
      await this.#turns.outside(() => write(call, args, value));
    } catch (error) {
      log.error(`Function ${quote(name)}: ${messageOf(error)}`);
    }
  }

  /** A call whose variables are full goes on without this one. */
  async #setVariable(call: HostCall, name: string, value: string): Promise<void> {
    try {
      // Underscores say that calls made from this one inherit it; lines of text make none.
      await call.setVariable(name.replace(/^__?(?=.)/, ""), value);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#in.logOf(call.owner).warning(error.message);
    }
  }

  #hasFunction(name: string): boolean {
    return this.#in.registry.functions.get(name) !== undefined;
  }

  #builtinScope(owner: string): BuiltinScope {
    const log = this.#in.logOf(owner);
    const work = new StepWork(log);
    return {
      assign: (call, name, value) => this.#assign(call, name, value),
      exists: (call, extension) => this.#exists(call, extension),
      outside: (work) => this.#turns.outside(work),
      warn: (message) => work.warn(message),
      verbose: (level, message) => log.verbose(level, message),
    };
  }
}

/** Where a call is, for lines of the log. */
function quoted({ context, extension, priority }: CallLocation): CallLocation {
  return { context: quote(context), extension: quote(extension), priority };
}

function quote(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}

const BUILTINS_BY_KEY: ReadonlyMap<string, Builtin> = new Map(
  Object.entries(BUILTINS).map(([name, builtin]) => [name.toLowerCase(), builtin]),
);

function builtinOf(application: string): Builtin | undefined {
  return BUILTINS_BY_KEY.get(application.toLowerCase());
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
