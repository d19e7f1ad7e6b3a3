import type { HostError } from "../fault/mod.ts";
import type { PermissionSet } from "../permission/mod.ts";
import type {
  GuestHealth,
  HandleMethods,
  ImportOutcome,
  ImportRequest,
  LinkInit,
  RunResult,
  StartRequest,
  WireLog,
} from "./wire.ts";

/**
 * How modules are distributed over realms; chosen by the administrator per module. Those in shared realms have equal
 * permissions, the others are alone, in a Worker or in a process.
 */
export type RealmKind = "shared" | "dedicated" | "process";

/** What a realm is held to. Times are in milliseconds. */
export interface RealmLimits {
  /** From its start to its first answer. */
  readonly start: number;
  /** To answer a heartbeat. */
  readonly heartbeat: number;
  /** Longest message from it, in UTF-16 units. */
  readonly message: number;
  /** Its calls to the host that have not come to their end. */
  readonly queue: number;
  /** Its lines in the log, per second. */
  readonly output: number;
  /** Bytes of these lines, per second. */
  readonly outputbytes: number;
  /** Bytes of its heap, 0: as many as there are; only where it is a Worker, of a compiled program. */
  readonly heap: number;
  /** Bytes of memory, beyond what the runtime reserves; only where it is a process. */
  readonly memory: number;
  /** Seconds of processor time, all threads together, 0: as many as it likes; only where it is a process. */
  readonly cpu: number;
  /** Open descriptors. */
  readonly files: number;
}

/** What a realm is held to when nobody says otherwise. */
export const USUAL_REALM_LIMITS: RealmLimits = {
  // A machine may be busy.
  start: 30_000,
  heartbeat: 5_000,
  // What the host reads in a moment.
  message: 4 * 1024 * 1024,
  queue: 10_000,
  output: 1_000,
  outputbytes: 1024 * 1024,
  heap: 0,
  memory: 512 * 1024 * 1024,
  cpu: 0,
  files: 256,
};

/** What a realm tells its owner. */
export interface RealmEvents {
  /** A line from code inside. */
  log(line: WireLog): void;
  /** A permission that a module was denied, in Deno's words; only of a realm that is `learning`. */
  denied?(message: string): void;
  /** The realm is gone; called once, whatever ended it. */
  ended(reason: HostError): void;
}

/** Options of {@linkcode Realm.importAll} and {@linkcode Realm.loadAll}. */
export interface FollowOptions<T> {
  /** How long one may take, in milliseconds. */
  deadline(name: string): number;
  /** Told how each ended, as soon as it is known. */
  onOutcome(name: string, outcome: T): void;
}

/** Options of {@linkcode Realm.loadAll}. */
export interface LoadOptions extends FollowOptions<RunResult> {
  /** What earlier runs of modules have left to these, as JSON, by name. @default {{}} */
  readonly states?: Readonly<Record<string, string>> | undefined;
}

/** Options of {@linkcode Realm.start}. */
export interface RealmStartOptions {
  /** The module's capability object, kept until `forget`. */
  readonly handle: HandleMethods;
  /** How long its import may take, and then its `load`, in milliseconds. */
  readonly deadline: number;
  /** Told how the import ended, before anything else is heard of the module. */
  onImported(outcome: ImportOutcome): void;
  /** Told how its `load` ended; not called for one that does not go on to it. */
  onLoaded(outcome: RunResult): void;
}

/** Options of a realm of any kind. */
export interface RealmOptions {
  /** Shown to people: `shared/1`. */
  readonly label: string;
  /** What code inside may do. */
  readonly permissions: PermissionSet;
  /** Directories of the host, which its modules are told. */
  readonly directories: Readonly<Record<string, string>>;
  /** What it is held to. */
  readonly limits: RealmLimits;
  /** Whether it tells of every permission that is denied; only where it is a process. @default {false} */
  readonly learning?: boolean | undefined;
  /** What it tells its owner. */
  readonly events: RealmEvents;
}

/** How a realm was when it last answered a heartbeat; what it says of itself is not to be trusted. */
export interface RealmHealth extends GuestHealth {
  /** When that was, in milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds that the answer took. */
  readonly took: number;
}

/** State of a realm. */
export type RealmState = "starting" | "up" | "ended";

/** A home for module code with one permission set: one interface for every kind. */
export interface Realm {
  /** Shown to people: `shared/1`. */
  readonly label: string;
  /** What code inside may do. */
  readonly permissions: PermissionSet;
  /** Where it is in its life. */
  readonly state: RealmState;
  /**
   * Imports modules from their verified text, one after the other.
   *
   * @param options.deadline how long each may take
   * @param options.onOutcome told of each as soon as it is known, one that hangs included
   * @throws {HostError} with code `realm-ended` when the realm ends before all are told
   */
  importAll(requests: readonly ImportRequest[], options: FollowOptions<ImportOutcome>): Promise<void>;
  /**
   * Runs `load` of modules, one after the other, up to the first that is no success: the host then decides anew. One
   * message for many keeps the start from waiting for a round trip per module.
   *
   * @param handles the modules' names in order, each with its capability object, kept until `forget`
   * @param options.states what earlier runs of modules have left to these, as JSON
   * @param options.deadline how long each may take
   * @param options.onOutcome told of each as soon as it is known, one that hangs included
   * @throws {HostError} with code `realm-ended` when the realm ends before
   */
  loadAll(handles: ReadonlyMap<string, HandleMethods>, options: LoadOptions): Promise<void>;
  /**
   * Imports one module and goes on to its `load`, when it is what its manifest says: one message for what takes
   * `importAll` and `loadAll` two round trips.
   *
   * @throws {HostError} with code `realm-ended` when the realm ends before
   */
  start(request: StartRequest, options: RealmStartOptions): Promise<void>;
  /** Runs `reload`. */
  reload(name: string, milliseconds: number): Promise<RunResult>;
  /** Runs `unload`. */
  unload(name: string, milliseconds: number): Promise<RunResult>;
  /** Drops what the realm keeps for a module. Never throws. */
  forget(name: string): void;
  /** Whether the realm answers in time; one that does not is ended. */
  heartbeat(): Promise<boolean>;
  /** Whether it can be connected with other realms. */
  readonly linkable: boolean;
  /** Hands one end of a direct link to it; only a realm that is `linkable` takes it. */
  link(init: LinkInit, port: MessagePort): void;
  /** Closes its end of a direct link. Never throws. */
  unlink(id: number): void;
  /** How it was at its last heartbeat. */
  readonly health: RealmHealth | undefined;
  /** The process that it is; undefined for a Worker. */
  readonly pid: number | undefined;
  /** Fulfilled when it has ended and nothing of it is left: no process, no pipe. */
  readonly gone: Promise<void>;
  /** Ends the realm; everything that waits for it fails with `reason`. Safe to call twice. */
  end(reason: HostError): void;
}
