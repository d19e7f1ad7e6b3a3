import { type ConfigFile, withoutSecrets } from "../config/mod.ts";
import type { Logger, LogOf } from "../log/mod.ts";
import { type Catalog, configOwners, isOwnConfig, nameKey } from "../manifest/mod.ts";
import type { PermissionLine, PermissionSet } from "../permission/mod.ts";
import type { Policy } from "../policy/mod.ts";
import type { Realm, RealmPool, WireConfig } from "../realm/mod.ts";
import type { Registry } from "../registry/mod.ts";
import { type ActingCall, HostCall, type Pbx } from "../dialplan/mod.ts";
import type { Store } from "../store/mod.ts";
import type { Directories, Options } from "../settings/mod.ts";
import type { AdminServices } from "./admin_services.ts";
import type { DirectLinks } from "./direct_links.ts";
import type { Instance } from "./instance.ts";
import type { NameBook } from "./name_book.ts";
import type { ModuleLogs } from "./module_logs.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Life } from "./life.ts";
import type { Watch } from "./referring.ts";
import type { SavedStates } from "./saved_states.ts";
import type { StateChange } from "./states.ts";
import type { Turn } from "./turn.ts";

/** A symbolic link in a directory that was granted. */
export interface GrantedLink extends PermissionLine {
  /** Path of the link. */
  readonly link: string;
  /** What it leads to. */
  readonly target: string;
}

/** What the loader is given. */
export interface LoaderOptions {
  /** Every module there is. */
  readonly catalog: Catalog;
  /** What the administrator wants. */
  readonly policy: Policy;
  /** Directories of the host; `${name}` in permissions stands for them. */
  readonly directories: Directories;
  /** Deadlines and accepted licences. */
  readonly options: Options;
  /** Where modules register what they provide. */
  readonly registry: Registry;
  /** Dialplan and calls. */
  readonly pbx: Pbx;
  /** What modules keep over restarts. */
  readonly store: Store;
  /** Where all faults go. */
  readonly log: Logger;
  /** Logs of modules, each within the module's limits. */
  readonly logs: ModuleLogs;
  /** What of a permission set the program itself was not granted. */
  programLacks(set: PermissionSet): PermissionLine[];
  /** A path without symbolic links, as far as it exists. */
  resolvePath(path: string): string;
  /** Symbolic links below granted directories that lead out of everything that is granted. */
  linksOut(set: PermissionSet): GrantedLink[];
  /** Runs a console command for a module and gives back what it prints. */
  execute(command: string): Promise<string>;
  /** Told of what happens to modules. */
  readonly life: Life;
  /** What modules with host capabilities may ask for. Asked when the first of them needs it. */
  admin(): AdminServices;
  /**
   * Reads a configuration file by its name for a module, "" for the core; nothing when there is none. What it warns of
   * goes to the log of that module.
   */
  readConfig(name: string, module: string): Promise<ConfigFile | undefined>;
  /** Told of every step of a module from one state to another. Must not throw. */
  stateChanged?(change: StateChange): void;
  /** Told what one module is denied. */
  readonly learning?: Learning | undefined;
  /** Told while modules load at start-up: how many are done, of how many. */
  progress?(done: number, total: number): void;
}

/** Somebody who wants to know what a module needs. It runs in a process of its own. */
export interface Learning {
  /** The module. */
  readonly module: string;
  /** A permission that it was denied, in Deno's words. */
  denied(message: string): void;
  /** A host capability or a built-in module of Node that it was denied. */
  lacked(line: PermissionLine): void;
}

/** Who is told of what comes and goes. */
export interface Following {
  /** Begins to tell a module; at once, when the thing is there. Dispose the result to tell it no more. */
  add(user: Instance, watch: Watch): Disposable;
  /** Something may have come: whoever waits for it is told. */
  offer(): void;
  /** Whether a module is told of a thing: it can go on when the provider changes. */
  isToldOf(user: Instance, type: string, name: string): boolean;
}

/** What the parts of the loader share. */
export interface Context extends LoaderOptions {
  /** By `nameKey`, in the order of their starts. */
  readonly instances: Map<string, Instance>;
  /** The log for what a module causes, by its name: see {@linkcode ModuleLogs}. */
  readonly logOf: LogOf;
  /** Whose the names are that modules provide. */
  readonly names: NameBook;
  /** Those that enhance others. */
  readonly enhancers: Set<Instance>;
  readonly pool: RealmPool;
  /** Modules whose code is running now at the loader's request: the suspects when their realm ends. */
  readonly culprits: Set<Instance>;
  /**
   * Modules that ended with a realm through no fault of their own, by `nameKey`, and whether the administrator wanted
   * them; they are started again.
   */
  readonly lost: Map<string, { name: string; admin: boolean }>;
  /** Instances that ended with their realm and whose dependents are still to be stopped. */
  readonly dead: Instance[];
  /** Starts again what has failed by itself. */
  readonly supervisor: Supervisor;
  /** What modules hand over to their next load, by `nameKey`, as JSON. */
  readonly states: SavedStates;
  /** Ways between modules that do not lead through the host. */
  readonly links: DirectLinks;
  /** Realms in which an import is under way: when one ends, the modules that ran in it are innocent. */
  readonly importing: Set<Realm>;
  /** The program is stopping: what has not begun to start is left alone. */
  stopping: boolean;
  /** Number for the next call that a module opens. */
  calls: number;
  /** Number that makes a module loaded anew differ from its earlier self. */
  generation: number;
  /** Number for the next reference that a module holds for somebody. */
  references: number;
  /** Who is told of what comes and goes. */
  readonly watchers: Following;
  /** Providers that were started to take over and that nobody holds yet. */
  readonly borrowed: Set<Instance>;
  /** Stops modules whose last user has gone; set by the loader. */
  reap(): void;
  /** Whose turn it is to decide and to change; waiting for modules happens outside of it. */
  readonly turn: Turn;
  /** Looks after what ended with its realm in a turn of its own. */
  recoverLater(): void;
  /** Starts a module from within an operation, for somebody who will hold it; nothing when it does not run then. */
  startFor(name: string, failed?: readonly string[]): Promise<Instance | undefined>;
}

/** Who wants to know what this module needs, if anybody. */
export function learningOf({ learning }: Context, { name }: Instance): Learning | undefined {
  return learning !== undefined && nameKey(learning.module) === nameKey(name) ? learning : undefined;
}

/** The instance of that name, in whatever state. */
export function findInstance(context: Context, name: string): Instance | undefined {
  return context.instances.get(nameKey(name));
}

/**
 * What a module holds beside what it uses: its optional modules, and what enhances these or what it uses, as far as they
 * run (module.h, AST_MODULE_INFO).
 */
export function companions(context: Context, { name, bindings, manifest }: Instance): Instance[] {
  const optional = manifest.optionalModules.flatMap((need) => findInstance(context, need.name) ?? []);
  const enhanced = new Set([
    ...optional.map((other) => other.name),
    ...bindings.filter(({ need }) => !manifest.enhances.includes(need)).map(({ provider }) => provider),
  ]);
  const enhancers = enhanced.size === 0
    ? []
    : [...context.enhancers].filter((other) =>
      other.name !== name && other.bindings.some((binding) =>
        other.manifest.enhances.includes(binding.need) && enhanced.has(binding.provider)
      )
    );
  return [...optional, ...enhancers].filter(({ state }) => state === "running");
}

/** Names of modules that run, by `nameKey`. */
export function runningKeys(context: Context): Set<string> {
  const running = [...context.instances].filter(([, { state }]) => state === "running");
  return new Set(running.map(([key]) => key));
}

/** A call that a module opens for itself, on its own rights; what it prints goes to the log. */
export function openCall(context: Context, owner: string): ActingCall {
  const name = `Module/${++context.calls}`;
  const log = context.logOf(owner);
  const write = (line: string) => log.verbose(3, `<${name}> ${line}`);
  return context.pbx.inHandsOf(owner, new HostCall({ name, owner, write }));
}

/**
 * Reads a module's configuration file, from `astetcdir` or from where `extconfig.conf` says. Secrets in a file
 * of the core, of a shipped module or of another that is installed are masked for all but that module.
 *
 * @throws {ConfigError} when it cannot be read as configuration, at its line
 * @throws {HostError} with code `config` when its driver cannot read it
 */
export async function readModuleConfig(
  context: Context,
  { file, module }: { file: string; module: string },
): Promise<WireConfig | undefined> {
  const config = await context.readConfig(file, module);
  if (config === undefined) return undefined;
  // A grant shows the file of another, not the other's secrets.
  return toWire(isForeign(context, file, module) ? withoutSecrets(config) : config);
}

/** Whether a file is not the module's and somebody else's: the core's, a shipped module's, or one's that is installed. */
function isForeign({ catalog }: Context, file: string, module: string): boolean {
  const owners = configOwners(file);
  if (owners !== undefined) return !owners.includes(nameKey(module));
  const key = file.toLowerCase();
  return !isOwnConfig(module, file) &&
    catalog.entries().some(({ manifest: { name, configs } }) =>
      isOwnConfig(name, file) && configs.some((config) => config.toLowerCase() === key)
    );
}

function toWire(config: ConfigFile): WireConfig {
  return {
    file: config.file,
    sections: config.sections.filter(({ template }) => !template).map(({ name, entries }) => ({
      name,
      entries: entries.map(({ key, value, position: { line, file } }) => ({ key, value, line, file })),
    })),
  };
}
