import { ownText } from "./quota.ts";

/** How many global variables somebody may have. */
export interface GlobalLimits {
  /** Names. */
  readonly names: number;
  /** Characters of names and values together. */
  readonly characters: number;
}

/** For what the calls of one module set. */
const OF_CALLS: GlobalLimits = { names: 1000, characters: 1024 * 1024 };
/** For what a dialplan declares, and for the console. */
const OF_DIALPLANS: GlobalLimits = { names: 10_000, characters: 16 * 1024 * 1024 };

interface Global {
  readonly value: string;
  readonly owner: string;
  /** Whether the owner's dialplan declares it: it stays that owner's, whoever writes to it. */
  readonly declared: boolean;
}

/** Global variables, and whose they are: each owner has so much room, and what is its own goes with it. */
export class Globals {
  readonly #values = new Map<string, Global>();
  readonly #used = new Map<string, { names: number; characters: number }>();
  readonly #told = new Set<string>();
  readonly #warn: (owner: string, message: string) => void;

  /** None; `warn` is told once of each owner whose room is full. */
  constructor(warn: (owner: string, message: string) => void) {
    this.#warn = warn;
  }

  /** The value of one. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.value;
  }

  /** Sets one for a call of that owner, if there is room. */
  set(owner: string, name: string, value: string): void {
    const known = this.#values.get(name);
    if (known?.declared === true) this.#put({ ...known, value }, { name, writer: owner });
    else this.#put({ owner, value, declared: false }, { name, writer: owner });
  }

  /** Sets one that an owner's dialplan declares, if there is room. */
  declare(owner: string, name: string, value: string): void {
    this.#put({ owner, value, declared: true }, { name, writer: owner });
  }

  /** Forgets all. */
  clear(): void {
    for (const map of [this.#values, this.#used, this.#told]) map.clear();
  }

  /** Forgets what is an owner's. */
  removeOwner(owner: string): void {
    this.#told.delete(owner);
    for (const [name, global] of this.#values) {
      if (global.owner !== owner) continue;
      this.#charge(global, -1, -name.length - global.value.length);
      this.#values.delete(name);
    }
  }

  #put(global: Global, { name, writer }: { name: string; writer: string }): void {
    const old = this.#values.get(name);
    if (old !== undefined) this.#charge(old, -1, -name.length - old.value.length);
    if (this.#charge(global, 1, name.length + global.value.length)) {
      this.#values.set(ownText(name), { ...global, value: ownText(global.value) });
      return;
    }
    if (old !== undefined) this.#charge(old, 1, name.length + old.value.length);
    if (this.#told.has(writer)) return;
    this.#told.add(writer);
    const { names, characters } = limitsOf(global);
    this.#warn(
      writer,
      `Cannot set global variable "${
        name.slice(0, 80)
      }": at most ${names} names and ${characters} characters are kept ` +
        "for a module; it keeps its value, and so does every other that there is no room for",
    );
  }

  /** Whether there is so much room; then it is taken. */
  #charge(global: Global, names: number, characters: number): boolean {
    const key = `${global.declared ? "dialplan" : "calls"} ${global.owner}`;
    const used = this.#used.get(key) ?? { names: 0, characters: 0 };
    const most = limitsOf(global);
    const next = { names: used.names + names, characters: used.characters + characters };
    if (names > 0 && (next.names > most.names || next.characters > most.characters)) return false;
    if (next.names === 0) this.#used.delete(key);
    else this.#used.set(key, next);
    return true;
  }
}

function limitsOf({ owner, declared }: Pick<Global, "owner" | "declared">): GlobalLimits {
  return declared || owner === "" ? OF_DIALPLANS : OF_CALLS;
}
