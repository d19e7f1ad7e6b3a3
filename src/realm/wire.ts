/**
 * What crosses between the host and a realm: every message shape and every limit, for both sides. Imports nothing.
 *
 * All traffic is Cap'n Web text over one private MessagePort. Both sides treat a message that is no text or too long as
 * the end of the session.
 */

/**
 * The name of a realm's Worker: it tells the guest, before any message can, which kinds of permission it has something of.
 *
 * @param label shown to people; without blanks
 */
export function realmName(label: string, kinds: readonly string[]): string {
  return [label, ...kinds].join(" ");
}

/** How labels of realms begin that find out what their module needs. */
export const LEARNING_LABEL = "learn/";

/** The kinds in a {@linkcode realmName}. */
export function kindsOfName(name: string): string[] {
  return name.split(" ").slice(1);
}

/** Longest message in either direction, in UTF-16 units. */
export const MAX_MESSAGE_LENGTH = 16 * 1024 * 1024;

/** Longest message over a pipe, in bytes: any text of that length fits. */
export const MAX_FRAME_BYTES = 3 * MAX_MESSAGE_LENGTH;

/** Most that may wait for the other end of a pipe to read it, in bytes. */
export const MAX_WAITING_BYTES = 2 * MAX_FRAME_BYTES;

/** Begins a notice; Cap'n Web's messages begin with a bracket. */
export const NOTICE_MARK = "~";

/** Longest log text that a realm sends, in UTF-16 units; longer is cut before it is sent. */
export const MAX_LOG_LENGTH = 8192;

/** What both sides need of a MessagePort; the two ends of a pipe have it too. */
export interface TextPort {
  /** Called with each message. */
  onmessage: ((event: MessageEvent) => void) | null;
  /** Called with what cannot be read as a message. */
  onmessageerror: ((event: MessageEvent) => void) | null;
  /** Sends one. */
  postMessage(message: string): void;
  /**
   * Asked by who delivers messages, before the next: when there is room for one; nothing when there is now. What cannot
   * wait delivers all the same.
   */
  room?: (() => Promise<void> | undefined) | null;
  /** No more messages, in either direction. Safe to call twice. */
  close(): void;
}

/** What the host sends once, with the private port, before anything else. */
export interface RealmInit {
  /** Directories of the host, by name. */
  readonly directories: Readonly<Record<string, string>>;
  /** What the realm is held to. */
  readonly limits: {
    /** Lines for the log, per second; it drops others by itself, for the host ends one that does not. */
    readonly output: number;
    /** Bytes of these lines, per second. */
    readonly outputbytes: number;
    /** Bytes of its heap; 0: as many as there are. */
    readonly heap: number;
    /** Open descriptors. */
    readonly files: number;
  };
  /**
   * Shared memory of one number: the place in its list of the import that is under way. It tells the host which one loops
   * for ever, when nothing else can.
   */
  readonly place: Int32Array<SharedArrayBuffer>;
}

/** Outcomes of imports that are told together. */
export const IMPORTS_PER_NOTICE = 64;

/** What an imported module is, as its default export says. */
export interface ImportedModule {
  /** SPDX identifier. */
  license: string;
  /** One line. */
  description: string;
  /** Which of the three functions it has. */
  has: { load: boolean; reload: boolean; unload: boolean };
}

/** Log levels that cross. */
export type WireLogLevel = "error" | "warning" | "notice" | "verbose" | "debug";

/** One line for the log. */
export interface WireLog {
  /** The module, as far as the realm can tell; the host does not trust it beyond the modules of this realm. */
  module: string;
  /** What kind of line it is. */
  level: WireLogLevel;
  /** For `verbose`, 1 to 10; otherwise 0. */
  verbosity: number;
  /** The text. */
  message: string;
}

/** How an import ended. */
export type ImportOutcome = { module: ImportedModule } | { fault: string };

/** A module to import, its text already verified against its checksum. */
export interface ImportRequest {
  /** Its name. */
  name: string;
  /** Its text. */
  source: string;
  /** Distinguishes a module loaded anew from its earlier self, which the realm's module map never forgets. */
  generation: number;
}

/** A module to import and, when it is what its manifest says, to start at once. */
export interface StartRequest extends ImportRequest {
  /** As its manifest says. */
  license: string;
  /** As its manifest says. */
  description: string;
  /** What an earlier run has left to it, as JSON. */
  state?: string | undefined;
}

/** Whether a module that was imported goes on to its `load` without the host being asked; both sides must agree. */
export function goesOn(outcome: ImportOutcome, { license, description }: StartRequest): boolean {
  if ("fault" in outcome) return false;
  const { module } = outcome;
  return module.has.load && description !== "" && module.license === license && module.description === description;
}

/** How a module's `load`, `reload` or `unload` ended. A throw is a value: it crosses without a class or a stack. */
export type RunResult = { result: number } | { thrown: string };

/** How a realm says it is doing. */
export interface GuestHealth {
  /** Bytes of its heap, with what hangs on it. */
  heap: number;
  /** Bytes of the whole process that it is in. */
  process: number;
  /** Calls that came over direct links and have not ended. */
  calls: number;
  /** Calls that have come over direct links, also those that are closed. */
  served: number;
  /** Descriptors that it has open. */
  files: number;
  /** Servers of the runtime, whose connections it cannot count. */
  servers: number;
}

/** What the realm offers the host. */
export interface GuestMain {
  /** Runs a module's `reload`. */
  reload(name: string): Promise<RunResult>;
  /** Runs a module's `unload`. */
  unload(name: string): Promise<RunResult>;
  /** A sign of life. */
  ping(): Promise<GuestHealth>;
  /** Fails with that reason: what the host sends in place of a call that the realm could not take. */
  refused(why: string): Promise<never>;
}

/** What the host offers the realm as a whole. */
export interface RealmMain {
  /** The capability object of a module of this realm, while its `load` runs and after. */
  handle(name: string): HandleMethods;
  /** Fails with that reason: what stands for a call that the realm may not make. */
  refused(why: string): never;
}

/**
 * What a realm tells the host, without an answer. `up` comes first, once, when its own code is ready; `broken` is the last,
 * with the reason.
 */
export type RealmNotice =
  | ["up"]
  | ["imported", [name: string, outcome: ImportOutcome][]]
  | ["loaded", string, RunResult]
  | ["log", WireLog]
  | ["denied", string]
  | ["broken", string];

/**
 * What the host tells a realm. None has an answer of its own:
 *
 * - import: import these, one after the other; outcomes are noticed as `imported`, many at once
 * - load: run `load` of these, one after the other, each with what an earlier run has left to it, as JSON; each outcome is
 *   noticed as `loaded`, and the first that is no success is the last
 * - start: import this one and run its `load`, as the two above; the places are 0 and 1
 * - skip: wait no longer for the import or the `load` that is under way
 * - forget: drop what is kept for a module
 * - unlink: close a direct link
 */
export type HostNotice =
  | ["import", readonly ImportRequest[]]
  | ["load", names: readonly string[], states: Readonly<Record<string, string>>]
  | ["start", StartRequest]
  | ["skip"]
  | ["forget", string]
  | ["unlink", number];

/** One end of a direct link between two realms; the host hands it out together with a port. */
export interface LinkInit {
  /** By what the host closes it. */
  readonly id: number;
  /** Whether the service is at this end. */
  readonly serves: boolean;
  /** The module that has the service. */
  readonly module: string;
  /** The service. */
  readonly service: string;
  /** What both ends keep to: milliseconds of a call, calls at the same time, longest message in UTF-16 units. */
  readonly limits: { readonly call: number; readonly calls: number; readonly message: number };
}

/** What passes over a direct link: a call with plain data, and how it ended; `kept` results are asked for over RPC. */
export type LinkNotice =
  | [kind: "call", id: number, method: string, args: readonly unknown[]]
  | [kind: "done", id: number, result?: unknown, none?: undefined]
  | [kind: "failed", id: number, message: string, none?: undefined]
  | [kind: "kept", id: number, none?: undefined, neither?: undefined];

/** A configuration file as it crosses. */
export interface WireConfig {
  /** Path, for messages. */
  file: string;
  /** All sections but templates, in order, each with its lines. */
  sections: { name: string; entries: { key: string; value: string; line: number; file: string }[] }[];
}

/** A function that crosses realms as a stub. */
// deno-lint-ignore no-explicit-any -- functions cross as stubs; what they take is checked where they arrive
export type Crossing = (...args: any[]) => unknown;

/** The methods of `ModuleHost.pbx`. */
export interface PbxMethods {
  /** Begins a dialplan in place of the one that the module gave before; it comes in parts. */
  draft(): DraftMethods;
  /** See `ModulePbx.add`. */
  add(context: string, priority: Record<string, unknown>, replace: boolean): Promise<string | undefined>;
  /** See `ModulePbx.remove`. */
  remove(context: string, extension: string, priority: number | undefined): Promise<number>;
  /** See `ModulePbx.channel`. */
  channel(
    options: Record<string, unknown>,
    peer: { write: Crossing; hangup: Crossing },
  ): Promise<{ name: string; receive: (line: string) => Promise<void>; hangup: () => Promise<void> }>;
}

/** A dialplan on its way, in parts that the host's thread takes one at a time; `ModulePbx.replace` sends it. */
export interface DraftMethods {
  /** Further contexts; one that is there already goes on. */
  part(contexts: readonly Record<string, unknown>[]): Promise<void>;
  /** Puts the dialplan in place. */
  commit(rest: Record<string, unknown>): Promise<string[]>;
  /** Forgets it. */
  discard(): Promise<void>;
}

/** The methods of `ModuleHost.db`. */
export interface DatabaseMethods {
  /** See `ModuleDatabase.get`. */
  get(key: string): Promise<string | undefined>;
  /** See `ModuleDatabase.put`. */
  put(key: string, value: string): Promise<void>;
  /** See `ModuleDatabase.del`. */
  del(key: string): Promise<boolean>;
  /** See `ModuleDatabase.deltree`. */
  deltree(keytree: string | undefined): Promise<number>;
  /** See `ModuleDatabase.tree`. */
  tree(keytree: string | undefined): Promise<{ key: string; value: string }[]>;
}

/** `[name, value]` of a header of the manager interface. */
export type WireHeader = readonly [string, string];

/** The methods with which a module administers the host; `ModuleHost.admin` in the guest is built over them. */
export interface AdminMethods {
  /** See `ModuleHost.managerAction`. */
  registerManagerAction(
    about: {
      action: string;
      synopsis: string;
      description?: string | undefined;
      privilege?: string | undefined;
    },
    handler: Crossing,
  ): Promise<void>;
  /** See `ModuleHost.managerEvent`. */
  managerEvent(event: string, privilege: string, headers: readonly WireHeader[]): Promise<void>;
  /** See `HostAdmin.modules`. */
  modules(): Promise<object[]>;
  /** See `HostAdmin.realms`. */
  realms(): Promise<object[]>;
  /** See `HostAdmin.logTail`. */
  logTail(after: number): Promise<object[]>;
  /** See `HostAdmin.findModule`. */
  findModule(name: string): Promise<{ known: boolean; loaded: boolean }>;
  /** See `HostAdmin.load`. */
  load(name: string): Promise<boolean>;
  /** See `HostAdmin.unload`. */
  unload(name: string): Promise<boolean>;
  /** See `HostAdmin.reload`. */
  reload(name: string): Promise<string>;
  /** See `HostAdmin.reloadAll`. */
  reloadAll(): Promise<void>;
  /** See `HostAdmin.refresh`. */
  refresh(name: string, recursive: boolean): Promise<boolean>;
  /** See `HostAdmin.status`. */
  status(): Promise<object>;
  /** See `HostAdmin.calls`. */
  calls(): Promise<object[]>;
  /** See `HostAdmin.run`. */
  run(command: string, refuse: readonly string[]): Promise<{ output: string; ok: boolean; refused: boolean }>;
  /** See `HostAdmin.readConfig`. */
  readConfig(file: string, filter: string): Promise<object>;
  /** See `HostAdmin.onEvent`. */
  onEvent(listener: Crossing): Promise<{ release: () => Promise<void> }>;
  /** See `HostAdmin.managerActions`. */
  managerActions(): Promise<object[]>;
  /** See `HostAdmin.runManagerAction`. */
  runManagerAction(action: string, request: { user: string; headers: readonly WireHeader[] }): Promise<object>;
}

/** A service as it crosses; its methods are also reached over the direct link, when there is one. */
export interface UsedService {
  /** The module that provides it. */
  provider: string;
  /** The names of its methods, which a stub could not tell. */
  names: string[];
  /** Its methods, through the host. */
  methods: Record<string, Crossing>;
  /** The direct link that the realm was handed for it. */
  link: number | undefined;
  /** Gives it back. */
  release: () => Promise<void>;
}

/** The methods with which a module refers to what others provide. */
export interface ReferenceMethods {
  /** See `ModuleHost.hold`. */
  hold(what: string, label: string, cancel: Crossing): Promise<
    { provider: string | undefined; ready: () => Promise<string>; release: () => Promise<void> }
  >;
  /** See `ModuleHost.onAvailable`; `came` is given provider, names and methods, as `use` gives them. */
  onAvailable(what: string, came: Crossing, gone: Crossing): Promise<{ release: () => Promise<void> }>;
}

/** The methods of a module's capability object; `ModuleHost` in the guest is built over them. */
export interface HandleMethods {
  /** See `ModuleHost.application`. */
  registerApplication(name: string, handler: Crossing): Promise<void>;
  /** See `ModuleHost.function`. */
  registerFunction(
    name: string,
    handlers: { read?: Crossing | undefined; write?: Crossing | undefined },
  ): Promise<void>;
  /** See `ModuleHost.service`; the keys are the names of the methods, which may be told who calls. */
  registerService(name: string, methods: Record<string, Crossing>, toldCaller?: boolean): Promise<void>;
  /** See `ModuleHost.realtime`. */
  registerRealtime(name: string, load: Crossing): Promise<void>;
  /** See `ModuleHost.command`. */
  registerCommand(
    about: { command: string; summary: string; usage?: string | undefined; standsFor?: string | undefined },
    handler?: Crossing,
  ): Promise<void>;
  /** See `ModuleHost.unregister`. */
  unregister(type: string, name: string): Promise<void>;
  /** See `ModuleHost.use`; `names` lists the methods, which a stub could not tell. */
  use(what: string): Promise<UsedService>;
  /** See `ModuleHost.hold` and `ModuleHost.onAvailable`. */
  references(): ReferenceMethods;
  /** See `ModuleHost.runApplication`; `call` names a call that the module is handling. */
  runApplication(name: string, args: string, call: string | undefined): Promise<number>;
  /** See `ModuleHost.readFunction`. */
  readFunction(name: string, args: string, call: string | undefined): Promise<string>;
  /** See `ModuleHost.config`. */
  config(file: string): Promise<WireConfig | undefined>;
  /** See `ModuleHost.modules`. */
  modules(): Promise<Record<string, string | number>[]>;
  /** See `ModuleHost.execute`. */
  execute(command: string): Promise<string>;
  /** See `ModuleHost.pbx`. */
  pbx(): PbxMethods;
  /** See `ModuleHost.db`. */
  database(): DatabaseMethods;
  /** See `ModuleHost.admin`. */
  admin(): AdminMethods;
  /** See `ModuleHost.user`. */
  user(label: string, cancel: Crossing): Promise<{ release: () => Promise<void> }>;
  /** See `ModuleHost.blockUnload`. */
  blockUnload(): Promise<void>;
  /** See `ModuleHost.saveState`; the state as JSON. */
  saveState(json: string): Promise<void>;
}
