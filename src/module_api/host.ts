import type { HostAdmin } from "./admin.ts";
import type { ModuleConfig } from "./config.ts";
import type { ManagerActionRegistration, ManagerHeader } from "./manager.ts";
import type { LabelLocation, ModulePbx } from "./dialplan.ts";
import type { CallLocation, UserHandle } from "./shared.ts";

/** What a module says to the log. Lines carry the module's name; control characters are shown, not obeyed. */
export interface ModuleLog {
  /** A fault that needs somebody. */
  error(message: string): void;
  /** Something that may need somebody. */
  warning(message: string): void;
  /** Something worth knowing. */
  notice(message: string): void;
  /** Progress, shown from that many `-v` on; 1 to 10. */
  verbose(level: number, message: string): void;
  /** For developers. */
  debug(message: string): void;
}

/**
 * A session in which applications run and functions are evaluated; Asterisk's channel, as far as a module needs it.
 * Its methods ask the host, hence the promises.
 */
export interface Call {
  /** Name of the call, unique while the host runs, such as `Console/1`. */
  readonly name: string;
  /** Value of a channel variable, or undefined. */
  variable(name: string): Promise<string | undefined>;
  /** Sets a channel variable; undefined removes it. */
  setVariable(name: string, value: string | undefined): Promise<void>;
  /** Where the call is in the dialplan. */
  location(): Promise<CallLocation>;
  /**
   * Sends the call elsewhere in the dialplan; it goes on there when the application returns. Rejects with code
   * `permission` in a context that is not the module's own and that its manifest does not name, the one the call is in aside.
   */
  setLocation(location: CallLocation): Promise<void>;
  /** The priority of a label; undefined when the dialplan has no such label there, or the call must not be sent there. */
  findLabel(place: LabelLocation): Promise<number | undefined>;
  /** Writes a line to whoever made the call. */
  print(line: string): Promise<void>;
  /**
   * Writes a line of the log that the step of the dialplan has the module write: the line carries the name of the module
   * whose step that is, and counts against the limits of that one. A step of the administrator's leaves the line to this
   * module.
   *
   * @param level as the methods of {@linkcode ModuleLog} are called
   * @param verbosity 1 to 10, for `verbose`. @default {1}
   */
  log(level: CallLogLevel, message: string, verbosity?: number): Promise<void>;
  /**
   * The next line of whoever made the call. The deadline of the handler does not run meanwhile.
   *
   * @param seconds how long to wait. @default {until the call ends}
   * @returns undefined when none came in time, when the call is over, and at once when nobody could send any
   */
  readLine(seconds?: number): Promise<string | undefined>;
  /** The call counts as answered from now on. */
  answer(): Promise<void>;
  /** Whether the call is over, or about to be: a handler should return then. */
  ended(): Promise<boolean>;
}

/** Levels of lines that a call has a module write. */
export type CallLogLevel = "error" | "warning" | "notice" | "verbose" | "debug";

/** Runs an application. A negative result ends the call, as in Asterisk. */
export type ApplicationHandler = (call: Call, args: string) => number | void | Promise<number | void>;

/** A dialplan function: at least one of the two. */
export interface FunctionHandlers {
  /** `${NAME(args)}`. */
  read?(call: Call, args: string): string | Promise<string>;
  /** `Set(NAME(args)=value)`. */
  write?(call: Call, args: string, value: string): void | Promise<void>;
}

/**
 * Methods of a service. What they take and give crosses realms: plain data, and functions, which arrive as functions
 * that return promises.
 */
// deno-lint-ignore no-explicit-any -- a service decides what its methods take; only promises and plain data cross
export type ServiceMethods = Record<string, (...args: any[]) => unknown>;

/** Who calls a service, by the host's word: nothing that the caller says or does changes it. */
export interface ServiceCaller {
  /** The module; empty for the program itself. */
  readonly module: string;
  /** Host capabilities that it was granted; `*` among them for all. */
  readonly capabilities: readonly string[];
}

/** Options of {@linkcode ModuleHost.service}. */
export interface ServiceOptions {
  /**
   * Whether each method is given a {@linkcode ServiceCaller} in front of its arguments. What calls such a service, always
   * passes through the host. @default {false}
   */
  readonly caller?: boolean | undefined;
}

/** How an object looks from another realm: every method returns a promise. */
export type Remote<T> = {
  // deno-lint-ignore no-explicit-any -- inference over any function type
  [K in keyof T]: T[K] extends (...args: any[]) => unknown
    ? (...args: Parameters<T[K]>) => Promise<Awaited<ReturnType<T[K]>>>
    : never;
};

/** What a driver of `extconfig.conf` is asked for. */
export interface RealtimeRequest {
  /** The configuration file, such as `queues.conf`. */
  readonly file: string;
  /** The database, as the driver's own configuration names it. */
  readonly database: string;
  /** The table. */
  readonly table: string;
}

/** A line of a configuration file, as a driver gives it: a row of Asterisk's `ast_config`. */
export interface RealtimeRow {
  /** The row's number, for messages. */
  id: number;
  /** `cat_metric`: where the metric or the category differs from the row before, a section begins. */
  metric: number;
  /** The section. */
  category: string;
  /** The key; `#include` takes in another file. */
  name: string;
  /** The value. */
  value: string;
}

/** A driver of `extconfig.conf`: reads configuration files from somewhere else. */
export interface RealtimeDriver {
  /** The lines of a file, in order. What it throws is the reason why the file cannot be read. */
  load(request: RealtimeRequest): RealtimeRow[] | Promise<RealtimeRow[]>;
}

/** Runs a console command. What it returns is printed. */
export type CommandHandler = (args: readonly string[]) => string | Promise<string>;

/** A console command. */
export interface CommandRegistration {
  /** The words, such as `cdr show status`. */
  command: string;
  /** One line for `core show help`. */
  summary: string;
  /** The text of `core show help <command>`, without `Usage: `. The command itself when left out. */
  usage?: string;
  /** What it does. */
  handler: CommandHandler;
}

/** A console command that stands for another: what is typed after it is given to that. */
export interface CommandAlias extends Omit<CommandRegistration, "handler"> {
  /** The beginning of the line that runs in its place, such as `module reload`. */
  standsFor: string;
}

/** A row of the module table, as `module show` prints it. */
export interface ModuleRow {
  /** Name. */
  name: string;
  /** Description. */
  description: string;
  /** Number of users. */
  useCount: number;
  /** `Running` or `Not Running`. */
  status: string;
  /** The loader's own word: `running`, `declined`, `failed` … */
  state: string;
  /** Support level. */
  supportLevel: string;
  /** Permissions it runs with, in Deno's words; empty when it has none. */
  permissions: string;
  /** Kind and number of its realm, such as `shared/1`. */
  realm: string;
}

/** Options of {@linkcode ModuleHost.hold}. */
export interface HoldOptions {
  /** Who uses it, for people: `extension test,s,1`. */
  as: string;
  /** The provider is to stop although it is held: let go. */
  cancel?(): void | Promise<void>;
}

/** A hold on whatever provides a thing, made with {@linkcode ModuleHost.hold}. Disposing it twice is safe. */
export interface Hold extends Disposable {
  /** The module that provides it; undefined while that is being loaded. */
  readonly provider: string | undefined;
  /**
   * Waits until it is held and gives the provider's name; fails when that cannot be loaded. A provider is loaded when the
   * host has finished what it does now: do not wait for it in `load`.
   */
  ready(): Promise<string>;
  /** The use has ended. */
  release(): Promise<void>;
}

/** Something that is there, as {@linkcode ModuleHost.onAvailable} shows it. It is held until it goes. */
export interface Available<T> {
  /** The module that provides it. */
  readonly provider: string;
  /** The methods of a service; nothing for other types. */
  readonly service: Remote<T>;
}

/** What a module does when something comes; what it returns is called before that goes. */
export type Come<T> = (available: Available<T>) => Leave | Promise<Leave>;

/** What is done before something goes, if anything. */
export type Leave = void | (() => void | Promise<void>);

/** Something another module provides, held while in use. Dispose it when done; disposing twice is safe. */
export interface Reference<T> extends Disposable {
  /** The provider's methods. */
  readonly service: Remote<T>;
  /** The module that provides it. */
  readonly provider: string;
  /** Gives the reference back. */
  release(): Promise<void>;
}

/**
 * What a module keeps over restarts: its own family of the host's database, by key; slashes in keys make trees. What a
 * method has acknowledged is on the disk. Needs the host capability `db`; how much a module may keep is `database_quota`
 * of asterism.conf.
 */
export interface ModuleDatabase {
  /** The value of a key, or undefined. */
  get(key: string): Promise<string | undefined>;
  /** Sets a value. Fails when the module would keep more than its quota. */
  put(key: string, value: string): Promise<void>;
  /** Removes a key. Says whether there was one. */
  del(key: string): Promise<boolean>;
  /** Removes everything at that key and below it, or all there is. Says how many keys there were. */
  deltree(keytree?: string): Promise<number>;
  /** Everything at that key and below it, or all there is: values by key, sorted by key. */
  tree(keytree?: string): Promise<Map<string, string>>;
  /** The keys of {@linkcode ModuleDatabase.tree}. */
  keys(keytree?: string): Promise<string[]>;
}

/**
 * The module's only power beyond its Deno permissions: a capability object that crosses into its realm.
 *
 * Whatever is registered is removed by the core when the module stops, before its own `unload` runs (seed 003).
 * Registering what the manifest does not provide is refused. The promises need not be awaited in `load`: the host waits
 * for all of them before it counts the module as running; one that fails, unless the module takes care of it, fails the
 * module.
 */
export interface ModuleHost {
  /** The module's name. */
  readonly name: string;
  /** The log. */
  readonly log: ModuleLog;
  /** Administration of the host; each of its methods needs a host capability. */
  readonly admin: HostAdmin;
  /** Directories of the host, such as `astlogdir`, each an absolute path. */
  readonly directories: Readonly<Record<string, string>>;
  /** Dialplan and channels. */
  readonly pbx: ModulePbx;
  /** What the module keeps over restarts. */
  readonly db: ModuleDatabase;
  /** Registers an application. */
  application(name: string, handler: ApplicationHandler): Promise<void>;
  /** Registers a dialplan function. */
  function(name: string, handlers: FunctionHandlers): Promise<void>;
  /**
   * Registers a service; its priority is the one in the manifest. One that does for others what needs a right of its own
   * asks for `caller` and looks at who calls.
   */
  service(name: string, methods: ServiceMethods, options?: ServiceOptions): Promise<void>;
  /** Registers a driver that `extconfig.conf` may name; the manifest must provide `realtime=<name>`. */
  realtime(name: string, driver: RealtimeDriver): Promise<void>;
  /**
   * Registers a console command; the manifest must provide `command=<words>`, or `command=*` for any. One that stands for
   * another needs the host capability `command`, and whoever types it may do with it what the other allows.
   */
  command(registration: CommandRegistration | CommandAlias): Promise<void>;
  /** Registers an action of the manager interface (AMI); the manifest must provide `manager=<name>`. */
  managerAction(registration: ManagerActionRegistration): Promise<void>;
  /**
   * Sends an event to clients of the manager interface; the manifest must provide `managerevent=<name>`.
   *
   * @param event its name, such as `QueueMemberAdded`
   * @param privilege classes of which a client must have all to be sent it, such as `agent`
   * @param headers further headers, in order
   */
  managerEvent(event: string, privilege: string, headers: readonly ManagerHeader[]): Promise<void>;
  /** Removes what was registered under that type and name: `command`, `cdr show status`. */
  unregister(type: string, name: string): Promise<void>;
  /**
   * Takes a service in use: `host.use<TimerService>("service=timer")`. The manifest must name it in `[uses]` or
   * `[canuse]`. The provider cannot stop quietly while the reference is held.
   */
  use<T>(what: string): Promise<Reference<T>>;
  /**
   * Makes any object a user of whoever provides a thing: `host.hold("application=Gosub", { as: "extension test,s,1" })`.
   * A provider that does not run is loaded for it, when `reference_autoload` in modules.conf allows that; it stops when
   * its last user lets go. The manifest must name the thing in `[uses]` or `[canuse]`.
   */
  hold(what: string, options: HoldOptions): Promise<Hold>;
  /**
   * Tells the module when something on its `[canuse]` or `[uses]` list comes, and when it goes: `come` is called with it,
   * and what that returns is called before it is gone. The provider does not stop before this has ended. Nothing is ever
   * loaded for it. Dispose the result to be told no more.
   */
  onAvailable<T>(what: string, come: Come<T>): Promise<UserHandle>;
  /** Runs an application that the manifest uses, in the given call or one of its own. */
  runApplication(name: string, args: string, call?: Call): Promise<number>;
  /** Evaluates a function that the manifest uses, in the given call or one of its own. */
  readFunction(name: string, args: string, call?: Call): Promise<string>;
  /** Reads a configuration file that the manifest names; undefined when there is no such file. */
  config(file: string): Promise<ModuleConfig | undefined>;
  /** The module table. Needs the host capability `modules`. */
  modules(): Promise<ModuleRow[]>;
  /** Runs a console command and gives back what it prints. Needs the host capability `command`. */
  execute(command: string): Promise<string>;
  /** Makes something a user of this module; `cancel` is called when the module is to stop although in use. */
  user(label: string, cancel: () => void | Promise<void>): Promise<UserHandle>;
  /**
   * Hands something over to the next `load` of this module, whatever comes first: a refresh, a start after a failure, an
   * unload and a load. The last state saved counts, once; it is kept in memory only. Plain data of at most 1 MiB as JSON.
   *
   * Rejects with a TypeError for what is no plain data.
   */
  saveState(state: unknown): Promise<void>;
  /**
   * The module's code must stay for a while although the module stops, for as long as its manifest says with
   * `block_unload = SECONDS` (Asterisk's `ast_module_block_unload`). Its registrations and this object are gone when it has
   * stopped; its realm ends when the time is over.
   *
   * Rejects with a HostError with code `permission` when the manifest has no such line. docs/manifests.md states the rule.
   */
  blockUnload(): Promise<void>;
}
