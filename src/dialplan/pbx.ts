import { HostError, messageOf } from "../fault/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { ApplicationHandler, CallRow, ChannelOptions, DialplanContents } from "../module_api/mod.ts";
import type { Registry } from "../registry/mod.ts";
import { BUILTINS } from "./builtins.ts";
import { type CallOptions, HostCall } from "./call.ts";
import { callRecord } from "./record.ts";
import { References } from "./references.ts";
import { Runner } from "./runner.ts";
import { type Addition, DialplanTable, type Removal } from "./table.ts";

/** Most channels at a time. */
const MAX_CHANNELS = 10_000;

/** Options of {@linkcode Pbx}. */
export interface PbxOptions {
  /** Applications, functions, and who keeps records. */
  readonly registry: Registry;
  /** Whether no call may begin now: the program is stopping. */
  readonly refusesCalls: () => boolean;
  /** Where calls are followed. */
  readonly log: Logger;
}

/** The other end of a channel, as the host calls it. */
export interface Peer {
  /** Writes a line. */
  write(line: string): Promise<void>;
  /** The call is over. */
  hangup(): Promise<void>;
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
  readonly #table = new DialplanTable();
  readonly #globals = new Map<string, string>();
  readonly #runner: Runner;
  readonly #calls = new Map<string, { call: HostCall; registrar: string; number: number; ended: Promise<void> }>();
  #autoFallThrough = true;
  #count = 0;

  /** An empty dialplan. */
  constructor(options: PbxOptions) {
    this.#options = options;
    this.references = new References(options.registry, this.#table);
    this.#runner = new Runner({
      registry: options.registry,
      log: options.log,
      table: this.#table,
      globals: this.#globals,
      autoFallThrough: () => this.#autoFallThrough,
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

  /** An application of the core's own. */
  builtin(name: string): ApplicationHandler | undefined {
    return this.#runner.builtin(name);
  }

  /** Names of the core's own applications. */
  get builtins(): string[] {
    return Object.keys(BUILTINS);
  }

  /**
   * Puts a dialplan in place of the one of that registrar. Calls that run go on in the new one.
   *
   * @returns what was left out, as sentences
   */
  async replace(registrar: string, contents: DialplanContents): Promise<string[]> {
    if (contents.clearGlobals === true) this.#globals.clear();
    for (const { name, value } of contents.globals) {
      this.#globals.set(name, await this.#runner.substitute(value, undefined));
    }
    this.#autoFallThrough = contents.autoFallThrough ?? true;
    const refused = this.#table.replace(registrar, contents.contexts);
    this.references.refresh();
    return refused;
  }

  /** Adds a priority; why not, as a sentence. */
  add(registrar: string, addition: Addition): string | undefined {
    const fault = this.#table.add(registrar, addition);
    this.references.refresh();
    return fault;
  }

  /** Removes priorities; how many. */
  remove(registrar: string, removal: Removal): number {
    const count = this.#table.remove(registrar, removal);
    this.references.refresh();
    return count;
  }

  /** The module is gone: its contexts go, its calls are hung up. */
  removeRegistrar(registrar: string): void {
    this.#table.removeRegistrar(registrar);
    for (const { call, registrar: owner } of this.#calls.values()) if (owner === registrar) call.softHangup();
    this.references.refresh();
  }

  /**
   * Begins a call and runs it.
   *
   * @param onEnd called once it is over and its record was handed on
   * @throws {RangeError} when there are too many
   * @throws {HostError} with code `state` when the program is stopping
   */
  begin(registrar: string, { options, peer, onEnd }: Beginning): HostCall {
    if (this.#options.refusesCalls()) throw new HostError("state", "Asterism is shutting down: no new calls");
    if (this.#calls.size >= MAX_CHANNELS) {
      throw new RangeError(`Cannot begin a call: there are ${MAX_CHANNELS} already`);
    }
    const { technology, peer: label, context, extension, caller, variables = {} } = options;
    const name = `${technology}/${label}-${(this.#count + 1).toString(16).padStart(8, "0")}`;
    const call = this.open({
      name,
      caller,
      location: { context, extension, priority: 1 },
      write: (line) => peer.write(line),
      interactive: true,
    });
    for (const [variable, value] of Object.entries(variables)) void call.setVariable(variable, value);
    const number = this.#count;
    const ended = this.#run(call, { peer, number, onEnd });
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

  async #run(
    call: HostCall,
    { peer, number, onEnd }: { peer: Peer; number: number; onEnd: () => void },
  ): Promise<void> {
    // The name of the call must be known to who began it before anything happens in it.
    await Promise.resolve();
    await this.#runner.run(call);
    await peer.hangup().catch(() => {});
    this.#calls.delete(call.name);
    await this.#record(call, number);
    onEnd();
  }

  /** The call has ended: whoever keeps records gets one. A fault there is logged and changes nothing for the call. */
  async #record(call: HostCall, number: number): Promise<void> {
    const cdr = this.#options.registry.services.get("cdr");
    const post = cdr?.value.post;
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

/** How a call begins. */
export interface Beginning {
  /** What it is and where it begins. */
  readonly options: ChannelOptions;
  /** The other end. */
  readonly peer: Peer;
  /** Called once it is over and its record was handed on. */
  readonly onEnd: () => void;
}

function uniqueId({ startedAt }: HostCall, number: number): string {
  return `${Math.floor(startedAt / 1000)}.${number}`;
}
