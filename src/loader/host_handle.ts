import { RpcTarget } from "capnweb";
import { HostError, printable } from "../fault/mod.ts";
import type { ApplicationHandler, FunctionHandlers } from "../module_api/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { isConfigName, isNameRight, type PermissionSet } from "../permission/mod.ts";
import type { HandleMethods, Made, UsedService, WireConfig } from "../realm/mod.ts";
import { isToldCaller, type Owner, type RegistrationTable } from "../registry/mod.ts";
import { type AdminInside, AdminTarget } from "./admin_target.ts";
import { Belongings } from "./belongings.ts";
import { resultNumber, resultText, text } from "./call.ts";
import { aliasCommand, type CommandFacts, moduleCommand, refuseTwin } from "./command_twin.ts";
import { DatabaseTarget } from "./database_target.ts";
import {
  checkMethodName,
  mustOwn,
  notCapable,
  notProvided,
  notReadable,
  notUsed,
  refuseTaken,
  stateText,
} from "./declared.ts";
import { PbxTarget } from "./pbx_target.ts";
import { realtimeDriver } from "./realtime_rows.ts";
import { ReferenceTarget } from "./references.ts";
import { heldTogether, providedService, type ServiceUse, usedService } from "./used_service.ts";
import type { HandleOptions, HandleServices, Registering, Stub } from "./handle_options.ts";

/**
 * The capability object of one module: everything it may do to the host. What comes from a realm is checked here.
 *
 * Once closed every method refuses. Owns the duplicates of the module's functions; `close` gives them back.
 */
export class HostHandle extends RpcTarget implements HandleMethods {
  readonly #manifest: Manifest;
  readonly #effective: PermissionSet;
  readonly #mayRead: (file: string) => boolean;
  readonly #owner: Owner;
  readonly #makeServices: () => HandleServices;
  #made: Belongings | undefined;
  #closed = false;

  /** A handle for one instance. */
  constructor({ manifest, effective, mayRead, owner, services }: HandleOptions) {
    super();
    this.#manifest = manifest;
    this.#effective = effective;
    this.#mayRead = mayRead;
    this.#owner = owner;
    this.#makeServices = services;
  }

  get #own(): Belongings {
    return this.#made ??= new Belongings(this.#manifest.name, this.#makeServices());
  }

  get #services(): HandleServices {
    return this.#own.services;
  }

  registerApplication(name: string, handler: unknown): Promise<void> {
    const run = this.#keep(handler);
    const value: ApplicationHandler = (call, args) =>
      this.#own.calls.during(call, (target) => run(target, call.name, args), resultNumber);
    return this.#register("application", { name, value, stubs: [run] });
  }

  registerFunction(name: string, handlers: { read?: unknown; write?: unknown }): Promise<void> {
    const read = handlers?.read ? this.#keep(handlers.read) : undefined;
    const write = handlers?.write ? this.#keep(handlers.write) : undefined;
    if (!read && !write) throw new TypeError(`Cannot register function "${name}": it has neither read nor write`);
    const value: FunctionHandlers = {};
    if (read) {
      value.read = (call, args) => this.#own.calls.during(call, (target) => read(target, call.name, args), resultText);
    }
    if (write) {
      value.write = (call, args, text) =>
        this.#own.calls.during(call, (target) => write(target, call.name, args, text), () => {});
    }
    return this.#register("function", { name, value, stubs: [read, write].filter((stub) => stub !== undefined) });
  }

  registerService(name: string, methods: Record<string, unknown>, toldCaller?: boolean): Promise<void> {
    const stubs = new Map<string, Stub>();
    for (const [method, stub] of Object.entries(methods ?? {})) {
      checkMethodName(name, method);
      stubs.set(method, this.#keep(stub));
    }
    const value = providedService(stubs, {
      toldCaller: toldCaller === true,
      run: (call, method) => this.#services.gate.run(call, `${this.#manifest.name}: ${name}.${method}`),
    });
    const key = text(name).toLowerCase();
    const provided = this.#manifest.provides.find((one) => one.type === "service" && one.name.toLowerCase() === key);
    return this.#register("service", { name, value, stubs: [...stubs.values()], priority: provided?.priority ?? 0 });
  }

  registerRealtime(name: string, load: unknown): Promise<void> {
    const run = this.#keep(load);
    const value = realtimeDriver(async ({ file, database, table }, what) => {
      using _user = this.#services.holdForCall(`config ${file}`);
      return await this.#services.gate.run(() => run({ file, database, table }), what);
    }, this.#manifest.name);
    return this.#register("realtime", { name, value, stubs: [run] });
  }

  registerCommand(about: CommandFacts, handler?: unknown): Promise<void> {
    const command = text(about?.command, 200).trim().replace(/\s+/g, " ");
    this.#open();
    if (this.#services.taken("command", command)) return Promise.resolve();
    refuseTwin(this.#services, this.#owner, command);
    if (about.standsFor !== undefined) {
      this.#capable("command");
      return this.#register("command", { name: command, value: aliasCommand({ ...about, command }), stubs: [] });
    }
    const run = this.#keep(handler);
    const value = moduleCommand({ ...about, command }, { run, ...this.#services });
    return this.#register("command", { name: command, value, stubs: [run] });
  }

  unregister(type: string, name: string): Promise<void> {
    this.#open();
    const tables: Record<string, RegistrationTable<unknown>> = this.#services.registry.tables();
    const table = Object.hasOwn(tables, text(type)) ? tables[type] : undefined;
    if (table === undefined) throw new TypeError(`Cannot unregister: there is no type "${type}"`);
    const key = `${type}=${text(name).toLowerCase()}`;
    if (type === "service") this.#services.unlink(name);
    if (table.remove(this.#owner, name)) this.#own.drop(this.#own.registered.get(key) ?? []);
    this.#own.registered.delete(key);
    return Promise.resolve();
  }

  use(what: string): Promise<UsedService> {
    this.#open();
    const [, type = "", name = ""] = /^([a-z]+)=(.+)$/.exec(text(what, 200)) ?? [];
    if (type !== "service") {
      throw new TypeError(
        `Cannot use "${what}": expected service=<name>; applications and functions have calls of their own`,
      );
    }
    this.#mustUse(type, name);
    const registration = this.#services.registry.services.get(name);
    const acquired = registration === undefined ? undefined : this.#services.acquire(type, name);
    if (acquired === undefined || registration === undefined) {
      throw new HostError("not-found", `Cannot use "${what}": nothing provides it now`);
    }
    using undone = new DisposableStack();
    undone.use(acquired.hold);
    undone.use(this.#own.make("use"));
    undone.use(this.#own.make("method", Object.keys(registration.value).length));
    const link = isToldCaller(registration.value) ? undefined : this.#services.link(registration.owner, name);
    if (link !== undefined) undone.use(link);
    const held = this.#holding(undone.move(), []);
    return Promise.resolve(this.#lend({ what, registration, link }, held.release));
  }

  references(): ReferenceTarget {
    this.#open();
    return new ReferenceTarget({
      services: this.#services,
      open: () => this.#open(),
      mustUse: (type, name) => this.#mustUse(type, name),
      have: (...about) => this.#have(...about),
      lend: (what, registration) => this.#lend({ what, registration, link: undefined }, async () => {}),
      run: (callback, what) => this.#services.gate.run(callback, `${this.#manifest.name}: ${what}`),
    });
  }

  async runApplication(name: string, args: string, callName: string | undefined): Promise<number> {
    this.#open();
    this.#mustUse("application", text(name));
    using opened = this.#own.calls.of(callName);
    const { call } = opened;
    const pauses = this.#own.calls.pausesOf(call);
    // What it runs has a deadline of its own.
    return await pauses.during(() => this.#services.pbx.runFor(call, name, text(args)));
  }

  async readFunction(name: string, args: string, callName: string | undefined): Promise<string> {
    this.#open();
    this.#mustUse("function", text(name));
    using opened = this.#own.calls.of(callName);
    return await this.#services.pbx.readFor(opened.call, name, text(args));
  }

  async config(file: string): Promise<WireConfig | undefined> {
    this.#open();
    if (!isConfigName(text(file, 200)) || !this.#mayRead(file)) {
      throw new HostError("permission", notReadable(this.#manifest, printable(file)));
    }
    return await this.#own.asks.run(() => this.#services.readConfig(file));
  }

  // deno-lint-ignore no-explicit-any -- rows cross as plain data
  modules(): Promise<any[]> {
    this.#capable("modules");
    return this.#own.asks.run(() => this.#services.modules());
  }

  async execute(command: string): Promise<string> {
    this.#capable("command");
    return await this.#services.execute(text(command));
  }

  database(): DatabaseTarget {
    this.#capable("db");
    const { asks, services: { database } } = this.#own;
    return new DatabaseTarget({ ...database, family: this.#manifest.name, asks, open: () => this.#open() });
  }

  admin(): AdminTarget {
    return new AdminTarget(this.#inside());
  }

  pbx(): PbxTarget {
    const { pbx, holdForUser } = this.#services;
    this.#own.held.add(pbx.gone);
    return new PbxTarget({ ...this.#inside(), pbx, make: (kind) => this.#own.make(kind), user: holdForUser });
  }

  /** What the parts of this object that stand in files of their own ask of it. */
  #inside(): AdminInside {
    this.#open();
    return {
      module: this.#manifest.name,
      life: this.#services.life,
      asks: this.#own.asks,
      services: () => this.#services.admin(),
      actions: this.#services.registry.managerActions,
      capable: (capability) => this.#capable(capability),
      mustProvide: (type, name) => {
        this.#open();
        this.#mustProvide(type, name);
      },
      taken: (type, name) => this.#services.taken(type, name),
      mustDeclare: (refusal) => this.#mustDeclare(refusal),
      have: (...about) => this.#have(...about),
      keep: (fn) => this.#keep(fn),
      register: (type, about) => this.#register(type, about),
      within: async (what, run) => {
        using _user = this.#services.holdForCall(`call ${what}`);
        return await this.#services.gate.run(run, `${this.#manifest.name}: ${what}`);
      },
    };
  }

  user(label: string, cancel: unknown): Promise<{ release: () => Promise<void> }> {
    this.#open();
    const shown = text(label, 200);
    const what = `${this.#manifest.name}: cancel of ${shown}`;
    return Promise.resolve(
      this.#have(
        "hold",
        [cancel],
        ([stub]) =>
          this.#services.holdForUser(shown, async () => void await this.#services.gate.run(() => stub!(), what)),
      ),
    );
  }

  blockUnload(): Promise<void> {
    return Promise.resolve(this.#services.blockUnload());
  }

  saveState(json: string): Promise<void> {
    this.#open();
    this.#services.saveState(stateText(json));
    return Promise.resolve();
  }

  /** No more through this handle: closes it and gives back all it holds. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#made?.letGo();
  }

  #open(): void {
    if (!this.#closed) return;
    throw new HostError("state", `Module "${this.#manifest.name}" has stopped; its host object is closed`);
  }

  /**
   * Something that the module has until it releases it: counted, with functions of the module behind it. Nothing of it
   * stays when it cannot be had.
   */
  #have(
    kind: Made,
    functions: readonly unknown[],
    begin: (stubs: readonly Stub[]) => Disposable,
  ): { release: () => Promise<void> } {
    const made = this.#own.make(kind);
    const stubs: Stub[] = [];
    try {
      for (const one of functions) stubs.push(this.#keep(one));
      return this.#holding(heldTogether(begin(stubs), made), stubs);
    } catch (error) {
      this.#own.drop(stubs);
      made[Symbol.dispose]();
      throw error;
    }
  }

  /** Holds something until it is released, and at the latest until the module stops. */
  #holding(hold: Disposable, stubs: readonly Stub[]): { release: () => Promise<void> } {
    this.#own.held.add(hold);
    const release = () => {
      this.#own.held.delete(hold);
      hold[Symbol.dispose]();
      return Promise.resolve(this.#own.drop(stubs));
    };
    return { release };
  }

  /** A service as this module may use it. */
  #lend(about: Pick<ServiceUse, "what" | "registration" | "link">, release: () => Promise<void>): UsedService {
    return usedService({
      ...about,
      caller: { module: this.#manifest.name, capabilities: this.#effective.host.filter((one) => !isNameRight(one)) },
      open: () => this.#open(),
      bridge: (value, kept) => this.#bridge(value, kept),
      release: (kept) => (this.#own.drop(kept), release()),
    });
  }

  /** A function of the module that must outlive the call which brought it. */
  #keep(handler: unknown): Stub {
    this.#open();
    if (typeof handler !== "function") throw new TypeError(`Cannot register a ${typeof handler}: expected a function`);
    this.#own.mayHave("function", this.#own.kept.size);
    const stub = (handler as Stub).dup();
    this.#own.kept.add(stub);
    return stub;
  }

  /**
   * A callback on its way to another module: a function of the host around a duplicate that this handle owns, so that it
   * ends with the module that passed it. (A stub that went back to its own session could not be duplicated there.)
   */
  #bridge(value: unknown, callbacks: Stub[]): unknown {
    if (typeof value !== "function") return value;
    const stub = this.#keep(value);
    callbacks.push(stub);
    return (...args: unknown[]) => this.#services.gate.run(() => stub(...args), `${this.#manifest.name}: callback`);
  }

  #register(type: string, about: Registering): Promise<void> {
    try {
      this.#checkedRegister(type, about);
    } catch (error) {
      this.#own.drop(about.stubs);
      throw error;
    }
    return Promise.resolve();
  }

  #checkedRegister(type: string, { name, value, stubs, priority = 0 }: Registering): void {
    this.#open();
    if (!this.#services.accepting()) {
      throw new HostError("state", `Cannot register ${type} "${name}": "${this.#manifest.name}" is stopping`);
    }
    // The rest of the module runs: whoever installed it decides whether it is worth the name.
    if (this.#services.taken(type, text(name, 200))) return this.#own.drop(stubs);
    this.#mustProvide(type, name);
    mustOwn(this.#manifest, this.#services, { type, name });
    this.#own.mayHave("registration", this.#own.registered.size);
    const table = (this.#services.registry.tables() as Record<string, RegistrationTable<unknown>>)[type]!;
    const others = table.all(name).filter((one) =>
      one.owner === this.#owner || !this.#services.displace(type, name, one)
    );
    const other = others.find((one) => type !== "service" || one.owner === this.#owner);
    if (other !== undefined) refuseTaken(this.#services, { type, name, others: [other.owner.module] });
    this.#own.registered.set(`${type}=${name.toLowerCase()}`, stubs);
    table.add({ name, owner: this.#owner, value, priority });
  }

  #mustProvide(type: string, name: string): void {
    this.#mustDeclare(notProvided(this.#manifest, type, name));
  }

  #mustUse(type: string, name: string): void {
    this.#mustDeclare(notUsed(this.#manifest, type, name));
  }

  #mustDeclare(message: string | undefined): void {
    if (message === undefined) return;
    this.#services.refused(message);
    throw new HostError("permission", message);
  }

  #capable(capability: string): void {
    this.#open();
    const refusal = notCapable(this.#manifest, this.#effective, capability);
    if (refusal !== undefined) this.#services.lacked(capability);
    this.#mustDeclare(refusal);
  }
}
