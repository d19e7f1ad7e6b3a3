import type { CatalogChanges, CatalogEntry, CatalogFault } from "../manifest/mod.ts";
import type { Link } from "../plan/mod.ts";
import type { ChannelRow } from "../log/mod.ts";
import type { Pbx } from "../dialplan/mod.ts";
import type { Fact } from "./facts.ts";
import type {
  ModuleDetail,
  PermissionRow,
  RealmRow,
  RefreshResult,
  ReloadResult,
  UnloadForce,
  UnloadResult,
} from "../loader/mod.ts";
import type { Store } from "../store/mod.ts";
import type { ModuleRow } from "../module_api/mod.ts";
import type { Completion } from "./interpreter.ts";

/** What the console asks of the loader. Names have no extension; they match in any case of letters. */
export interface ModuleControl {
  /** Every module that is loaded, in any order. */
  rows(): ModuleRow[];
  /**
   * Does something of the below and says why it did not succeed, as far as the loader knows; never where `compatible`
   * says that it is to do as Asterisk.
   *
   * @param name the module that it is about
   */
  explained<T>(name: string, work: () => Promise<T>): Promise<{ result: T; cause: string | undefined }>;
  /** Loads a module; false when it does not run afterwards. Why is in the log. */
  load(name: string): Promise<boolean>;
  /** Unloads a module, or gives up the administrator's use of it. Why not is in the log. */
  unload(name: string, force: UnloadForce): Promise<UnloadResult>;
  /** Unloads and loads a module; recursively with all that use it. Why not is in the log. */
  refresh(name: string, options: { recursively: boolean }): Promise<RefreshResult>;
  /** Reloads a module. */
  reload(name: string): Promise<ReloadResult>;
  /** Reloads every module that can be. */
  reloadAll(): Promise<void>;
  /** Names that `module load` could be given. */
  loadable(): string[];
  /** Names of modules without users. */
  unloadable(): string[];
  /** Names of modules that support reloads. */
  reloadable(): string[];
}

/** How a stop is asked for: at once, when the calls have ended and none may begin, or when there happen to be none. */
export type StopRequest = "now" | "gracefully" | "convenient";

/** When the host started, what it is, and how it ends. */
export interface Lifetime {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch; the start counts as a reload. */
  readonly reloadedAt: number;
  /** The version of Asterism. */
  readonly version: string;
  /** What it runs on, such as `deno 2.7.11 x86_64-unknown-linux-gnu`. */
  readonly build: string;
  /** Begins to stop the host. */
  stop(how: StopRequest): void;
  /** Calls off a stop that waits for calls to end; says whether there was one. */
  abort(): boolean;
  /** Fulfilled when everything of the start is there. */
  readonly booted: Promise<void>;
}

/** An application or a function that is registered. */
export interface DialplanEntry {
  /** Its name. */
  name: string;
  /** The module it is from. */
  module: string;
  /** What it does, in a line. */
  synopsis?: string | undefined;
  /** How it is written, such as `ABS(num)`. */
  syntax?: string | undefined;
}

/** Applications and functions, run in a call of their own. */
export interface Dialplan {
  /** Evaluates `NAME(args)`. */
  evaluate(expression: string): Promise<string>;
  /** Runs an application; what it prints arrives line by line, without line ends. */
  execute(application: string, args: string, print: (line: string) => void): Promise<number>;
  /** Every application. */
  applications(): DialplanEntry[];
  /** Every function. */
  functions(): DialplanEntry[];
}

/** What may be debugged; Asterisk's core debug level and those of single modules. */
export interface DebugControl {
  /** Debug lines up to this level are written. */
  level: number;
  /** The level of a module; 0 when it has none of its own. */
  of(module: string): number;
  /** Gives a module a level of its own; 0 takes it away. */
  set(module: string, level: number): void;
  /** Takes the levels of all modules away. */
  clear(): void;
}

/** What is installed, and who uses what of it. */
export interface CatalogView {
  /** Every module whose manifest can be used, sorted by name. */
  entries(): readonly CatalogEntry[];
  /** Manifests that cannot be used. */
  faults(): readonly CatalogFault[];
  /** The module of that name, with or without ending, in any case of letters. */
  get(name: string): CatalogEntry | undefined;
  /** Looks for new, changed and removed manifests. */
  refresh(): CatalogChanges;
  /** The uses that are in force. */
  links(): readonly Link[];
}

/** The channels of the log. Names are as `logger.conf` has them. */
export interface LogControl {
  /** Every channel. */
  rows(): ChannelRow[];
  /**
   * Reads `logger.conf` anew, or another file, and opens all files anew.
   *
   * @returns why it could not, if so
   */
  reload(file?: string): Promise<string | undefined>;
  /** Gives every file another name and begins a new one. */
  rotate(): void;
  /** Adds a file; false when it is there. Rejects when the levels are wrong. */
  add(name: string, components: string): Promise<boolean>;
  /** Removes a file that was added; false when there is none. */
  remove(name: string): boolean;
}

/** A part of the settings: its title, and names with values. */
export interface SettingsGroup {
  /** What they have in common. */
  readonly title: string;
  /** The settings. */
  readonly facts: readonly Fact[];
}

/** What the console asks to look into the host. */
export interface Inspection {
  /** Every realm. */
  realms(): RealmRow[];
  /** One module; undefined when it is not loaded. */
  module(name: string): ModuleDetail | undefined;
  /** What every installed module may do and why, or one; empty when there is none of the name. */
  permissions(name?: string): PermissionRow[];
  /** Settings of the program and what it was granted. */
  settings(): SettingsGroup[];
}

/** What the core's commands need. */
export interface CoreServices {
  /** The loader. */
  readonly modules: ModuleControl;
  /** The host. */
  readonly lifetime: Lifetime;
  /** Applications and functions. */
  readonly dialplan: Dialplan;
  /** Contexts and calls. */
  readonly pbx: Pbx;
  /** What is kept over restarts. */
  readonly database: Store;
  /** What is installed; without it, nothing can be said of modules that are not loaded. */
  readonly catalog?: CatalogView | undefined;
  /** Completes a line, given up to the cursor; without it, no other program can ask. */
  readonly complete?: ((line: string) => Promise<Completion>) | undefined;
  /** What may be debugged; without it there is nothing to set. */
  readonly debug?: DebugControl | undefined;
  /** A look inside; without it there is none. */
  readonly inspection?: Inspection | undefined;
  /** The clock, in milliseconds since the epoch. @default {Date.now} */
  readonly now?: (() => number) | undefined;
}
