import { HostError, messageOf } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { CallLocation } from "../module_api/mod.ts";
import { CORE, type Owner, type Registry } from "../registry/mod.ts";
import { ActingCall } from "./acting_call.ts";
import { type Builtin, BUILTINS, type BuiltinScope } from "./builtins.ts";
import type { HostCall } from "./call.ts";
import type { Globals } from "./globals.ts";
import type { Guard } from "./guard.ts";
import { type Acting, type Doer, HOST_RIGHTS, type Thing } from "./rights.ts";
import { StepWork } from "./step_work.ts";
import { type Scope, substitute } from "./substitute.ts";
import type { DialplanTable, FoundPriority } from "./table.ts";
import { Turns } from "./turns.ts";

/** Characters of a text that a line of the log quotes. */
const MAX_QUOTED = 200;
/** What an application gives that must not run: as for one that there is none of, the call ends. */
const REFUSED = -1;
/** Seconds that a call without priorities waits for an extension, when it is not hung up. */
const EXTENSION_TIMEOUT = 10;

/** What calls run in. */
export interface Surroundings {
  readonly registry: Registry;
  /** Where lines about the calls and texts of a module go; the core's own have no module: "". */
  readonly logOf: (owner: string) => Logger;
  readonly table: DialplanTable;
  readonly globals: Globals;
  /** Who may do what in a call. */
  readonly guard: Guard;
  /** Whether a call that has run out of priorities in a context is hung up. */
  readonly autoFallThrough: (context: string) => boolean;
}

/** What a text is replaced for. */
interface Replacing {
  /** The call; without one no function can be read. */
  readonly call?: HostCall | undefined;
  /** On whose rights. */
  readonly acting: Acting;
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

  /** Whether an application is the core's own. */
  isBuiltin(application: string): boolean {
    return builtinOf(application) !== undefined;
  }

  /**
   * Runs an application for a module that asks in a call.
   *
   * @throws {HostError} with code `permission`, or `not-found` when there is none
   */
  async runFor(asking: ActingCall, application: string, args: string): Promise<number> {
    const { call } = asking;
    const acting = this.#demand(asking, { type: "application", name: application });
    const builtin = builtinOf(application);
    if (builtin !== undefined) return await this.#inTurn(() => builtin(call, args, this.#builtinScope(call, acting)));
    const registration = this.#in.registry.applications.get(application);
    if (registration === undefined) {
      throw new HostError("not-found", `Cannot run application "${application}": nothing provides it`);
    }
    return await registration.value(this.#inHandsOf(registration.owner, call, acting), args) ?? 0;
  }

  /**
   * Reads a function for a module that asks in a call.
   *
   * @throws {HostError} with code `permission`, or `not-found` when none can be read
   */
  async readFor(asking: ActingCall, name: string, args: string): Promise<string> {
    const acting = this.#demand(asking, { type: "function", name });
    const registration = this.#in.registry.functions.get(name);
    const read = registration?.value.read;
    if (registration === undefined || read === undefined) {
      throw new HostError("not-found", `Cannot read function "${name}": nothing provides it`);
    }
    return await read(this.#inHandsOf(registration.owner, asking.call, acting), args);
  }

  /** Replaces variables in a text, as for the arguments of an application. */
  async substitute(text: string, replacing: Replacing): Promise<string> {
    if (!text.includes("$")) return text;
    return await this.#inTurn(() => substitute(text, this.#scope(replacing)));
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
   * Runs an application in a call, on the host's rights.
   *
   * @returns its result; undefined when there is none of that name
   */
  async execute(call: HostCall, application: string, args: string): Promise<number | undefined> {
    return await this.#inTurn(() => this.#execute(call, { application, args }, HOST_RIGHTS));
  }

  async #execute(
    call: HostCall,
    { application, args }: { application: string; args: string },
    acting: Acting,
  ): Promise<number | undefined> {
    call.running = { application, args };
    const builtin = builtinOf(application);
    if (builtin !== undefined) return await builtin(call, args, this.#builtinScope(call, acting));
    const registration = this.#in.registry.applications.get(application);
    if (registration === undefined) return undefined;
    call.running = { application: registration.name, args };
    const held = this.#inHandsOf(registration.owner, call, acting);
    return await this.#turns.outside(() => registration.value(held, args)) ?? 0;
  }

  /** The call as the code of a module, or of the program itself, has it. */
  #inHandsOf(owner: Owner, call: HostCall, acting: Acting): ActingCall {
    return new ActingCall(call, { acting, module: owner === CORE ? undefined : owner.module }, this.#in.guard);
  }

  /** On whose rights a module does what it asks for. */
  #demand({ acting, module }: Doer, thing: Thing): Acting {
    const free = thing.type === "application" && builtinOf(thing.name) !== undefined;
    return this.#in.guard.demand({ acting, module, thing, free });
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
      if (!this.#in.guard.mayStay(call)) return;
      const found = this.#at(call);
      if (!(found === undefined ? await this.#runOut(call) : await this.#step(call, found))) return;
    }
  }

  async #hangupPriorities(call: HostCall): Promise<void> {
    for (let steps = 1; steps < 10_000; steps++) {
      if (this.#turns.over) await this.#turns.next(call.owner);
      const found = this.#in.guard.mayStay(call) ? this.#at(call) : undefined;
      if (found === undefined || !await this.#step(call, found)) return;
    }
  }

  #at(call: HostCall): FoundPriority | undefined {
    const { context, extension, priority } = call.place;
    return this.#in.table.find({ context, extension, caller: call.caller }, priority);
  }

  /** Runs one priority, on the rights of whoever added it. Says whether the call goes on. */
  async #step(call: HostCall, found: FoundPriority): Promise<boolean> {
    const { priority: { application, args, priority } } = found;
    const log = this.#in.logOf(call.owner);
    const { context, extension } = quoted(call.place);
    const acting = this.#in.guard.actingFor(found.registrar);
    const filled = await this.substitute(args, { call, acting });
    log.verbose(
      3,
      `Executing [${extension}@${context}:${priority}] ${application}("${call.name}", "${filled}") in new stack`,
    );
    const thing: Thing = { type: "application", name: application };
    const refused = this.#in.guard.allow({ acting, thing, free: builtinOf(application) !== undefined }) === undefined;
    const result = refused ? REFUSED : await this.#execute(call, { application, args: filled }, acting);
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
        await this.#setVariable(call, "INVALID_EXTEN", extension);
        return await this.#send(call, "i");
      }
      const { context, extension: shown, priority } = quoted(call.place);
      log.warning(
        `Channel '${call.name}' sent to invalid extension but no invalid handler: ` +
          `context,exten,priority=${context},${shown},${priority}`,
      );
      return false;
    }
    if (this.#in.autoFallThrough(call.place.context)) {
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

  #scope({ call, acting }: Replacing): Scope {
    const owner = ownerOf(acting, call);
    const work = new StepWork(this.#in.logOf(owner));
    return {
      variable: (name) => this.#variable(call, name),
      readFunction: (name, args) => this.#readFunction({ call, acting }, { name, args, work }),
      warn: (message) => work.warn(message),
      match: (steps) => work.match(steps),
      spend: (steps) => work.spend(steps),
      rest: () => this.#turns.over ? this.#turns.next(call?.owner ?? owner) : undefined,
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
    { call, acting }: Replacing,
    { name, args, work }: { name: string; args: string; work: StepWork },
  ): Promise<string> {
    if (sameName(name, "GLOBAL")) return this.#in.globals.get(args) ?? "";
    if (this.#in.guard.allow({ acting, thing: { type: "function", name } }) === undefined) return "";
    const registration = this.#in.registry.functions.get(name);
    const read = registration?.value.read;
    if (registration === undefined || read === undefined || call === undefined) {
      const why = read !== undefined
        ? "needs a call"
        : registration === undefined
        ? "not registered"
        : "cannot be read";
      work.error(`Function ${quote(name)} ${why}`);
      return "";
    }
    try {
      return await this.#turns.outside(() => read(this.#inHandsOf(registration.owner, call, acting), args));
    } catch (caught) {
      work.error(`Function ${quote(name)}(${quote(args)}): ${messageOf(caught)}`);
      return "";
    }
  }

  async #assign(call: HostCall, { name, value }: { name: string; value: string }, acting: Acting): Promise<void> {
    const [, called, args = ""] = /^([A-Za-z_][A-Za-z0-9_]*)\((.*)\)$/s.exec(name) ?? [];
    if (called === undefined) return await this.#setVariable(call, name, value);
    if (sameName(called, "GLOBAL")) return this.#in.globals.set(acting, { name: args, value });
    if (this.#in.guard.allow({ acting, thing: { type: "function", name: called } }) === undefined) return;
    const registration = this.#in.registry.functions.get(called);
    const write = registration?.value.write;
    const log = this.#in.logOf(ownerOf(acting, call));
    if (registration === undefined || write === undefined) {
      log.error(`Function ${quote(called)} ${registration === undefined ? "not registered" : "cannot be written"}`);
      return;
    }
    try {
      await this.#turns.outside(() => write(this.#inHandsOf(registration.owner, call, acting), args, value));
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

  #builtinScope(call: HostCall, acting: Acting): BuiltinScope {
    const { guard } = this.#in;
    const log = this.#in.logOf(ownerOf(acting, call));
    const work = new StepWork(log);
    return {
      assign: (call, name, value) => this.#assign(call, { name, value }, acting),
      move: (call, to) => guard.move(call, { acting }, to),
      findLabel: (call, place) => new ActingCall(call, { acting }, guard).findLabel(place),
      exists: (call, extension) => this.#exists(call, extension),
      outside: (work) => this.#turns.outside(work),
      warn: (message) => work.warn(message),
      verbose: (level, message) => log.verbose(level, message),
    };
  }
}

/** Whose log tells of a text: the module's that runs on rights of its own, else that of who began the call. */
function ownerOf([module]: Acting, call: HostCall | undefined): string {
  return module ?? call?.owner ?? "";
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
