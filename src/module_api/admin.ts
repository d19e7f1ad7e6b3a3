import type { ConfigEntry } from "./config.ts";
import type { ManagerActionRow, ManagerHeader, ManagerReply } from "./manager.ts";
import type { CallLocation, UserHandle } from "./shared.ts";

/** Whether there is a module of a name, and whether it is loaded, running or not. */
export interface ModulePresence {
  /** It has a manifest. */
  readonly known: boolean;
  /** It is in the module table. */
  readonly loaded: boolean;
}

/** What a module has done since the host started, restarts included. */
export interface ModuleActivity {
  /** Calls into it that have ended: applications, functions, services, commands; not those over direct links. */
  readonly calls: number;
  /** How many of them failed. */
  readonly failures: number;
  /** How long all of them took. */
  readonly seconds: number;
  /** How many took no longer than a limit in seconds; a call is counted at the first that it kept. */
  readonly buckets: readonly { readonly limit: number; readonly count: number }[];
  /** How often it began to run. */
  readonly starts: number;
}

/** Everything there is to say of an installed module. */
export interface ModuleOverview {
  /** Name. */
  readonly name: string;
  /** Description. */
  readonly description: string;
  /** Support level. */
  readonly supportLevel: string;
  /** The loader's word, or `not loaded`. */
  readonly state: string;
  /** Why it was declined or failed; empty otherwise. */
  readonly reason: string;
  /** Kind and number of its realm, such as `shared/1`; empty when it has none. */
  readonly realm: string;
  /** Permissions that its manifest asks for, in Deno's words. */
  readonly asked: string;
  /** Those that modules.conf grants, asked for or not. */
  readonly granted: string;
  /** Those that it has: asked for and granted. */
  readonly effective: string;
  /** Who keeps it running, the administrator aside. */
  readonly users: readonly string[];
  /** What it uses: the thing, how, and the module that provides it; no module when nobody does. */
  readonly uses: readonly { readonly to: string; readonly kind: string; readonly what: string }[];
  /** What it has done. */
  readonly activity: ModuleActivity;
}

/** A realm that is up. */
export interface RealmRow {
  /** Kind and number, such as `shared/1`. */
  readonly realm: string;
  /** The modules in it. */
  readonly modules: readonly string[];
  /** Bytes in use on its heap at the last heartbeat, of the whole process where it is one; 0 before the first. */
  readonly memory: number;
}

/** A line of the log. */
export interface LogLine {
  /** Its place among all lines, from 1. */
  readonly number: number;
  /** `error`, `warning`, `notice` or `verbose`. */
  readonly level: string;
  /** Who says it. */
  readonly area: string;
  /** The text; control characters are shown, not obeyed. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** What a reload came to, with the number that Asterisk's `Reload` event carries. */
export const RELOAD_STATUS = {
  success: 0,
  queued: 1,
  "not-found": 2,
  error: 3,
  "in-progress": 4,
  uninitialized: 5,
  "not-implemented": 6,
} as const;

/** What the reload of one module came to; Asterisk's seven answers. */
export type ReloadAnswer = keyof typeof RELOAD_STATUS;

/** The host as `core show uptime` and its like tell of it. Times are milliseconds since the epoch. */
export interface HostStatus {
  /** Version of Asterism. */
  readonly version: string;
  /** When the host started. */
  readonly startedAt: number;
  /** When something was last reloaded; the start counts. */
  readonly reloadedAt: number;
  /** Whether everything that is loaded at the start is there. */
  readonly booted: boolean;
  /** Calls that have ended or are active. */
  readonly processedCalls: number;
}

/** A call that is active now. */
export interface CallRow extends CallLocation {
  /** Name, such as `Console/1`. */
  readonly name: string;
  /** The application that runs. */
  readonly application: string;
  /** Its arguments. */
  readonly data: string;
  /** When it began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Unique among all calls of this host. */
  readonly uniqueId: string;
}

/** How a console command ended. */
export interface CommandOutput {
  /** What it printed. */
  readonly output: string;
  /** Whether it succeeded. */
  readonly ok: boolean;
  /** Whether it did not run, for it is one that was to be refused. */
  readonly refused: boolean;
}

/** A section as it stands in a file: with templates, and what it inherits. */
export interface ConfigSectionFacts {
  /** The name between the brackets. */
  readonly name: string;
  /** Written with `(!)`. */
  readonly template: boolean;
  /** The sections it inherits from. */
  readonly inherits: readonly string[];
  /** The lines in order, inherited ones first. */
  readonly entries: readonly Pick<ConfigEntry, "key" | "value">[];
}

/** What reading any configuration file came to. */
export type ConfigReading = { readonly sections: readonly ConfigSectionFacts[] } | {
  /** There is no such file, or it cannot be read as configuration. */
  readonly fault: "missing" | "invalid";
  /** Why, with the place. */
  readonly reason: string;
};

/**
 * Something that has happened in the host.
 *
 * - `load`, `unload`, `reload`: as Asterisk's events of these names, after the start; `module` is spelled as whoever
 *   asked for it did, `All` when all modules were reloaded
 * - `failed`: a running module has ended with its realm
 * - `booted`: everything that is loaded at the start is there
 * - `manager`: a module has sent an event to the manager interface
 */
export type HostEvent =
  | { readonly type: "load"; readonly module: string; readonly status: "Success" | "Decline" | "Failure" }
  | { readonly type: "unload"; readonly module: string }
  | { readonly type: "reload"; readonly module: string; readonly status: number }
  | { readonly type: "failed"; readonly module: string; readonly reason: string }
  | { readonly type: "booted" }
  | {
    readonly type: "manager";
    readonly event: string;
    readonly privilege: string;
    readonly headers: readonly ManagerHeader[];
  };

/**
 * The administration of the host, for modules that are consoles of a kind. Every method needs a host capability: the
 * manifest asks for it (`host = loader`) and `modules.conf` grants it. Without it the promise is rejected, and that is
 * logged.
 */
export interface HostAdmin {
  /** Whether there is a module of that name. Needs `modules`. */
  findModule(name: string): Promise<ModulePresence>;
  /** Every installed module. Needs `modules`. */
  modules(): Promise<ModuleOverview[]>;
  /** Every realm that is up. Needs `modules`. */
  realms(): Promise<RealmRow[]>;
  /** The latest lines of the log, those after a number only. Needs `log`. */
  logTail(after?: number): Promise<LogLine[]>;
  /** `module load`: whether it runs now. Needs `loader`, as all that follow up to `refresh`. */
  load(name: string): Promise<boolean>;
  /** `module unload`, never forced: whether it is gone. */
  unload(name: string): Promise<boolean>;
  /** `module reload`. */
  reload(name: string): Promise<ReloadAnswer>;
  /** `module reload` of all modules. */
  reloadAll(): Promise<void>;
  /**
   * Unloads and loads a module: whether it runs again.
   *
   * @param recursive also its dependents, which are unloaded before it and loaded again after it
   */
  refresh(name: string, recursive?: boolean): Promise<boolean>;
  /** The host's times and counts. Needs `status`. */
  status(): Promise<HostStatus>;
  /** Calls that are active now. Needs `status`. */
  calls(): Promise<CallRow[]>;
  /**
   * Runs a console command. Needs `command`.
   *
   * @param refuse beginnings of commands that are not to run, by whatever alias they were named. @default {[]}
   */
  run(command: string, refuse?: readonly string[]): Promise<CommandOutput>;
  /**
   * Reads any configuration file of `astetcdir`. Needs `config`.
   *
   * @param filter which sections, as in `[section](+filter)`; templates are left out unless it asks for them
   */
  readConfig(file: string, filter?: string): Promise<ConfigReading>;
  /**
   * Tells of everything that happens in the host from now on. Needs `events`. A listener that is far behind loses events.
   */
  onEvent(listener: (event: HostEvent) => void): Promise<UserHandle>;
  /** Manager actions that modules have registered. Needs `manager`. */
  managerActions(): Promise<ManagerActionRow[]>;
  /** Runs a manager action of another module. Needs `manager`. */
  runManagerAction(action: string, request: { user: string; headers: readonly ManagerHeader[] }): Promise<ManagerReply>;
}
