import type {
  ApplicationHandler,
  Call,
  Come,
  CommandAlias,
  CommandRegistration,
  ConfigSection,
  FunctionHandlers,
  Hold,
  HoldOptions,
  HostAdmin,
  ManagerActionRegistration,
  ManagerHeader,
  ModuleConfig,
  ModuleDatabase,
  ModuleHost,
  ModuleLog,
  ModulePbx,
  ModuleRow,
  RealtimeDriver,
  RealtimeRequest,
  Reference,
  Remote,
  ServiceMethods,
  ServiceOptions,
  UserHandle,
} from "../../module_api/mod.ts";
import { closedHandle, type HandleStub } from "./handle_stub.ts";
import { type CallStub, GuestCall } from "./guest_call.ts";
import { guestDatabase } from "./guest_database.ts";
import { guestPbx } from "./guest_pbx.ts";
import { type AdminStub, GuestAdmin } from "./guest_admin.ts";
import { type CallingEnd, isPlain } from "./direct_link.ts";
import { GuestReferences, type ReferenceStub } from "./guest_references.ts";
import { crossing, inward, type Near, near, outward, type Stub } from "./near.ts";
import type { WireConfig, WireLog, WireLogLevel } from "../wire.ts";

// deno-lint-ignore no-explicit-any -- stubs of functions that cross realms
type AnyFunction = (...args: any[]) => any;

/** Options of {@linkcode GuestHost}. */
export interface GuestHostOptions {
  readonly name: string;
  readonly directories: Record<string, string>;
  readonly report: (line: WireLog) => void;
  /** Asks for the module's capability object. The caller owns the stub. */
  readonly open: () => HandleStub;
  /** The calling end of a direct link, while it is open. */
  readonly link: (id: number) => CallingEnd | undefined;
}

/**
 * What a module is given as `host`: the {@linkcode ModuleHost} over the stub of its capability object. Its parts and the
 * stub are made when they are first needed: there is one of it for every module, and few modules need all.
 */
export class GuestHost implements ModuleHost {
  readonly name: string;
  readonly directories: Readonly<Record<string, string>>;
  readonly #options: GuestHostOptions;
  /** Methods of its services, by name in lower case. */
  #services: Map<string, Record<string, AnyFunction>> | undefined;
  #log: ModuleLog | undefined;
  #db: ModuleDatabase | undefined;
  #pbx: ModulePbx | undefined;
  #references: GuestReferences | undefined;
  #admin: GuestAdmin | undefined;
  #opened: HandleStub | undefined;
  #closed = false;
  #pending: Set<Registering> | undefined;

  /** Builds the object; `directories` is frozen, for all modules of the realm have the same. */
  constructor(options: GuestHostOptions) {
    this.#options = options;
    this.name = options.name;
    this.directories = Object.freeze(options.directories);
    Object.freeze(this);
  }

  get log(): ModuleLog {
    return this.#log ??= guestLog(this.#options);
  }

  get db(): ModuleDatabase {
    return this.#db ??= guestDatabase(() => this.#handle);
  }

  get pbx(): ModulePbx {
    return this.#pbx ??= guestPbx(() => this.#handle);
  }

  /** Waits for every registration made so far; the first that failed and that the module did not look at is thrown. */
  async settled(): Promise<void> {
    for (const registering of this.#pending ?? []) {
      this.#pending?.delete(registering);
      await registering.done.catch((error) => {
        if (!registering.observed) throw error;
      });
    }
  }

  get admin(): HostAdmin {
    return this.#administration;
  }

  get #administration(): GuestAdmin {
    if (this.#admin === undefined) {
      this.#admin = new GuestAdmin(() => this.#handle.admin() as unknown as AdminStub);
      Object.freeze(this.#admin);
    }
    return this.#admin;
  }

  get #referring(): GuestReferences {
    return this.#references ??= new GuestReferences(() => this.#handle.references() as unknown as ReferenceStub);
  }

  /** Gives the capability back: code of the module that goes on is told that the module has stopped. */
  close(): void {
    this.#closed = true;
    this.#admin?.close();
    (this.#opened as unknown as Disposable | undefined)?.[Symbol.dispose]();
  }

  /** The stub of the module's capability object. */
  get #handle(): HandleStub {
    if (this.#closed) return closedHandle(this.name);
    return this.#opened ??= this.#options.open();
  }

  application(name: string, handler: ApplicationHandler): Promise<void> {
    const run = async (call: CallStub, callName: string, args: string) =>
      await handler(new GuestCall(call, callName), args) ?? 0;
    return this.#register(this.#handle.registerApplication(name, crossing(run)));
  }

  function(name: string, handlers: FunctionHandlers): Promise<void> {
    const { read, write } = handlers;
    return this.#register(this.#handle.registerFunction(name, {
      read: read &&
        crossing((call: CallStub, callName: string, args: string) => read(new GuestCall(call, callName), args)),
      write: write &&
        crossing((...[call, callName, args, value]: [CallStub, string, string, string]) =>
          write(new GuestCall(call, callName), args, value)
        ),
    }));
  }

  service(name: string, methods: ServiceMethods, { caller = false }: ServiceOptions = {}): Promise<void> {
    const kept = Object.fromEntries(
      Object.entries(methods).map((
        [key, method],
      ) => [key, crossing((...args: unknown[]) => method(...args.map((arg) => inward(keep(arg)))))]),
    );
    this.#services ??= new Map();
    // Over a direct link nobody could say who calls.
    if (caller) this.#services.delete(String(name).toLowerCase());
    else this.#services.set(String(name).toLowerCase(), kept);
    return this.#register(this.#handle.registerService(name, kept, caller === true));
  }

  /** The methods of a service that it has registered, for direct calls. */
  methodsOf(name: string): Record<string, AnyFunction> | undefined {
    return this.#services?.get(name.toLowerCase());
  }

  realtime(name: string, driver: RealtimeDriver): Promise<void> {
    const load = crossing((request: RealtimeRequest) => driver.load(request));
    return this.#register(this.#handle.registerRealtime(name, load));
  }

  command(registration: CommandRegistration | CommandAlias): Promise<void> {
    const { command, summary, usage } = registration;
    if ("standsFor" in registration) {
      const { standsFor } = registration;
      return this.#register(this.#handle.registerCommand({ command, summary, usage, standsFor }));
    }
    const { handler } = registration;
    const run = crossing(async (args: string[]) => String(await handler(args)));
    return this.#register(this.#handle.registerCommand({ command, summary, usage }, run));
  }

  managerAction(registration: ManagerActionRegistration): Promise<void> {
    return this.#register(this.#administration.registerManagerAction(registration));
  }

  managerEvent(event: string, privilege: string, headers: readonly ManagerHeader[]): Promise<void> {
    return this.#administration.managerEvent(event, privilege, headers);
  }

  unregister(type: string, name: string): Promise<void> {
    return this.#register(this.#handle.unregister(type, name));
  }

  async use<T>(what: string): Promise<Reference<T>> {
    const used = await this.#handle.use(what);
    const methods = used.methods as unknown as Record<string, Stub>;
    const names = used.names as unknown as string[];
    // The stubs live as long as the answer they came with; it is disposed with the reference.
    const id = used.link as unknown as number | null | undefined;
    const link = typeof id === "number" ? this.#options.link(id) : undefined;
    const direct = (name: string) => {
      const method = near(methods[name] as Stub);
      return link === undefined ? method : directMethod(link, name, method);
    };
    const service = Object.freeze(Object.fromEntries(names.map((name) => [name, direct(name)])));
    let released: Promise<void> | undefined;
    const release = () =>
      released ??= Promise.resolve(used.release()).then(() => (used as unknown as Disposable)[Symbol.dispose]());
    return {
      service: service as unknown as Remote<T>,
      provider: used.provider as unknown as string,
      release,
      [Symbol.dispose]: () => void release().catch(() => {}),
    };
  }

  hold(what: string, options: HoldOptions): Promise<Hold> {
    return this.#referring.hold(what, options);
  }

  onAvailable<T>(what: string, come: Come<T>): Promise<UserHandle> {
    return this.#referring.onAvailable(what, come);
  }

  async runApplication(name: string, args: string, call?: Call): Promise<number> {
    return await this.#handle.runApplication(name, args, call?.name);
  }

  async readFunction(name: string, args: string, call?: Call): Promise<string> {
    return await this.#handle.readFunction(name, args, call?.name);
  }

  async config(file: string): Promise<ModuleConfig | undefined> {
    const wire = await this.#handle.config(file) as unknown as WireConfig | undefined;
    return wire === undefined || wire === null ? undefined : guestConfig(wire);
  }

  async modules(): Promise<ModuleRow[]> {
    return await this.#handle.modules() as unknown as ModuleRow[];
  }

  async execute(command: string): Promise<string> {
    return await this.#handle.execute(command);
  }

  async user(label: string, cancel: () => void | Promise<void>): Promise<UserHandle> {
    const held = await this.#handle.user(label, async () => {
      await cancel();
    });
    let released: Promise<void> | undefined;
    const release = () =>
      released ??= Promise.resolve(held.release()).then(() => (held as unknown as Disposable)[Symbol.dispose]());
    return { release, [Symbol.dispose]: () => void release().catch(() => {}) };
  }

  async saveState(state: unknown): Promise<void> {
    if (!isPlain(state)) throw new TypeError("Cannot save the state: expected data that JSON gives back unchanged");
    await this.#handle.saveState(JSON.stringify(state));
  }

  async blockUnload(): Promise<void> {
    await this.#handle.blockUnload();
  }

  /**
   * Remembers a registration, so that `load` need not await it. Whoever does look at the promise has taken its failure
   * over.
   */
  #register(answer: PromiseLike<unknown>): Promise<void> {
    const done = Promise.resolve(answer).then(() => {});
    const registering: Registering = { done, observed: false };
    this.#pending ??= new Set();
    this.#pending.add(registering);
    done.catch(() => {});
    const shown = done.then(() => {});
    shown.catch(() => {});
    Object.defineProperties(shown, {
      then: {
        value: (...handlers: Parameters<Promise<void>["then"]>) => {
          registering.observed = true;
          return done.then(...handlers);
        },
      },
      // An await takes a promise of the usual constructor as it is, without asking for "then".
      constructor: { value: undefined },
    });
    return shown;
  }
}

/** A module's lines of the log. */
function guestLog({ name, report }: GuestHostOptions): ModuleLog {
  const say = (level: WireLogLevel, message: unknown, verbosity = 0) =>
    report({ module: name, level, verbosity, message: String(message) });
  return Object.freeze({
    error: (message: string) => say("error", message),
    warning: (message: string) => say("warning", message),
    notice: (message: string) => say("notice", message),
    verbose: (level: number, message: string) => say("verbose", message, Number(level)),
    debug: (message: string) => say("debug", message),
  });
}

/** A registration on its way. */
interface Registering {
  readonly done: Promise<void>;
  /** The module has attached a handler: a failure is its own affair. */
  observed: boolean;
}

/**
 * A method over a direct link: plain data goes straight to the other realm; everything else, and all when the link is
 * closed, goes through the host.
 */
function directMethod(link: CallingEnd, name: string, method: Near): Near {
  const call = (...args: unknown[]) => {
    try {
      const copy = outward(args) as unknown[];
      return link.open && isPlain(copy) ? link.call(name, copy) : method(...args);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return Object.freeze(Object.assign(call, { dup: method.dup, [Symbol.dispose]: method[Symbol.dispose] }));
}

/** A callback from another realm outlives the call that brought it only as a duplicate. */
function keep(value: unknown): unknown {
  return typeof value === "function" && "dup" in value ? (value as unknown as { dup(): unknown }).dup() : value;
}

function guestConfig(wire: WireConfig): ModuleConfig {
  const sections: ConfigSection[] = wire.sections.map(({ name, entries }) => {
    const values = (key: string) =>
      entries.filter((entry) => entry.key.toLowerCase() === key.toLowerCase()).map(({ value }) => value);
    return { name, entries, get: (key) => values(key).at(-1), getAll: values };
  });
  return {
    file: wire.file,
    sections,
    section: (name) => sections.find((section) => section.name.toLowerCase() === name.toLowerCase()),
  };
}

/** What modules are given instances of. A neighbor that changed a class would see the others' calls. */
export const GUEST_CLASSES: readonly object[] = [GuestHost, GuestAdmin, GuestCall];
