import { SortedKeys } from "./sorted_keys.ts";

/**
 * Who registered something. Opaque to the registry: the loader makes one per module start and knows which is whose.
 * The core's own registrations have {@linkcode CORE}.
 */
export interface Owner {
  /** The module's name, or `core`. */
  readonly module: string;
}

/** The owner of what the program itself registers. */
export const CORE: Owner = Object.freeze({ module: "core" });

/** Something registered under a name. */
export interface Registration<T> {
  /** The name as it was registered. */
  readonly name: string;
  /** Whose it is. */
  readonly owner: Owner;
  /** What was registered. */
  readonly value: T;
  /** Higher is preferred among registrations of one name, the core's aside. */
  readonly priority: number;
}

/**
 * The generic table under every kind of registration: names in any case of letters, several owners of a name ordered by
 * priority, everything of an owner removed at once.
 */
export class RegistrationTable<T> {
  /** Lists are replaced, never changed: whoever walks one is not disturbed. */
  readonly #byName = new Map<string, readonly Registration<T>[]>();
  /** When each was first added. What is put back takes its old place among equals. */
  readonly #ages = new WeakMap<Registration<T>, number>();
  /** Names of each owner: most have none in most tables, and lose them at a stop all the same. */
  readonly #keysOf = new Map<Owner, Set<string>>();
  readonly #keys = new SortedKeys();
  /** Every registration in order, until something changes. */
  #listed: readonly Registration<T>[] | undefined;
  /** Those of which another of the name is preferred. */
  readonly #shadowed = new Set<Registration<T>>();
  #added = 0;
  #coreChanges = 0;

  /**
   * Adds a registration; adding one that is there already changes nothing. Disposing the result twice, or after its
   * owner is gone, is safe.
   */
  add(registration: Registration<T>): Disposable {
    const key = registration.name.toLowerCase();
    const list = this.#byName.get(key) ?? [];
    if (!this.#ages.has(registration)) this.#ages.set(registration, this.#added++);
    if (!list.includes(registration)) {
      const place = list.findIndex((other) => this.#isBefore(registration, other));
      const added = list.toSpliced(place === -1 ? list.length : place, 0, registration);
      this.#byName.set(key, added);
      this.#shade(added);
      const keys = this.#keysOf.get(registration.owner);
      if (keys === undefined) this.#keysOf.set(registration.owner, new Set([key]));
      else keys.add(key);
      if (list.length === 0) this.#keys.add(key);
      this.#listed = undefined;
      if (registration.owner === CORE) this.#coreChanges++;
      this.added(registration);
    }
    return { [Symbol.dispose]: () => void this.#remove(key, (other) => other === registration) };
  }

  /** The preferred registration of a name: the core's, else the highest priority, else the first by its owner's name. */
  get(name: string): Registration<T> | undefined {
    return this.#byName.get(name.toLowerCase())?.[0];
  }

  /** Whether a registration that is there is the preferred one of its name. */
  isPreferred(registration: Registration<T>): boolean {
    return !this.#shadowed.has(registration);
  }

  /** All registrations of a name, preferred first. */
  all(name: string): readonly Registration<T>[] {
    return this.#byName.get(name.toLowerCase()) ?? [];
  }

  /** Every registration, sorted by name in any case of letters. */
  list(): readonly Registration<T>[] {
    return this.#listed ??= this.#keys.list().flatMap((key) => this.#byName.get(key) ?? []);
  }

  /** Every registration of an owner, sorted as all are. */
  of(owner: Owner): Registration<T>[] {
    const keys = [...this.#keysOf.get(owner) ?? []].sort();
    return keys.flatMap((key) => this.all(key).filter((one) => one.owner === owner));
  }

  /** Removes one registration of an owner. Says whether there was one. */
  remove(owner: Owner, name: string): boolean {
    return this.#remove(name.toLowerCase(), (other) => other.owner === owner);
  }

  /** Removes everything of an owner and returns it. */
  removeOwner(owner: Owner): Registration<T>[] {
    const removed = this.of(owner);
    for (const { name } of removed) this.remove(owner, name);
    return removed;
  }

  /** Another number after every change of what the program itself has here. */
  get coreChanges(): number {
    return this.#coreChanges;
  }

  /** Told of each that was added; for tables that find theirs in other ways, too. */
  protected added(_registration: Registration<T>): void {}

  /** Told of each that was removed. */
  protected removed(_registration: Registration<T>): void {}

  #isBefore(one: Registration<T>, other: Registration<T>): boolean {
    const isCore = one.owner === CORE;
    if (isCore !== (other.owner === CORE)) return isCore;
    if (one.priority !== other.priority) return one.priority > other.priority;
    // Not the older one: which module was loaded first must not decide.
    if (one.owner.module !== other.owner.module) return one.owner.module < other.owner.module;
    return (this.#ages.get(one) ?? 0) < (this.#ages.get(other) ?? 0);
  }

  #remove(key: string, matches: (registration: Registration<T>) => boolean): boolean {
    const list = this.#byName.get(key);
    if (list === undefined) return false;
    const kept: Registration<T>[] = [];
    const gone: Registration<T>[] = [];
    for (const registration of list) (matches(registration) ? gone : kept).push(registration);
    if (gone.length === 0) return false;
    this.#listed = undefined;
    if (kept.length > 0) this.#byName.set(key, kept);
    else {
      this.#byName.delete(key);
      this.#keys.delete(key);
    }
    for (const registration of gone) {
      this.#shadowed.delete(registration);
      if (registration.owner === CORE) this.#coreChanges++;
    }
    this.#shade(kept);
    const owners = new Set(kept.map(({ owner }) => owner));
    for (const registration of gone) {
      if (!owners.has(registration.owner)) this.#forget(registration.owner, key);
      this.removed(registration);
    }
    return true;
  }

  /** All but the first of a name are in the shade of it. */
  #shade([first, second]: readonly Registration<T>[]): void {
    if (first !== undefined) this.#shadowed.delete(first);
    if (second !== undefined) this.#shadowed.add(second);
  }

  #forget(owner: Owner, key: string): void {
    const keys = this.#keysOf.get(owner);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysOf.delete(owner);
  }
}
