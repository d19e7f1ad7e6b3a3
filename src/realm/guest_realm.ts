import { RpcSession, RpcTarget } from "capnweb";
import { HostError, messageOf, printable } from "../fault/mod.ts";
import type { PermissionSet } from "../permission/mod.ts";
import type { Carrier } from "./carrier.ts";
import { withDeadline } from "./deadline.ts";
import type {
  FollowOptions,
  LoadOptions,
  Realm,
  RealmEvents,
  RealmHealth,
  RealmLimits,
  RealmOptions,
  RealmStartOptions,
  RealmState,
} from "./realm.ts";
import { FILES_SLACK, healthOf } from "./health.ts";
import { HostTransport } from "./host_transport.ts";
import { RealmLines } from "./realm_lines.ts";
import { goesOn, MAX_LOG_LENGTH } from "./wire.ts";
import type {
  GuestMain,
  HandleMethods,
  HostNotice,
  ImportOutcome,
  ImportRequest,
  LinkInit,
  RealmMain,
  RealmNotice,
  RunResult,
  StartRequest,
} from "./wire.ts";

/** The states of a realm and which may follow each. No other code decides this. */
const NEXT: Record<RealmState, readonly RealmState[]> = { starting: ["up", "ended"], up: ["ended"], ended: [] };

/**
 * The host's side of a realm, whatever carries its code.
 *
 * Ends by itself when the peer breaks the rules of the wire, when the carrier says that it is over, and when a heartbeat
 * is missed. Owns the carrier and the session; `end` releases both.
 */
export class GuestRealm implements Realm {
  /** Shown to people: `shared/1`. */
  readonly label: string;
  /** What code inside may do. */
  readonly permissions: PermissionSet;
  readonly #carrier: Carrier;
  readonly #transport: HostTransport;
  readonly #guest: GuestMain;
  readonly #events: RealmEvents;
  readonly #limits: RealmLimits;
  readonly #learning: boolean;
  readonly #lines: RealmLines;
  #state: RealmState = "starting";
  /** Outcomes that the realm was asked for and has not told. */
  #owed = 0;
  /** Who is told of outcomes now. */
  #onImported: (name: string, outcome: ImportOutcome) => void = () => {};
  #onLoaded: (name: string, outcome: RunResult) => void = () => {};
  readonly #started: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #handles = new Map<string, HandleMethods>();
  /** How everything that waits for the realm is ended with it. */
  readonly #waiting = new Set<(reason: HostError) => void>();
  #ending: HostError | undefined;
  #health: RealmHealth | undefined;

  /**
   * Begins the session. Messages to the realm wait until it is up.
   *
   * @param carrier taken over
   */
  constructor(carrier: Carrier, options: RealmOptions) {
    this.label = options.label;
    this.permissions = options.permissions;
    this.#events = options.events;
    this.#limits = options.limits;
    this.#learning = options.learning === true;
    this.#lines = new RealmLines({
      label: options.label,
      rate: options.limits,
      has: (module) => this.#handles.has(module),
      log: (line) => options.events.log(line),
      flood: (what) => this.#fault(what),
    });
    this.#carrier = carrier;
    this.#transport = new HostTransport(carrier.port, {
      fault: (reason) => this.#fault(messageOf(reason)),
      notice: (notice) => this.#notice(notice as RealmNotice),
      refused: (why) => this.#lines.take({ module: "", level: "warning", verbosity: 0, message: why }),
    }, options.limits);
    const session = new RpcSession<GuestMain & RpcTarget>(this.#transport, new HostMain(this.#handles));
    this.#guest = session.getRemoteMain() as unknown as GuestMain;
    const { directories, limits: { output, outputbytes, files } } = options;
    carrier.begin({ directories, limits: { output, outputbytes, files } }, (what) => this.#fault(what));
  }

  /** Where it is in its life. */
  get state(): RealmState {
    return this.#state;
  }

  /** Whether it can be connected with other realms. */
  get linkable(): boolean {
    return this.#carrier.handOver !== undefined && this.#state !== "ended";
  }

  /** Hands one end of a direct link to it. */
  link(init: LinkInit, port: MessagePort): void {
    this.#carrier.handOver?.(init, port);
  }

  /** Closes its end of a direct link. */
  unlink(id: number): void {
    if (this.#state !== "ended") this.#transport.notify(["unlink", id] satisfies HostNotice);
  }

  /** How it was at its last heartbeat. */
  get health(): RealmHealth | undefined {
    return this.#health;
  }

  /** The process that it is. */
  get pid(): number | undefined {
    return this.#carrier.pid;
  }

  /** Fulfilled when nothing of it is left. */
  get gone(): Promise<void> {
    return this.#carrier.gone;
  }

  /** Imports modules, one after the other; see {@linkcode Realm.importAll}. */
  importAll(requests: readonly ImportRequest[], options: FollowOptions<ImportOutcome>): Promise<void> {
    return this.#follow(requests.map(({ name }) => name), {
      ...options,
      place: () => this.#carrier.place(),
      begin: (told) => {
        this.#onImported = told;
        this.#owed += requests.length;
        this.#carrier.resetPlace();
        this.#transport.notify(["import", requests] satisfies HostNotice);
      },
      hung: (fault) => ({ fault }),
      isLast: () => false,
    });
  }

  /** Runs `load` of modules, one after the other; see {@linkcode Realm.loadAll}. */
  loadAll(handles: ReadonlyMap<string, HandleMethods>, options: LoadOptions): Promise<void> {
    for (const [name, handle] of handles) this.#handles.set(name, handle);
    return this.#follow([...handles.keys()], {
      ...options,
      begin: (told) => {
        this.#onLoaded = told;
        this.#owed += handles.size;
        this.#transport.notify(["load", [...handles.keys()], options.states ?? {}] satisfies HostNotice);
      },
      hung: (thrown) => ({ thrown }),
      isLast: (outcome) => !("result" in outcome) || outcome.result !== 0,
    });
  }

  /** Imports one module and runs its `load`; see {@linkcode Realm.start}. */
  start(request: StartRequest, { handle, deadline, onImported, onLoaded }: RealmStartOptions): Promise<void> {
    this.#handles.set(request.name, handle);
    return this.#follow<StageOutcome>(["import", "load"], {
      deadline: () => deadline,
      place: () => this.#carrier.place(),
      begin: (told) => {
        this.#onImported = (_name, imported) => told("import", { imported });
        this.#onLoaded = (_name, loaded) => told("load", { loaded });
        this.#owed += 2;
        this.#carrier.resetPlace();
        this.#transport.notify(["start", request] satisfies HostNotice);
      },
      onOutcome: (_stage, outcome) => "imported" in outcome ? onImported(outcome.imported) : onLoaded(outcome.loaded),
      hung: (why, stage) => stage === "import" ? { imported: { fault: why } } : { loaded: { thrown: why } },
      isLast: (outcome) => "imported" in outcome && !goesOn(outcome.imported, request),
    });
  }

  /**
   * Follows a sequence that runs in the realm. The clock starts anew at each outcome, and at each new place where the
   * realm shows it; the one that hangs is the one at that place, else the first without an outcome. What comes after it is
   * waited for in the same way.
   */
  async #follow<T>(names: readonly string[], sequence: Sequence<T>): Promise<void> {
    const { deadline, onOutcome } = sequence;
    const pending = new Set(names);
    const all = Promise.withResolvers<void>();
    let since = Date.now();
    let place: number | undefined;
    const settle = (name: string, outcome: T) => {
      if (!pending.delete(name)) return;
      since = Date.now();
      onOutcome(name, outcome);
      if (sequence.isLast(outcome)) pending.clear();
      if (pending.size === 0) all.resolve();
    };
    if (this.#ending !== undefined) throw this.#ending;
    // It may be the turn of one with less time than the one that is waited for.
    const shortest = names.reduce((least, name) => Math.min(least, deadline(name)), Infinity);
    sequence.begin(settle);
    await this.#untilUp();
    since = Date.now();
    place = await sequence.place?.();
    const current = () => {
      const [first = ""] = pending;
      const shown = names[place ?? -1] ?? first;
      return pending.has(shown) ? shown : first;
    };
    while (pending.size > 0) {
      const rest = Math.min(since + deadline(current()) - Date.now(), shortest);
      if (rest > 0 && !await this.#ask(all.promise, rest, "a module").then(() => false, isDeadline)) return;
      const now = await sequence.place?.();
      if (pending.size === 0) return;
      if (now !== place) since = Date.now();
      place = now;
      const culprit = current();
      if (Date.now() - since < deadline(culprit)) continue;
      settle(culprit, sequence.hung(`no answer within ${deadline(culprit) / 1000} s`, culprit));
      if (await this.heartbeat()) this.#transport.notify(["skip"] satisfies HostNotice);
      else if (pending.size > 0) throw this.#ending;
      since = Date.now();
    }
  }

  /** Runs a module's `reload`. */
  reload(name: string, milliseconds: number): Promise<RunResult> {
    return this.#ask(this.#guest.reload(name), milliseconds, `reload of "${name}"`);
  }

  /** Runs a module's `unload`. */
  unload(name: string, milliseconds: number): Promise<RunResult> {
    return this.#ask(this.#guest.unload(name), milliseconds, `unload of "${name}"`);
  }

  /** Drops what the realm keeps for a module. */
  forget(name: string): void {
    this.#handles.delete(name);
    if (this.#state !== "ended") this.#transport.notify(["forget", name] satisfies HostNotice);
  }

  /** Whether it answers in time; ends it when not. */
  async heartbeat(): Promise<boolean> {
    if (this.#state === "ended") return false;
    try {
      await this.#untilUp();
      const asked = performance.now();
      const told = await this.#ask(this.#guest.ping(), this.#limits.heartbeat, "a heartbeat");
      this.#health = healthOf(told, performance.now() - asked);
      const { files } = this.#health;
      const { files: most } = this.#limits;
      if (files > most + FILES_SLACK) this.#fault(`it has ${files} descriptors open, more than its ${most}`);
      return this.#ending === undefined;
    } catch (error) {
      this.#fault(error instanceof HostError && error.code === "deadline" ? "it missed a heartbeat" : messageOf(error));
      return false;
    }
  }

  /** Ends it. Safe to call twice. */
  end(reason: HostError): void {
    if (this.#state === "ended") return;
    this.#transition("ended");
    this.#lines.end();
    this.#transport.close(reason);
    this.#carrier.end();
    this.#ending = reason;
    for (const fail of this.#waiting) fail(reason);
    this.#waiting.clear();
    this.#events.ended(reason);
  }

  /** Waits until its own code is ready. */
  async #untilUp(): Promise<void> {
    if (this.#state === "starting") await this.#ask(this.#started.promise, this.#limits.start, "the start");
  }

  async #ask<T>(answer: PromiseLike<T>, milliseconds: number, what: string): Promise<T> {
    if (this.#ending !== undefined) throw this.#ending;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    this.#waiting.add(reject);
    try {
      return await withDeadline(Promise.race([answer, ended]), milliseconds, what);
    } finally {
      this.#waiting.delete(reject);
    }
  }

  /**
   * A notice from the realm.
   *
   * @throws {TypeError} when it is none; the transport then ends the realm
   */
  #notice(notice: RealmNotice): void {
    if (notice[0] === "up") {
      this.#transition("up");
      return this.#started.resolve();
    }
    if (notice[0] === "imported") {
      for (const [name, outcome] of notice[1]) this.#tell(() => this.#onImported(String(name), checkImport(outcome)));
      return;
    }
    if (notice[0] === "loaded") return this.#tell(() => this.#onLoaded(String(notice[1]), checkRun(notice[2])));
    if (notice[0] === "denied" && this.#learning) {
      return this.#events.denied?.(String(notice[1]).slice(0, MAX_LOG_LENGTH));
    }
    if (notice[0] === "broken") {
      return this.#fault(`its session broke off: ${printable(String(notice[1]), MAX_REASON)}`);
    }
    if (notice[0] !== "log") throw new TypeError("not a notice");
    const [, line] = notice;
    if (typeof line.message !== "string" || typeof line.module !== "string") throw new TypeError("not a line");
    this.#lines.take(line);
  }

  /** An outcome that the realm was asked for. @throws {TypeError} for one that it was not */
  #tell(outcome: () => void): void {
    if (--this.#owed < 0) throw new TypeError("an outcome of nothing");
    outcome();
  }

  #fault(what: string): void {
    this.end(new HostError("realm-ended", `Realm ${this.label} has ended: ${what}`));
  }

  #transition(next: RealmState): void {
    if (!NEXT[this.#state].includes(next)) {
      throw new Error(`Cannot take realm ${this.label} from ${this.#state} to ${next}`);
    }
    this.#state = next;
  }
}

/** A sequence that a realm carries out; see `#follow`. */
interface Sequence<T> extends FollowOptions<T> {
  /** Where in the list of names it is, when the realm shows that. */
  place?(): Promise<number>;
  /** Starts it; `told` is to be called with each outcome. */
  begin(told: (name: string, outcome: T) => void): void;
  /** The outcome of one that hangs. */
  hung(why: string, name: string): T;
  /** Whether the realm goes no further after this outcome. */
  isLast(outcome: T): boolean;
}

/** How one of the two stages of a start ended. */
type StageOutcome = { imported: ImportOutcome } | { loaded: RunResult };

/** Longest reason for its end that a realm may tell. */
const MAX_REASON = 200;

/** Longest text of a failure that a realm may tell. */
const MAX_FAULT = 8192;

/** What a realm as a whole may ask of the host. */
export class HostMain extends RpcTarget implements RealmMain {
  readonly #handles: ReadonlyMap<string, HandleMethods>;

  constructor(handles: ReadonlyMap<string, HandleMethods>) {
    super();
    this.#handles = handles;
  }

  handle(name: string): HandleMethods {
    const handle = this.#handles.get(name);
    if (handle === undefined) throw new HostError("not-found", `There is no module "${String(name)}" in this realm`);
    return handle;
  }

  refused(why: string): never {
    throw new TypeError(why);
  }
}

/** What a realm says of an import, in the shape that the host uses. */
function checkImport(outcome: ImportOutcome): ImportOutcome {
  if ("fault" in outcome) return { fault: String(outcome.fault).slice(0, MAX_FAULT) };
  const { license, description, has } = outcome.module;
  return { module: { license: String(license), description: String(description), has: { ...has } } };
}

/** What a realm says of a run, in the shape that the host uses. */
function checkRun(outcome: RunResult): RunResult {
  return "result" in outcome
    ? { result: Number(outcome.result) }
    : { thrown: String(outcome.thrown).slice(0, MAX_FAULT) };
}

/** True for a deadline; anything else is thrown on. */
function isDeadline(error: unknown): true {
  if (error instanceof HostError && error.code === "deadline") return true;
  throw error;
}
