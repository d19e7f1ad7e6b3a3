import { ownText } from "./quota.ts";
import { type Acting, mayWriteGlobal } from "./rights.ts";
import { Told } from "./told.ts";

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
  /** The module; nobody, "", when the host set it for the administrator. */
  readonly owner: string;
  /** Whether the owner's dialplan declares it. */
  readonly declared: boolean;
}

/** What globals are told of a variable that is set. */
export interface GlobalSetting {
  readonly name: string;
  readonly value: string;
}

/**
 * Global variables, and whose they are: each owner has so much room, and what is its own goes with it. Everybody may read
 * them; those of another only the host sets.
 */
export class Globals {
  readonly #values = new Map<string, Global>();
  readonly #used = new Map<string, { names: number; characters: number }>();
  readonly #told = new Told();
  readonly #isAdministrators: (owner: string) => boolean;
  readonly #warn: (owner: string, message: string) => void;

  /** None; `warn` is told once of each owner whose room is full, and of each variable that is another's. */
  constructor(
    { isAdministrators, warn }: {
      isAdministrators: (owner: string) => boolean;
      warn: (owner: string, message: string) => void;
    },
  ) {
    this.#isAdministrators = isAdministrators;
    this.#warn = warn;
  }

  /** The value of one. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.value;
  }

  /** Sets one for a step, if it may and there is room. */
  set(acting: Acting, { name, value }: GlobalSetting): void {
    const known = this.#values.get(name);
    const [owner = ""] = acting;
    if (!mayWriteGlobal(acting, known?.owner)) return this.#refuse(owner, name);
    const stays = known?.declared === true && (owner !== "" || this.#isAdministrators(known.owner));
    // What the administrator's steps set is the administrator's from then on.
    this.#put(stays ? { ...known, value } : { owner, value, declared: false }, { name, writer: owner });
  }

  /** Sets one that an owner's dialplan declares, if it may and there is room. */
  declare(owner: string, { name, value }: GlobalSetting): void {
    const acting = this.#isAdministrators(owner) ? [] : [owner];
    if (!mayWriteGlobal(acting, this.#values.get(name)?.owner)) return this.#refuse(owner, name);
    this.#put({ owner, value, declared: true }, { name, writer: owner });
  }

  /** Forgets all. */
  clear(): void {
    for (const map of [this.#values, this.#used]) map.clear();
  }

  /** The owner is gone, and with it what is its own. */
  removeOwner(owner: string): void {
    this.#told.forget(owner);
    this.clearOf(owner);
  }

  /** Forgets what is an owner's. */
  clearOf(owner: string): void {
    for (const [name, global] of this.#values) {
      if (global.owner !== owner) continue;
      this.#charge(global, -1, -name.length - global.value.length);
      this.#values.delete(name);
    }
  }

  #refuse(writer: string, name: string): void {
    if (!this.#told.first(writer, `name ${name}`)) return;
    this.#warn(
      writer,
      `Cannot set global variable "${name.slice(0, 80)}" for '${writer}': it is another's; it keeps its value`,
    );
  }

  #put(global: Global, { name, writer }: { name: string; writer: string }): void {
    const old = this.#values.get(name);
    if (old !== undefined) this.#charge(old, -1, -name.length - old.value.length);
    if (this.#charge(global, 1, name.length + global.value.length)) {
      this.#values.set(ownText(name), { ...global, value: ownText(global.value) });
      return;
    }
    if (old !== undefined) this.#charge(old, 1, name.length + old.value.length);
    if (!this.#told.first(writer, "room")) return;
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
