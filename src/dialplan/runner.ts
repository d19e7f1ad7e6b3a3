import { messageOf } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { ApplicationHandler } from "../module_api/mod.ts";
import type { Registry } from "../registry/mod.ts";
import { type Builtin, BUILTINS, type BuiltinScope } from "./builtins.ts";
import { HostCall } from "./call.ts";
import { type Scope, substitute } from "./substitute.ts";
import type { DialplanTable, FoundPriority } from "./table.ts";

/** Steps after which others have their turn, though nothing was waited for. */
const STEPS_AT_ONCE = 64;
/** Seconds that a call without priorities waits for an extension, when it is not hung up. */
const EXTENSION_TIMEOUT = 10;

/** What calls run in. */
export interface Surroundings {
  readonly registry: Registry;
  readonly log: Logger;
  readonly table: DialplanTable;
  readonly globals: Map<string, string>;
  /** Whether a call that has run out of priorities is hung up. */
  readonly autoFallThrough: () => boolean;
}

/** Runs calls through the dialplan as Asterisk does. */
export class Runner {
  readonly #in: Surroundings;

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
      return await builtin(call, args, this.#builtinScope());
    };
  }

  /** Replaces variables in a text, as for the arguments of an application. */
  substitute(text: string, call: HostCall | undefined): Promise<string> {
    return substitute(text, this.#scope(call));
  }

  /**
   * Runs an application in a call.
   *
   * @returns its result; undefined when there is none of that name
   */
  async execute(call: HostCall, application: string, args: string): Promise<number | undefined> {
    call.running = { application, args };
    const builtin = builtinOf(application);
    if (builtin !== undefined) return await builtin(call, args, this.#builtinScope());
    const registration = this.#in.registry.applications.get(application);
    if (registration === undefined) return undefined;
    call.running = { application: registration.name, args };
    return await registration.value(call, args) ?? 0;
  }

  async #guarded(call: HostCall, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const { context, extension, priority } = call.place;
      this.#in.log.warning(`Call ${call.name} ends at ${extension}@${context}:${priority}: ${messageOf(error)}`);
    }
  }

  async #priorities(call: HostCall): Promise<void> {
    for (let steps = 1; !call.hungUp; steps++) {
      const found = this.#at(call);
      if (found === undefined) {
        if (!await this.#runOut(call)) return;
      } else if (!await this.#step(call, found)) return;
      if (steps % STEPS_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  async #hangupPriorities(call: HostCall): Promise<void> {
    for (let steps = 1; steps < 10_000; steps++) {
      const found = this.#at(call);
      if (found === undefined || !await this.#step(call, found)) return;
      if (steps % STEPS_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #at(call: HostCall): FoundPriority | undefined {
    const { context, extension, priority } = call.place;
    return this.#in.table.find({ context, extension, caller: call.caller }, priority);
  }

  /** Runs one priority. Says whether the call goes on. */
  async #step(call: HostCall, { priority: { application, args, priority } }: FoundPriority): Promise<boolean> {
    const { log } = this.#in;
    const { context, extension } = call.place;
    const filled = await this.substitute(args, call);
    log.verbose(
      3,
      `Executing [${extension}@${context}:${priority}] ${application}("${call.name}", "${filled}") in new stack`,
    );
    const result = await this.execute(call, application, filled);
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
    const { context, extension, priority } = call.place;
    const { log } = this.#in;
    if (!this.#exists(call, extension)) {
      if (extension !== "i" && this.#exists(call, "i")) {
        await call.setVariable("INVALID_EXTEN", extension);
        return await this.#send(call, "i");
      }
      log.warning(
        `Channel '${call.name}' sent to invalid extension but no invalid handler: ` +
          `context,exten,priority=${context},${extension},${priority}`,
      );
      return false;
    }
    if (this.#in.autoFallThrough()) {
      log.verbose(2, `Auto fallthrough, channel '${call.name}' status is 'UNKNOWN'`);
      return false;
    }
    const line = await call.readLine(EXTENSION_TIMEOUT);
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

  #scope(call: HostCall | undefined): Scope {
    const warn = (message: string) => this.#in.log.warning(message);
    return {
      variable: (name) => this.#variable(call, name),
      readFunction: (name, args) => this.#readFunction(call, name, args),
      warn,
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
  async #readFunction(call: HostCall | undefined, name: string, args: string): Promise<string> {
    if (sameName(name, "GLOBAL")) return this.#in.globals.get(args) ?? "";
    const read = this.#in.registry.functions.get(name)?.value.read;
    if (read === undefined || call === undefined) {
      const why = read !== undefined ? "needs a call" : this.#hasFunction(name) ? "cannot be read" : "not registered";
      this.#in.log.error(`Function ${name} ${why}`);
      return "";
    }
    try {
      return await read(call, args);
    } catch (error) {
      this.#in.log.error(`Function ${name}(${args}): ${messageOf(error)}`);
      return "";
    }
  }

  async #assign(call: HostCall, name: string, value: string): Promise<void> {
    const [, called, args = ""] = /^([A-Za-z_][A-Za-z0-9_]*)\((.*)\)$/s.exec(name) ?? [];
    // Underscores say that calls made from this one inherit it; lines of text make none.
    if (called === undefined) return await call.setVariable(name.replace(/^__?(?=.)/, ""), value);
    if (sameName(called, "GLOBAL")) return void this.#in.globals.set(args, value);
    const write = this.#in.registry.functions.get(called)?.value.write;
    if (write === undefined) {
      this.#in.log.error(`Function ${called} ${this.#hasFunction(called) ? "cannot be written" : "not registered"}`);
      return;
    }
    try {
      await write(call, args, value);
    } catch (error) {
      this.#in.log.error(`Function ${name}: ${messageOf(error)}`);
    }
  }

  #hasFunction(name: string): boolean {
    return this.#in.registry.functions.get(name) !== undefined;
  }

  #builtinScope(): BuiltinScope {
    const { log } = this.#in;
    return {
      assign: (call, name, value) => this.#assign(call, name, value),
      exists: (call, extension) => this.#exists(call, extension),
      warn: (message) => log.warning(message),
      verbose: (level, message) => log.verbose(level, message),
    };
  }
}

function builtinOf(application: string): Builtin | undefined {
  return BUILTINS[Object.keys(BUILTINS).find((name) => sameName(name, application)) ?? ""];
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
