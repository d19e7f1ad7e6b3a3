import type { DialplanPriority } from "../module_api/mod.ts";
import type { Owner, Registry } from "../registry/mod.ts";
import { Slices } from "../work/mod.ts";
import type { Context } from "./context.ts";
import { functionsIn } from "./substitute.ts";

/** Something that an extension names and a module provides. */
export interface Reference {
  /** What kind of thing it is. */
  readonly type: "application" | "function";
  /** Its name. */
  readonly name: string;
  /** The extension, for people: `extension 100@default`. */
  readonly user: string;
}

/** Makes an extension a user of what it names; nothing when that cannot be held now. */
export type Holder = (reference: Reference, owner: Owner) => Disposable | undefined;

/** Told once of each thing that an extension names and nobody has: it may be loaded for it. */
export type Seeker = (reference: Reference) => void;

/** An extension that names a thing. */
interface Use {
  /** In how many steps. */
  count: number;
  hold: Disposable | undefined;
  owner: Owner | undefined;
}

/** A thing that extensions name. */
interface Named {
  readonly type: Reference["type"];
  readonly name: string;
  readonly uses: Map<string, Use>;
  /** Whether it is missing and that was told. */
  sought: boolean;
}

/** Most uses that are kept for one registrar. */
const MAX_USES = 400_000;

/**
 * Keeps every extension a user of the modules it names (seed 003: `test,s,1` is a user of `app_stack`), as they come and
 * go. Without it a module would go away under the dialplan. Steps are added and taken away one by one: what does not
 * change is not looked at again.
 */
export class References {
  readonly #registry: Registry;
  readonly #mayUse: (registrar: string, thing: Pick<Reference, "type" | "name">) => boolean;
  readonly #named = new Map<string, Named>();
  /** How many uses there are for each registrar. */
  readonly #counts = new Map<string, number>();
  #holder: Holder = () => undefined;
  #seeker: Seeker = () => {};
  #refreshing = false;
  /** Swaps that go on. */
  readonly #swaps = new Set<Promise<void>>();
  #closed = false;
  #refreshed: Promise<void> = Promise.resolve();
  #again = false;

  /** No references yet, and nobody who could hold them. What a registrar may not use its extensions do not hold. */
  constructor(
    registry: Registry,
    mayUse: (registrar: string, thing: Pick<Reference, "type" | "name">) => boolean = () => true,
  ) {
    this.#registry = registry;
    this.#mayUse = mayUse;
  }

  /** Sets who makes extensions users of modules, and who finds what is not there. */
  heldBy(holder: Holder, seeker: Seeker = () => {}): void {
    this.#holder = holder;
    this.#seeker = seeker;
  }

  /** A step has come. What is beyond the registrar's limit is not held. */
  add({ name: context, registrar }: Pick<Context, "name" | "registrar">, step: DialplanPriority): void {
    const user = userOf(context, step);
    for (const [key, { type, name }] of thingsIn(step)) {
      const named = this.#named.get(key) ?? { type, name, uses: new Map(), sought: false };
      const use = named.uses.get(user);
      if (use !== undefined) {
        use.count++;
        continue;
      }
      const count = this.#counts.get(registrar) ?? 0;
      if (count >= MAX_USES || !this.#mayUse(registrar, { type, name })) continue;
      this.#counts.set(registrar, count + 1);
      this.#named.set(key, named);
      named.uses.set(user, { count: 1, hold: undefined, owner: undefined });
      this.#bring(named, user);
    }
  }

  /** A step has gone. */
  remove({ name: context, registrar }: Pick<Context, "name" | "registrar">, step: DialplanPriority): void {
    const user = userOf(context, step);
    for (const [key] of thingsIn(step)) {
      const named = this.#named.get(key);
      const use = named?.uses.get(user);
      if (named === undefined || use === undefined || --use.count > 0) continue;
      named.uses.delete(user);
      if (named.uses.size === 0) this.#named.delete(key);
      const count = (this.#counts.get(registrar) ?? 0) - 1;
      if (count > 0) this.#counts.set(registrar, count);
      else this.#counts.delete(registrar);
      use.hold?.[Symbol.dispose]();
    }
  }

  /** Contexts have come and gone. What is named still stays held all the while. */
  swap(removed: Iterable<Context>, added: Iterable<Context>): Promise<void> {
    const swapping = this.#swap(removed, added).finally(() => this.#swaps.delete(swapping));
    this.#swaps.add(swapping);
    return swapping;
  }

  /** Nothing is held or given back any more: the host ends. Fulfilled when no work goes on. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#swaps, this.#refreshed]);
  }

  async #swap(removed: Iterable<Context>, added: Iterable<Context>): Promise<void> {
    const slices = new Slices();
    for (const [contexts, take] of [[added, true], [removed, false]] as const) {
      for (const context of contexts) {
        for (const { priorities } of context.extensions()) {
          for (const step of priorities) {
            if (slices.over) await slices.next();
            if (this.#closed) return;
            if (take) this.add(context, step);
            else this.remove(context, step);
          }
        }
      }
    }
  }

  /** Brings what is held in line with what is registered now: small dialplans at once, large ones in slices. */
  refresh(): Promise<void> {
    this.#again = true;
    if (!this.#refreshing) this.#refreshed = this.#refresh();
    return this.#refreshed;
  }

  async #refresh(): Promise<void> {
    const slices = new Slices();
    this.#refreshing = true;
    while (this.#again) {
      this.#again = false;
      // One user of each first: what was loaded for an extension must not go again before it is held.
      for (const named of this.#named.values()) {
        if (slices.over) await slices.next();
        if (this.#closed) return;
        const [user] = named.uses.keys();
        if (user !== undefined) this.#bring(named, user);
      }
      for (const named of this.#named.values()) {
        for (const user of named.uses.keys()) {
          if (slices.over) await slices.next();
          if (this.#closed) return;
          this.#bring(named, user);
        }
      }
    }
    // At once with the last look: who asks from now on is not heard any more.
    this.#refreshing = false;
  }

  /** Holds what an extension names, if it is not held and can be. */
  #bring(named: Named, user: string): void {
    const { type, name } = named;
    const use = named.uses.get(user);
    if (use === undefined) return;
    const owner = this.#ownerOf(named);
    if (use.owner !== owner) {
      use.hold?.[Symbol.dispose]();
      use.hold = undefined;
      use.owner = owner;
    }
    if (owner !== undefined) {
      named.sought = false;
      use.hold ??= this.#holder({ type, name, user }, owner);
    } else if (!named.sought) {
      named.sought = true;
      this.#seeker({ type, name, user });
    }
  }

  #ownerOf({ type, name }: Named): Owner | undefined {
    const { applications, functions } = this.#registry;
    return (type === "application" ? applications : functions).get(name)?.owner;
  }
}

function userOf(context: string, { extension }: DialplanPriority): string {
  return `extension ${extension}@${context}`;
}

/** What a step names, each once. */
function thingsIn({ application, args }: DialplanPriority): Map<string, Pick<Reference, "type" | "name">> {
  const found = new Map<string, Pick<Reference, "type" | "name">>();
  const add = (type: Reference["type"], name: string) => found.set(`${type}=${name.toLowerCase()}`, { type, name });
  add("application", application);
  for (const name of functionsIn(args)) add("function", name);
  const written = /^m?set$/i.test(application) ? /^\s*([A-Za-z_]\w*)\(/.exec(args)?.[1] : undefined;
  if (written !== undefined) add("function", written.toUpperCase());
  return found;
}
