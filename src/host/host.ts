import { join } from "@std/path";
import {
  addCoreCommands,
  type CoreServices,
  Interpreter,
  registerCoreCommands,
  type StopRequest,
} from "../console/mod.ts";
import {
  type AdminServices,
  type BootResult,
  Life,
  Loader,
  ModuleLogs,
  moduleRate,
  type ReloadResult,
  type StateChange,
  type UnloadForce,
} from "../loader/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { Logger, type TailOptions, TailSink } from "../log/mod.ts";
import { Catalog } from "../manifest/mod.ts";
import type { ModuleRow } from "../module_api/mod.ts";
import { type ConsoleCommand, Registry } from "../registry/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { DiskStore, type Store } from "../store/mod.ts";
import { adminServices } from "./admin.ts";
import { type ApplicationResult, callProvided } from "./call.ts";
import { Causes } from "./causes.ts";
import { configFiles } from "./config_files.ts";
import { HostDialplan } from "./dialplan.ts";
import { EventHub, type HostEvents, type HostListener, type StopMode } from "./events.ts";
import { moduleControl } from "./module_control.ts";
import { type HostInput, type HostOptions, readOptions } from "./options.ts";
import { programAccess } from "./program_permissions.ts";
import { provide, type Provided } from "./provide.ts";
import { runRefusing } from "./run_refusing.ts";
import { settingsFacts } from "./settings_facts.ts";
import { Shutdown } from "./shutdown.ts";
import { BUILD, VERSION } from "./version.ts";

/** What is kept of the log in memory. */
const TAIL: TailOptions = { lines: 200, length: 256 * 1024, verbosity: 3 };

/**
 * A plugin host: settings, policy, catalog, loader and console in one. Made by {@linkcode createHost}; dispose it to stop
 * it gracefully.
 */
export class Host implements AsyncDisposable {
  /** The settings it runs with. */
  readonly settings: Settings;
  /** The console: executes and completes command lines. */
  readonly interpreter: Interpreter;
  /** The log; modules write to it too. */
  readonly log: Logger;
  /** Fulfilled when somebody asks the host to stop, `core stop now` for one. The owner then calls `stop`. */
  readonly stopRequested: Promise<StopMode>;
  readonly #loader: Loader;
  readonly #control: CoreServices["modules"];
  readonly #registry: Registry = new Registry();
  readonly #dialplan: HostDialplan;
  readonly #store: Store;
  readonly #catalog: Catalog;
  readonly #events: EventHub;
  readonly #life: Life = new Life();
  readonly #tail: TailSink = new TailSink(TAIL);
  readonly #causes: Causes = new Causes();
  readonly #logs: ModuleLogs;
  readonly #shutdown: Shutdown;
  readonly #whenBooted: PromiseWithResolvers<void> = Promise.withResolvers();
  #asked = false;
  #stopping = false;

  /** @internal Use {@linkcode createHost}. */
  constructor(input: HostInput, { sinks = [], progress, permits }: HostOptions) {
    const { settings, policy, sources, learning } = input;
    const { promise, resolve } = Promise.withResolvers<StopMode>();
    this.stopRequested = promise;
    this.settings = settings;
    this.log = new Logger(sinks, { area: "loader" });
    this.log.addSink(this.#tail);
    this.log.addSink(this.#causes);
    this.#logs = new ModuleLogs({
      log: this.log,
      rate: (module) => moduleRate({ policy, options: settings.options }, module),
    });
    this.#events = new EventHub(this.log);
    this.#store = storeOf(settings);
    this.#shutdown = new Shutdown({
      calls: () => this.#dialplan.calls().length,
      log: this.log.child({ area: "asterism" }),
      stop: (how) => this.#beginStop(how, resolve),
    });
    this.#dialplan = this.#makeDialplan();
    this.interpreter = this.#makeInterpreter(permits);
    const catalog = this.#catalog = new Catalog(sources);
    const files = configFiles(settings, { drivers: this.#registry.realtime, logOf: this.#logs.of });
    this.#loader = new Loader({
      catalog,
      policy: files.withDrivers(policy, () => catalog.entries()),
      directories: settings.directories,
      options: settings.options,
      registry: this.#registry,
      store: this.#store,
      pbx: this.#dialplan.pbx,
      log: this.log,
      logs: this.#logs,
      ...programAccess,
      execute: (command) => this.execute(command).then(({ output }) => output),
      life: this.#life,
      admin: () => admin,
      readConfig: (name, module) => files.read(name, module),
      stateChanged: (change) => this.#stateChanged(change),
      learning,
      ...(progress === undefined ? {} : { progress }),
    });
    this.#dialplan.attach(this.#loader);
    const services = this.#services(catalog, policy);
    this.#control = services.modules;
    registerCoreCommands(this.#registry, services);
    const admin = this.#makeAdmin(services);
  }

  #makeDialplan(): HostDialplan {
    return new HostDialplan({
      registry: this.#registry,
      log: this.log,
      logOf: this.#logs.of,
      refusesCalls: () => this.#shutdown.refusesCalls,
    });
  }

  /** What modules with host capabilities may ask for. */
  #makeAdmin(services: CoreServices): AdminServices {
    return adminServices({
      loader: this.#loader,
      catalog: this.#catalog,
      services,
      dialplan: this.#dialplan,
      life: this.#life,
      log: this.log,
      tail: this.#tail,
      settings: this.settings,
      run: (command, refuse) => runRefusing(this.interpreter, command, refuse),
    });
  }

  #stateChanged(change: StateChange): void {
    this.#events.emit("state", change);
    this.#life.changed(change);
    this.#dialplan.changed(change);
  }

  /** Loads what the policy wants. Call it once; the status says whether the host may go on. */
  async boot(): Promise<BootResult> {
    const result = await this.#loader.boot();
    if (result.status !== 0) return result;
    this.#life.finishBoot();
    this.#whenBooted.resolve();
    return result;
  }

  /**
   * Listens to what happens: `state` for every step of a module, `log` for every line, `stop` when a stop is asked for.
   * Dispose the result to listen no more.
   *
   * @throws {TypeError} for an event that there is none of
   *
   * @example
   * ```ts ignore
   * host.on("state", ({ module, from, to, reason }) => console.log(`${module}: ${from} -> ${to} ${reason}`));
   * ```
   */
  on<K extends keyof HostEvents>(type: K, listener: HostListener<K>): Disposable {
    return this.#events.on(type, listener);
  }

  /**
   * Gives something of the program itself to its modules, as if a module that never stops provided it. Do it before
   * `boot` when modules use it from the start. Dispose the result to take it back.
   *
   * @param what `application=Name`, `function=NAME`, `service=name`, `service=name:priority` or `command=its words`
   * @throws {TypeError} when it is none of these
   */
  provide<T extends keyof Provided>(what: `${T}=${string}`, value: Provided[T]): Disposable {
    return provide(this.#registry, what, value);
  }

  /**
   * Adds console commands of the program that runs the host; they count as the core's. Dispose the result to take them
   * back.
   *
   * @internal For programs with consoles of their own.
   */
  addCommands(commands: readonly ConsoleCommand[]): Disposable {
    return addCoreCommands(this.#registry, commands);
  }

  /** The configuration files of the modules that run, as their manifests name them. */
  configFiles(): { module: string; files: readonly string[] }[] {
    return this.modules().filter(({ status }) => status === "Running")
      .map(({ name }) => ({ module: name, files: this.#catalog.get(name)?.manifest.configs ?? [] }));
  }

  /** Runs an application in a call of its own. */
  call(what: `application=${string}`, args?: string): Promise<ApplicationResult>;
  /** Evaluates a function in a call of its own. */
  call(what: `function=${string}`, args?: string): Promise<string>;
  /** Calls a method of a service. Arguments and results are plain data and functions. */
  call(what: `service=${string}`, method: string, ...args: unknown[]): Promise<unknown>;
  /**
   * Calls what modules provide: an application, a function, a method of a service.
   *
   * @throws {HostError} with code `not-found` when nobody provides it, `deadline` when it takes too long
   */
  call(what: string, ...args: unknown[]): Promise<unknown> {
    return callProvided({ registry: this.#registry, dialplan: this.#dialplan }, what, args);
  }

  /** The module table: a row for every module that is or was to be loaded. */
  modules(): ModuleRow[] {
    return this.#loader.rows();
  }

  /** Loads a module, and what it uses. Says whether it runs now; why not goes to the log and to `state` listeners. */
  load(name: string): Promise<boolean> {
    return this.#control.load(name);
  }

  /** Unloads a module. Says whether it is gone; why not goes to the log, and one in use goes with its last user. */
  async unload(name: string, force: UnloadForce = "soft"): Promise<boolean> {
    return await this.#control.unload(name, force) === "unloaded";
  }

  /** Has a module read its configuration anew. */
  reload(name: string): Promise<ReloadResult> {
    return this.#control.reload(name);
  }

  /** @internal For tests: fulfilled when all that was asked for is done, with what follows from it. */
  settled(): Promise<void> {
    return this.#loader.settled();
  }

  /**
   * Runs a console command.
   *
   * @returns what it printed, and whether it succeeded
   */
  async execute(line: string): Promise<{ output: string; ok: boolean }> {
    let output = "";
    const outcome = await this.interpreter.execute(line, (text) => void (output += text));
    return { output, ok: outcome === "success" };
  }

  /**
   * Asks for a stop, as `core stop` does: `stopRequested` is fulfilled, nothing else happens yet. Calls that go on are
   * not waited for.
   */
  requestStop(how: StopMode): void {
    this.#shutdown.begin(how);
  }

  /** Whether the program that runs the host is asked to start it again once it has stopped. */
  get restartRequested(): boolean {
    return this.#shutdown.restart;
  }

  /**
   * Asks for a stop after which the program starts again.
   *
   * @internal For programs that can.
   */
  requestRestart(how: StopRequest): void {
    this.#shutdown.request(how, true);
  }

  #makeInterpreter(permits: HostOptions["permits"]): Interpreter {
    return new Interpreter(this.#registry.commands, {
      logOf: this.#logs.of,
      permits,
      stopping: () => this.#stopping,
    });
  }

  #beginStop(how: StopMode, resolve: (how: StopMode) => void): void {
    // Somebody who waits for a graceful stop may lose patience.
    if (this.#asked && how === "now") void this.stop("now");
    this.#asked = true;
    resolve(how);
    this.#events.emit("stop", how);
  }

  /** Stops all modules and ends their realms. Safe to call twice. */
  async stop(how: StopMode): Promise<void> {
    this.#stopping = true;
    try {
      await this.#loader.shutdown(how);
      await Promise.all([this.#dialplan.pbx.references.close(), this.#store.close()]);
    } finally {
      this.#logs[Symbol.dispose]();
      this.#stopping = false;
    }
  }

  /** Stops gracefully. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop("gracefully");
  }

  #services(catalog: Catalog, policy: Policy): CoreServices {
    const loader = this.#loader;
    const startedAt = Date.now();
    let reloadedAt = startedAt;
    const reloaded = () => void (reloadedAt = Date.now());
    return {
      modules: moduleControl({ loader, policy, life: this.#life, causes: this.#causes, reloaded }),
      lifetime: {
        startedAt,
        get reloadedAt() {
          return reloadedAt;
        },
        version: VERSION,
        build: BUILD,
        stop: (how) => this.#shutdown.request(how),
        abort: () => this.#shutdown.abort(),
        booted: this.#whenBooted.promise,
      },
      inspection: {
        realms: () => loader.realms(),
        module: (name) => loader.detail(name),
        permissions: (name) => loader.permissions(name),
        settings: () => settingsFacts({ settings: this.settings, policy, version: VERSION, build: BUILD }),
      },
      dialplan: this.#dialplan,
      pbx: this.#dialplan.pbx,
      database: this.#store,
      complete: (line) => this.interpreter.complete(line),
      debug: this.log.debugLevels,
      catalog: catalogView(catalog, loader),
    };
  }
}

function storeOf({ directories: { astdatadir } }: Settings): Store {
  return new DiskStore(join(astdatadir, "astdb.sqlite3"));
}

function catalogView(catalog: Catalog, loader: Loader): CoreServices["catalog"] {
  return {
    entries: () => loader.catalogEntries(),
    faults: () => catalog.faults(),
    get: (name) => catalog.get(name),
    refresh: () => catalog.refresh(),
    links: () => loader.links(),
  };
}

/**
 * Makes a host; nothing is started before `boot`.
 *
 * @throws {ConfigError} when something cannot be read as configuration, at its line
 * @throws {HostError} with code `config` when a file is missing
 *
 * @example From files
 * ```ts ignore
 * await using host = await createHost({ config: "/etc/asterism/asterism.conf" });
 * const { status } = await host.boot();
 * console.log((await host.execute("module show")).output, status);
 * ```
 *
 * @example From objects
 * ```ts ignore
 * await using host = await createHost({
 *   modules: ["./plugins"],
 *   policy: { modules: { autoload: true }, permissions: { app_note: "read=/srv/notes" } },
 * });
 * await host.boot();
 * const { output } = await host.call("application=Note", "today");
 * ```
 */
export function createHost(options: HostOptions = {}): Promise<Host> {
  // A promise, so that a fault of the configuration is a rejection for every caller.
  return Promise.resolve().then(() => {
    const input = readOptions(options);
    const host = new Host(input, options);
    for (const warning of input.warnings) host.log.warning(warning);
    return host;
  });
}
