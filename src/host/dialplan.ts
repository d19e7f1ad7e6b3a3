import type { Dialplan, DialplanEntry } from "../console/mod.ts";
import { HostError, messageOf } from "../fault/mod.ts";
import { HostCall } from "../loader/mod.ts";
import type { CallRow } from "../module_api/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { RegistrationTable, Registry } from "../registry/mod.ts";

const EXPRESSION_REGEXP = /^\s*([A-Za-z0-9_]+)\s*(?:\((.*)\))?\s*$/s;

/** Runs applications and functions in calls of their own, and hands the record of each call to `service=cdr`. */
export class HostDialplan implements Dialplan {
  readonly #registry: Registry;
  readonly #log: Logger;
  readonly #active = new Map<string, ActiveCall>();
  #calls = 0;

  readonly #refusesCalls: () => boolean;

  /** A dialplan over what is registered; asked before each call whether it may begin. */
  constructor(registry: Registry, log: Logger, refusesCalls: () => boolean = () => false) {
    this.#registry = registry;
    this.#log = log;
    this.#refusesCalls = refusesCalls;
  }

  async evaluate(expression: string): Promise<string> {
    const [, name, args = ""] = EXPRESSION_REGEXP.exec(expression) ?? [];
    if (name === undefined) {
      throw new HostError("not-found", `Cannot evaluate "${expression}": expected NAME(arguments)`);
    }
    const registration = this.#registry.functions.get(name);
    if (registration === undefined) throw new HostError("not-found", `Function ${name} not registered`);
    const { read } = registration.value;
    if (read === undefined) throw new HostError("state", `Function ${name} cannot be read`);
    return await read(this.#open(() => {}), args);
  }

  async execute(application: string, args: string, print: (line: string) => void): Promise<number> {
    const registration = this.#registry.applications.get(application);
    if (registration === undefined) throw new HostError("not-found", `No such application '${application}'`);
    if (this.#refusesCalls()) throw new HostError("state", "Asterism is shutting down: no new calls");
    const call = this.#open(print);
    const active = { call, start: Date.now(), application: registration.name, args, number: this.#calls };
    this.#active.set(call.name, active);
    try {
      return await registration.value(call, args) ?? 0;
    } finally {
      this.#active.delete(call.name);
      await this.#record(active);
    }
  }

  /** How many calls there have been, active ones included. */
  get processedCalls(): number {
    return this.#calls;
  }

  /** Calls that run an application now. */
  calls(): CallRow[] {
    return [...this.#active.values()].map((active) => ({
      ...active.call.place,
      name: active.call.name,
      application: active.application,
      data: active.args,
      startedAt: active.start,
      uniqueId: uniqueId(active),
    }));
  }

  applications(): DialplanEntry[] {
    return entries(this.#registry.applications);
  }

  functions(): DialplanEntry[] {
    return entries(this.#registry.functions);
  }

  #open(print: (line: string) => void): HostCall {
    return new HostCall(`Console/${++this.#calls}`, print);
  }

  /** The call has ended: whoever keeps records gets one. A fault there is logged and changes nothing for the call. */
  async #record(ended: ActiveCall): Promise<void> {
    const cdr = this.#registry.services.get("cdr");
    const post = cdr?.value.post;
    if (post === undefined) return;
    const { call, start, application, args } = ended;
    const { context, extension } = await call.location();
    const end = Date.now();
    const seconds = String(Math.round((end - start) / 1000));
    try {
      await post({
        clid: "",
        src: "",
        dst: extension,
        dcontext: context,
        channel: call.name,
        dstchannel: "",
        lastapp: application,
        lastdata: args,
        start: timestamp(start),
        answer: timestamp(start),
        end: timestamp(end),
        duration: seconds,
        billsec: seconds,
        disposition: "ANSWERED",
        amaflags: "DOCUMENTATION",
        accountcode: "",
        uniqueid: uniqueId(ended),
        userfield: "",
      });
    } catch (error) {
      this.#log.error(`Record of call ${call.name} was not written by '${cdr?.owner.module}': ${messageOf(error)}`);
    }
  }
}

/** A call while it runs an application. */
interface ActiveCall {
  readonly call: HostCall;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly application: string;
  readonly args: string;
  /** The how-manieth of this host. */
  readonly number: number;
}

function uniqueId({ start, number }: ActiveCall): string {
  return `${Math.floor(start / 1000)}.${number}`;
}

function entries(table: RegistrationTable<unknown>): DialplanEntry[] {
  return table.list().map(({ name, owner }) => ({ name, module: owner.module }));
}

/** `2026-11-21 09:18:57`, local time, as Asterisk's records have it. */
function timestamp(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
