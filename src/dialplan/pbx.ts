import { HostError, messageOf } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { CallRow, DialplanContents } from "../module_api/mod.ts";
import { CORE_CALLER, methodsFor, type Registry } from "../registry/mod.ts";
import { ActingCall } from "./acting_call.ts";
import type { Beginning, Peer } from "./beginning.ts";
import { BUILTINS } from "./builtins.ts";
import { type CallOptions, HostCall } from "./call.ts";
import { Globals } from "./globals.ts";
import { Guard } from "./guard.ts";
import { Quota } from "./quota.ts";
import { callRecord } from "./record.ts";
import { References } from "./references.ts";
import { HOST_RIGHTS, type Rights } from "./rights.ts";
import { Runner } from "./runner.ts";
import { Slices } from "../work/mod.ts";
import { type Addition, DialplanTable, type Removal } from "./table.ts";

/** What the PBX keeps of one registrar. */
interface Registrar {
  /** What it asked for last: one after the other. */
  turn: Promise<unknown>;
  /** How many of these are not done. */
  waiting: number;
  /** Whether it has stopped, and what it asked for before is not done any more. */
  gone: boolean;
  /** How many of its channels there are, records that are being written included. */
  channels: number;
  /** Whether calls that run out of priorities in its contexts are hung up. */
  autoFallThrough: boolean;
  /** Room for what its calls keep. */
  readonly room: Quota;
}

/** Most channels at a time. */
const MAX_CHANNELS = 10_000;
/** Most channels of one module, records that are still being written included. */
const MAX_CHANNELS_OF_MODULE = 1000;
/** Characters that all calls of one module keep together, in variables and in lines that wait. */
const MAX_ROOM = 16 * 1024 * 1024;

/** While nobody says what modules may do. */
const NO_RIGHTS: Rights = { isAdministrators: () => false, naming: () => "none" };

/** Options of {@linkcode Pbx}. */
export interface PbxOptions {
  /** Applications, functions, and who keeps records. */
  readonly registry: Registry;
  /** What modules may do in the dialplan; see {@linkcode Pbx.holdTo}. @default {nothing} */
  readonly rights?: Rights | undefined;
  /** Whether no call may begin now: the program is stopping. */
  readonly refusesCalls: () => boolean;
  /** Where calls are followed. */
  readonly log: Logger;
  /** Where lines about the calls and texts of a module go. @default {a child of `log`} */
  readonly logOf?: ((module: string) => Logger) | undefined;
  /** Most channels of one module at a time. @default {1000} */
  readonly channelsOfModule?: number | undefined;
}

/** A call that runs now, for people. */
export interface ActiveCall extends CallRow {
  /** Number of the caller. */
  readonly caller: string;
  /** Whether it was answered. */
  readonly answered: boolean;
}

/** Dialplan and calls: Asterisk's PBX core. Knows modules as registrars only. */
export class Pbx {
  /** What the dialplan names, and who holds it. */
  readonly references: References;
  readonly #options: PbxOptions;
  readonly #table: DialplanTable;
  readonly #guard: Guard;
  #rights: Rights;
  readonly #globals: Globals;
  readonly #logOf: (owner: string) => Logger;
  readonly #registrars = new Map<string, Registrar>();
  readonly #runner: Runner;
  readonly #calls = new Map<string, { call: HostCall; registrar: string; number: number; ended: Promise<void> }>();
  #count = 0;

  /** An empty dialplan. */
  constructor(options: PbxOptions) {
    this.#options = options;
    const { registry, log, logOf = (module: string) => log.child({ module }) } = options;
    this.#logOf = (owner) => owner === "" ? log : logOf(owner);
    this.#rights = options.rights ?? NO_RIGHTS;
    const rights: Rights = {
      isAdministrators: (module) => this.#rights.isAdministrators(module),
      naming: (module, thing) => this.#rights.naming(module, thing),
    };
    const isAdministrators = (owner: string) => owner === "" || rights.isAdministrators(owner);
    this.#globals = new Globals({ isAdministrators, warn: (owner, message) => this.#logOf(owner).warning(message) });
    this.#table = new DialplanTable({}, {
      mayInclude: (context, include) => this.#guard.mayInclude(context, include),
      goesFirst: isAdministrators,
    });
    this.#guard = new Guard({ rights, table: this.#table, logOf: this.#logOf });
    this.references = new References(
      registry,
      (registrar, thing) => this.isBuiltin(thing.name) || this.#guard.mayUse(registrar, thing),
    );
    this.#runner = new Runner({
      registry,
      logOf: this.#logOf,
      table: this.#table,
      globals: this.#globals,
      guard: this.#guard,
      autoFallThrough: (context) => {
        const registrar = this.#table.context(context)?.registrar ?? "";
        return this.#registrars.get(registrar)?.autoFallThrough ?? true;
      },
    });
  }

  /** The contexts. */
  get table(): DialplanTable {
    return this.#table;
  }

  /** How many calls there have been, active ones included. */
  get processedCalls(): number {
    return this.#count;
  }

  /** From now on steps and calls of modules do what these rights say. */
  holdTo(rights: Rights): void {
    this.#rights = rights;
  }

  /** Whether an application is the core's own. */
  isBuiltin(name: string): boolean {
    return this.#runner.isBuiltin(name);
  }

  /** Replaces variables, functions and expressions in a text, for a call and on the host's rights. */
  substitute(text: string, call: HostCall): Promise<string> {
    return this.#runner.substitute(text, { call, acting: HOST_RIGHTS });
  }

  /** A call that a module opened, in that module's hands; one of the host, "", may do everything. */
  inHandsOf(module: string, call: HostCall): ActingCall {
    const acting = this.#guard.actingFor(module);
    return new ActingCall(call, { acting, module: module === "" ? undefined : module }, this.#guard);
  }

  /**
   * Runs an application for who has a call in hands.
   *
   * @throws {HostError} with code `permission`, or `not-found` when there is none
   */
  runFor(call: ActingCall, application: string, args: string): Promise<number> {
    return this.#runner.runFor(call, application, args);
  }

  /**
   * Reads a function for who has a call in hands.
   *
   * @throws {HostError} with code `permission`, or `not-found` when none can be read
   */
  readFor(call: ActingCall, name: string, args: string): Promise<string> {
    return this.#runner.readFor(call, name, args);
  }

  /** Names of the core's own applications. */
  get builtins(): string[] {
    return Object.keys(BUILTINS);
  }

  /**
   * Puts a dialplan in place of the one of that registrar, at once when all of it was read. Calls that run go on in the
   * new one. What one registrar asks for is done one after the other. Names of contexts are the administrator's first;
   * globals of others stay as they are.
   *
   * @returns what was left out, as sentences
   * @throws {HostError} with code `limit` when it is more than a registrar may have; the old dialplan stays
   */
  replace(registrar: string, contents: DialplanContents): Promise<string[]> {
    return this.#inTurn(registrar, async (state) => {
      const draft = await this.#table.draft(registrar, contents.contexts);
      if (state.gone) return [];
      const acting = this.#guard.actingFor(registrar);
      if (contents.clearGlobals === true) {
        if (acting.length === 0) this.#globals.clear();
        else this.#globals.clearOf(registrar);
      }
      for (const { name, value } of contents.globals) {
        const filled = await this.#runner.substitute(value, { acting });
        if (state.gone) return [];
        this.#globals.declare(registrar, { name, value: filled });
      }
      state.autoFallThrough = contents.autoFallThrough ?? true;
      const { faults, added, removed, evicted } = this.#table.put(draft);
      for (const { name, registrar: other } of evicted) {
        this.#logOf(other).warning(
          `Context '${name}' of '${other}' goes: the administrator's dialplan has one of that name`,
        );
      }
      await this.references.swap(removed, added);
      return faults;
    });
  }

  /** Adds a priority; why not, as a sentence. */
  add(registrar: string, addition: Addition): Promise<string | undefined> {
    return this.#inTurn(registrar, (state) => {
      if (state.gone) return Promise.resolve(undefined);
      const { fault, old } = this.#table.add(registrar, addition);
      const context = { name: addition.context, registrar };
      if (fault === undefined) this.references.add(context, addition.priority);
      if (old !== undefined) this.references.remove(context, old);
      return Promise.resolve(fault);
    });
  }

  /** Removes priorities; how many. */
  remove(registrar: string, removal: Removal): Promise<number> {
    return this.#inTurn(registrar, async () => {
      const gone = await this.#table.remove(registrar, removal);
      const slices = new Slices();
      for (const step of gone) {
        if (slices.over) await slices.next();
        this.references.remove({ name: removal.context, registrar }, step);
      }
      return gone.length;
    });
  }

  /** The module is gone: its contexts and global variables go, its calls are hung up. */
  removeRegistrar(registrar: string): void {
    const state = this.#registrars.get(registrar);
    if (state !== undefined) {
      state.gone = true;
      this.#registrars.delete(registrar);
    }
    const removed = this.#table.removeRegistrar(registrar);
    this.#globals.removeOwner(registrar);
    this.#guard.forget(registrar);
    for (const { call, registrar: owner } of this.#calls.values()) if (owner === registrar) call.softHangup();
    // What is under way for it holds things still, and gives them back when it finds that the module is gone.
    void (state?.turn ?? Promise.resolve()).then(() => this.references.swap(removed, []));
  }

  /** Does one thing of a registrar after the other. */
  #inTurn<T>(registrar: string, work: (state: Registrar) => Promise<T>): Promise<T> {
    const state = this.#registrar(registrar);
    const done = state.waiting === 0 ? work(state) : state.turn.then(() => work(state));
    state.waiting++;
    state.turn = done.then(() => {}, () => {}).then(() => void state.waiting--);
    return done;
  }

  #registrar(registrar: string): Registrar {
    const known = this.#registrars.get(registrar);
    if (known !== undefined) return known;
    const made: Registrar = {
      turn: Promise.resolve(),
      waiting: 0,
      gone: false,
      channels: 0,
      autoFallThrough: true,
      room: new Quota(MAX_ROOM),
    };
    this.#registrars.set(registrar, made);
    return made;
  }

  /**
   * Begins a call and runs it.
   *
   * @param onEnd called once it is over and its record was handed on
   * @throws {RangeError} when there are too many
   * @throws {HostError} with code `state` when the program is stopping, `permission` when the module's calls must not be in
   * that context
   */
  begin(registrar: string, { options, peer, onEnd }: Beginning): HostCall {
    if (this.#options.refusesCalls()) throw new HostError("state", "Asterism is shutting down: no new calls");
    if (this.#calls.size >= MAX_CHANNELS) {
      throw new RangeError(`Cannot begin a call: there are ${MAX_CHANNELS} already`);
    }
    const state = this.#registrar(registrar);
    const most = this.#options.channelsOfModule ?? MAX_CHANNELS_OF_MODULE;
    if (state.channels >= most) throw new RangeError(`Cannot begin a call: '${registrar}' has ${most} already`);
    const by = this.#guard.begin(registrar, options.context);
    const { technology, peer: label, context, extension, caller, variables = {} } = options;
    const name = `${technology}/${label}-${(this.#count + 1).toString(16).padStart(8, "0")}`;
    const call = this.open({
      name,
      owner: registrar,
      room: state.room,
      caller,
      location: { context, extension, priority: 1 },
      by,
      write: (line) => peer.write(line),
      interactive: true,
    });
    for (const [variable, value] of Object.entries(variables)) {
      call.setVariable(variable, value).catch((error) => this.#logOf(registrar).warning(messageOf(error)));
    }
    const number = this.#count;
    state.channels++;
    const ended = this.#run(call, { peer, number }).finally(() => {
      state.channels--;
      call.release();
      onEnd();
    });
    this.#calls.set(name, { call, registrar, number, ended });
    return call;
  }

  /** A call of its own, that runs only what it is told to. */
  open(options: CallOptions): HostCall {
    this.#count++;
    return new HostCall({
      findLabel: ({ context, extension, label }) =>
        this.#table.find({ context, extension, caller: options.caller ?? "" }, label)?.priority.priority,
      ...options,
    });
  }

  /**
   * Runs an application in a call that is not in the dialplan, and hands on its record.
   *
   * @returns its result; a negative one also when there is none of that name
   */
  async execute(call: HostCall, application: string, args: string): Promise<number> {
    const number = this.#count;
    await call.answer();
    this.#calls.set(call.name, { call, registrar: "", number, ended: Promise.resolve() });
    try {
      return await this.#runner.execute(call, application, args) ?? -1;
    } finally {
      this.#calls.delete(call.name);
      await this.#record(call, number);
      call.release();
    }
  }

  /** Calls that run now. */
  calls(): ActiveCall[] {
    return [...this.#calls.values()].map(({ call, number }) => ({
      ...call.place,
      name: call.name,
      application: call.running.application,
      data: call.running.args,
      startedAt: call.startedAt,
      uniqueId: uniqueId(call, number),
      caller: call.caller,
      answered: call.answeredAt !== undefined,
    }));
  }

  /** Asks a call to end. Says whether there is one of that name, in any case of letters. */
  requestHangup(name: string): string | undefined {
    const found = [...this.#calls.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
    if (found !== undefined) this.#calls.get(found)?.call.softHangup();
    return found;
  }

  async #run(call: HostCall, { peer, number }: { peer: Peer; number: number }): Promise<void> {
    // The name of the call must be known to who began it before anything happens in it.
    await Promise.resolve();
    await this.#runner.run(call);
    await peer.hangup().catch(() => {});
    this.#calls.delete(call.name);
    await this.#record(call, number);
  }

  /** The call has ended: whoever keeps records gets one. A fault there is logged and changes nothing for the call. */
  async #record(call: HostCall, number: number): Promise<void> {
    const cdr = this.#options.registry.services.get("cdr");
    const post = cdr && methodsFor(cdr.value, CORE_CALLER).post;
    if (post === undefined) return;
    try {
      await post(callRecord(call, uniqueId(call, number)));
    } catch (error) {
      this.#options.log.error(
        `Record of call ${call.name} was not written by '${cdr?.owner.module}': ${messageOf(error)}`,
      );
    }
  }
}

function uniqueId({ startedAt }: HostCall, number: number): string {
  return `${Math.floor(startedAt / 1000)}.${number}`;
}
