import type { Dialplan, DialplanEntry } from "../console/mod.ts";
import { HostCall, Pbx } from "../dialplan/mod.ts";
import { HostError } from "../fault/mod.ts";
import type { Loader, StateChange } from "../loader/mod.ts";
import type { Logger, LogOf } from "../log/mod.ts";
import type { CallRow } from "../module_api/mod.ts";
import type { RegistrationTable, Registry } from "../registry/mod.ts";

const EXPRESSION_REGEXP = /^\s*([A-Za-z0-9_]+)\s*(?:\((.*)\))?\s*$/s;

/** Options of {@linkcode HostDialplan}. */
export interface HostDialplanOptions {
  readonly registry: Registry;
  readonly log: Logger;
  /** Lines about calls of a module. */
  readonly logOf: LogOf;
  /** Asked before each call: whether none may begin. */
  readonly refusesCalls: () => boolean;
}

/** Runs applications and functions in calls of their own, and keeps the dialplan. */
export class HostDialplan implements Dialplan {
  /** Contexts and calls. */
  readonly pbx: Pbx;
  readonly #registry: Registry;
  #refreshing = false;
  #calls = 0;

  readonly #refusesCalls: () => boolean;

  /** A dialplan over what is registered; asked before each call whether it may begin. */
  constructor({ registry, log, logOf, refusesCalls }: HostDialplanOptions) {
    this.#registry = registry;
    this.#refusesCalls = refusesCalls;
    this.pbx = new Pbx({ registry, log: log.child({ area: "pbx" }), logOf, refusesCalls });
  }

  /** From now on extensions are users of the modules they name. */
  attach(loader: Loader): void {
    this.pbx.references.heldBy(({ user }, owner) => loader.holdOwner(owner, user), ({ type, name, user }) => {
      if (!this.pbx.isBuiltin(name)) loader.seek({ type, name, label: user });
    });
  }

  /** A module has come or gone: what it has registered may be named by extensions. */
  changed({ to }: StateChange): void {
    if (this.#refreshing || !["running", "stopped", "failed"].includes(to)) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      void this.pbx.references.refresh();
    });
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
    const call = new HostCall({ name: `Console/${++this.#calls}`, write: () => {} });
    return await read(this.pbx.inHandsOf("", call), args);
  }

  async execute(application: string, args: string, print: (line: string) => void): Promise<number> {
    if (this.#registry.applications.get(application) === undefined && !this.pbx.isBuiltin(application)) {
      throw new HostError("not-found", `No such application '${application}'`);
    }
    if (this.#refusesCalls()) throw new HostError("state", "Asterism is shutting down: no new calls");
    const call = this.pbx.open({ name: `Console/${++this.#calls}`, write: print });
    return await this.pbx.execute(call, application, args);
  }

  /** How many calls there have been, active ones included. */
  get processedCalls(): number {
    return this.pbx.processedCalls;
  }

  /** Calls that run now. */
  calls(): CallRow[] {
    return this.pbx.calls();
  }

  applications(): DialplanEntry[] {
    const builtins = this.pbx.builtins.map((name) => ({ name, module: "core" }));
    return [...entries(this.#registry.applications), ...builtins];
  }

  functions(): DialplanEntry[] {
    return entries(this.#registry.functions);
  }
}

function entries(table: RegistrationTable<unknown>): DialplanEntry[] {
  return table.list().map(({ name, owner }) => ({ name, module: owner.module }));
}
