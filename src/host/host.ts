import { join } from "@std/path";
import { type ConfigFile, diskSource, parse } from "../config/mod.ts";
import { type CoreServices, Interpreter, registerCoreCommands } from "../console/mod.ts";
import { formatPosition, HostError } from "../fault/mod.ts";
import { type BootResult, Loader } from "../loader/mod.ts";
import { Logger, type LogSink } from "../log/mod.ts";
import { Catalog, DiskSource, type ModuleSource } from "../manifest/mod.ts";
import { parsePolicy, type Policy } from "../policy/mod.ts";
import { Registry } from "../registry/mod.ts";
import { parseSettings, type Settings } from "../settings/mod.ts";
import { DiskStore, type Store } from "../store/mod.ts";
import { HostDialplan } from "./dialplan.ts";
import { readTextIfAny } from "./disk_files.ts";
import { programLacks } from "./program_permissions.ts";
import { VERSION } from "./version.ts";

/** How the host is asked to stop: at once, or unloading every module. */
export type StopMode = "now" | "gracefully";

/** Options of {@linkcode createHost}. */
export interface HostOptions {
  /** Path of `asterism.conf`, or settings that are already read. */
  readonly config: string | Settings;
  /** Where lines of the log go. @default {[]} */
  readonly sinks?: readonly LogSink[] | undefined;
  /** Further places of modules, hidden by those in `astmoddir`: what is embedded in the program. @default {[]} */
  readonly sources?: readonly ModuleSource[] | undefined;
  /** Told while modules load at start-up. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

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
  readonly #store: Store;
  #asked = false;
  readonly #requestStop: (how: StopMode) => void;

  /** @internal Use {@linkcode createHost}. */
  constructor(settings: Settings, policy: Policy, options: HostOptions) {
    const { promise, resolve } = Promise.withResolvers<StopMode>();
    this.stopRequested = promise;
    this.#requestStop = resolve;
    this.settings = settings;
    this.log = new Logger(options.sinks ?? [], { area: "loader" });
    const registry = new Registry();
    this.#store = new DiskStore(join(settings.directories.astdatadir, "astdb.sqlite3"));
    this.interpreter = new Interpreter(registry.commands, { deadlineMs: settings.options.callTimeout, log: this.log });
    this.#loader = new Loader({
      catalog: new Catalog([...options.sources ?? [], ...directorySource(settings, options)]),
      policy,
      directories: settings.directories,
      options: settings.options,
      registry,
      store: this.#store,
      log: this.log,
      programLacks,
      execute: (command) => this.execute(command).then(({ output }) => output),
      readText: readTextIfAny,
      ...(options.progress === undefined ? {} : { progress: options.progress }),
    });
    registerCoreCommands(registry, this.#services(registry));
  }

  /** Loads what the policy wants. Call it once; the status says whether the host may go on. */
  boot(): Promise<BootResult> {
    return this.#loader.boot();
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

  /** Asks for a stop, as `core stop` does: `stopRequested` is fulfilled, nothing else happens yet. */
  requestStop(how: StopMode): void {
    // Somebody who waits for a graceful stop may lose patience.
    if (this.#asked && how === "now") void this.stop("now");
    this.#asked = true;
    this.#requestStop(how);
  }

  /** Stops all modules and ends their realms. Safe to call twice. */
  async stop(how: StopMode): Promise<void> {
    await this.#loader.shutdown(how);
    await this.#store.close();
  }

  /** Stops gracefully. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("gracefully");
  }

  #services(registry: Registry): CoreServices {
    const loader = this.#loader;
    const startedAt = Date.now();
    let reloadedAt = startedAt;
    const reloaded = <T>(result: T): T => {
      reloadedAt = Date.now();
      return result;
    };
    return {
      modules: {
        rows: () => loader.rows(),
        load: (name) => loader.load(name),
        unload: (name, force) => loader.unload(name, force),
        reload: (name) => loader.reload(name).then(reloaded),
        reloadAll: () => loader.reloadAll().then(reloaded),
        loadable: () => loader.loadable(),
        unloadable: () => loader.unloadable(),
        reloadable: () => loader.reloadable(),
      },
      lifetime: {
        startedAt,
        get reloadedAt() {
          return reloadedAt;
        },
        version: VERSION,
        build: `deno ${Deno.version.deno} ${Deno.build.target}`,
        stop: (how) => this.requestStop(how),
      },
      dialplan: new HostDialplan(registry, this.log),
      database: this.#store,
    };
  }
}

/**
 * Makes a host from its configuration; nothing is started before `boot`.
 *
 * @throws {ConfigError} when a file cannot be read as configuration, at its line
 * @throws {HostError} with code `config` when a file is missing
 *
 * @example
 * ```ts ignore
 * await using host = await createHost({ config: "/etc/asterism/asterism.conf" });
 * const { status } = await host.boot();
 * console.log((await host.execute("module show")).output, status);
 * ```
 */
export function createHost(options: HostOptions): Promise<Host> {
  // A promise, so that a fault of the configuration is a rejection for every caller.
  return Promise.resolve().then(() => {
    const warnings: string[] = [];
    const settings = typeof options.config === "string" ? readSettings(options.config, warnings) : options.config;
    const host = new Host(settings, readPolicy(settings, warnings), options);
    for (const warning of warnings) host.log.warning(warning);
    return host;
  });
}

/**
 * Reads `asterism.conf`.
 *
 * @param warnings takes what the reader warns of, with its place
 * @throws {ConfigError} when it cannot be read as configuration
 * @throws {HostError} with code `config` when there is none
 */
export function readSettings(file: string, warnings: string[]): Settings {
  return parseSettings(readConfig(file, warnings));
}

function readPolicy(settings: Settings, warnings: string[]): Policy {
  const file = join(settings.directories.astetcdir, "modules.conf");
  return parsePolicy(readConfig(file, warnings), { ...settings.directories });
}

function readConfig(file: string, warnings: string[]): ConfigFile {
  const text = readTextIfAny(file);
  if (text === undefined) {
    const name = file.slice(file.lastIndexOf("/") + 1);
    throw new HostError("config", `'${name}' invalid or missing: there is no file ${file}`);
  }
  return parse(text, {
    file,
    source: diskSource(file.slice(0, file.lastIndexOf("/"))),
    onWarning: ({ position, message }) => warnings.push(`${formatPosition(position)}: ${message}`),
  });
}

/** `astmoddir`; one that is embedded already is not read twice. */
function directorySource({ directories: { astmoddir } }: Settings, { sources = [] }: HostOptions): ModuleSource[] {
  return sources.some(({ label }) => label === astmoddir) ? [] : [new DiskSource(astmoddir)];
}
