import { HostError } from "../fault/mod.ts";
import { permissionKey } from "../permission/mod.ts";
import { descriptors } from "./descriptors.ts";
import { greediest, RELIEF_MS, reliefReason } from "./relief.ts";
import type { Realm, RealmEvents, RealmKind, RealmOptions } from "./realm.ts";
import { LEARNING_LABEL } from "./wire.ts";
import { startRealm } from "./start.ts";
import { WarmWorkers } from "./warm.ts";

/** Most realms of one module that go on after it has stopped: one that is loaded again and again must not fill the memory. */
const MOST_STAYING = 3;

/** What all realms of a pool have in common. */
export interface PoolOptions extends Pick<RealmOptions, "directories"> {
  /** How many Workers are kept ready from `warm` on. @default {0} */
  readonly warm?: number | undefined;
}

/** What a module's realm must be like. */
export interface RealmRequest extends Pick<RealmOptions, "permissions" | "limits" | "learning"> {
  /** With others, or alone in a Worker or a process. */
  readonly kind: RealmKind;
}

/** What the pool tells its owner, with the realm concerned. */
export interface PoolEvents {
  /** A line from code in a realm. */
  log(realm: Realm, line: Parameters<RealmEvents["log"]>[0]): void;
  /** A permission that a module was denied in a realm that is learning. */
  denied?(message: string): void;
  /** A realm has ended by itself or through a fault. */
  ended(realm: Realm, reason: HostError): void;
}

/**
 * The realms that are up. Modules with equal permission sets and limits share one unless the administrator gives a module
 * its own: sharing never adds power, for all in it have the same.
 */
export class RealmPool {
  readonly #shared = new Map<string, Realm>();
  readonly #realms = new Map<Realm, { residents: Set<string>; kind: RealmKind; left: Set<string> }>();
  readonly #options: PoolOptions;
  readonly #events: PoolEvents;
  /** Realms of which something may be left. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #warm: WarmWorkers;
  /** Realms without modules that go on for a while. */
  readonly #staying = new Map<Realm, ReturnType<typeof setTimeout>>();
  #counter = 0;
  #closed: HostError | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #relieving: Promise<void> | undefined;

  /** A pool without realms. */
  constructor(options: PoolOptions, events: PoolEvents) {
    this.#options = options;
    this.#warm = new WarmWorkers(options.warm ?? 0);
    this.#events = events;
  }

  /** Every realm that has not ended, with the names of the modules in it. */
  list(): { realm: Realm; kind: RealmKind; residents: readonly string[] }[] {
    return [...this.#realms].map(([realm, { residents, kind }]) => ({ realm, kind, residents: [...residents] }));
  }

  /**
   * Gives a module its home, starting a Worker when there is none that fits.
   *
   * @throws {HostError} with code `permission` when the program itself lacks what the realm is to have
   */
  admit(module: string, request: RealmRequest): Realm {
    if (this.#closed !== undefined) throw this.#closed;
    const { kind } = request;
    // What holds one to a limit would hold its neighbors to it, too.
    const key = permissionKey(request.permissions) + JSON.stringify(Object.values(request.limits));
    const existing = kind === "shared" ? this.#shared.get(key) : undefined;
    const realm = existing ?? this.#start(request);
    if (kind === "shared") this.#shared.set(key, realm);
    this.#realms.get(realm)?.residents.add(module);
    return realm;
  }

  /** The module that has a realm for itself; undefined for a shared one, and for one that has ended. */
  onlyModule(realm: Realm): string | undefined {
    const entry = this.#realms.get(realm);
    if (entry === undefined || entry.kind === "shared") return undefined;
    const [only] = entry.residents;
    return only;
  }

  /** The modules whose code is in a realm, those that have left it last; none for one that has ended. */
  modulesOf(realm: Realm): string[] {
    const { residents = [], left = [] } = this.#realms.get(realm) ?? {};
    return [...new Set([...residents, ...left])];
  }

  /**
   * A module has left. A realm without modules is ended: only that frees its code.
   *
   * @param options.forget whether a realm that goes on drops what it keeps for the module
   * @param options.stays milliseconds for which a realm without modules goes on; of one module's only the last three do
   */
  dismiss(module: string, realm: Realm, { forget = true, stays = 0 }: { forget?: boolean; stays?: number } = {}): void {
    const entry = this.#realms.get(realm);
    if (entry === undefined) return;
    entry.residents.delete(module);
    if (entry.residents.size === 0 && stays === 0) return this.#endEmpty(realm);
    entry.left.add(module);
    if (forget) realm.forget(module);
    if (entry.residents.size > 0) return;
    // Nothing new comes into it.
    this.#close(realm);
    const earlier = [...this.#staying.keys()].filter((one) => this.#realms.get(one)?.left.has(module));
    for (const one of earlier.slice(0, Math.max(0, earlier.length + 1 - MOST_STAYING))) this.#endEmpty(one);
    this.#staying.set(realm, setTimeout(() => this.#endEmpty(realm), stays));
  }

  /** The realms in which code of modules is that have left them, by the module's name. */
  left(): Map<string, Realm> {
    return new Map(
      [...this.#realms].flatMap(([realm, { left, residents }]) =>
        [...left].filter((module) => !residents.has(module)).map((module) => [module, realm] as const)
      ),
    );
  }

  #endEmpty(realm: Realm): void {
    this.#remove(realm);
    realm.end(new HostError("realm-ended", `Realm ${realm.label} has ended: its last module has left`));
  }

  /**
   * Starts the first of these Workers at once: while it comes up, what is to run in it can be looked for. Nothing when
   * none are to be kept ready.
   */
  warmFirst(): void {
    this.#warm.first();
  }

  /** From now on Workers are kept ready for modules without permissions. */
  warm(): void {
    this.#warm.run();
  }

  /** Asks every realm for a sign of life; those that give none are ended. */
  async heartbeat(): Promise<void> {
    await Promise.all([...this.#realms.keys()].map((realm) => realm.heartbeat()));
  }

  /**
   * Ends every realm; none is started any more. Safe to call twice.
   *
   * @returns fulfilled when nothing of any realm is left, earlier ones included
   */
  async end(reason: HostError): Promise<void> {
    this.#closed ??= reason;
    this.#warm.end();
    clearInterval(this.#watch);
    for (const realm of [...this.#realms.keys()]) {
      this.#remove(realm);
      realm.end(reason);
    }
    await Promise.all(this.#leaving);
  }

  /** Ends the realm that has most descriptors when hardly any is left: the host needs some to do anything. */
  async #relieve(): Promise<void> {
    if (descriptors.shortage() === undefined) return;
    await this.heartbeat();
    const extra = descriptors.shortage();
    if (extra === undefined || this.#closed !== undefined) return;
    const workers = [...this.#realms.keys()].filter(({ pid }) => pid === undefined);
    const realm = greediest(workers, extra);
    realm?.end(reliefReason(realm));
  }

  #watchDescriptors(): void {
    this.#watch ??= setInterval(() => {
      this.#relieving ??= this.#relieve().finally(() => this.#relieving = undefined);
    }, RELIEF_MS);
  }

  #start({ kind, permissions, limits, learning }: RealmRequest): Realm {
    const events: RealmEvents = {
      log: (line) => this.#events.log(realm, line),
      denied: (message) => this.#events.denied?.(message),
      ended: (reason) => {
        // A realm that the pool itself ended is no news.
        if (!this.#realms.has(realm)) return;
        this.#remove(realm);
        this.#events.ended(realm, reason);
      },
    };
    const label = `${learning ? LEARNING_LABEL : `${kind}/`}${++this.#counter}`;
    const { directories } = this.#options;
    // A realm that learns, or is held to a heap, is so from its first code on.
    const cold = kind === "process" || learning === true || limits.heap > 0;
    const warm = cold ? undefined : this.#warm.take(permissions);
    const realm: Realm = startRealm(kind, { directories, label, permissions, limits, learning, events }, warm);
    this.#watchDescriptors();
    this.#realms.set(realm, { residents: new Set(), kind, left: new Set() });
    const leaving = realm.gone.then(() => void this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    return realm;
  }

  #remove(realm: Realm): void {
    this.#realms.delete(realm);
    clearTimeout(this.#staying.get(realm));
    this.#staying.delete(realm);
    this.#close(realm);
  }

  #close(realm: Realm): void {
    for (const [key, other] of this.#shared) if (other === realm) this.#shared.delete(key);
  }
}
