import type { Owner, Registry } from "../registry/mod.ts";
import { functionsIn } from "./substitute.ts";
import type { DialplanTable } from "./table.ts";

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

/**
 * Keeps every extension a user of the modules it names (seed 003: `test,s,1` is a user of `app_stack`), as they come and
 * go. Without it a module would go away under the dialplan.
 */
export class References {
  readonly #registry: Registry;
  readonly #table: DialplanTable;
  /** By reference, with the owner that is held. */
  readonly #held = new Map<string, { hold: Disposable; owner: Owner }>();
  /** What was sought, as long as it is named. */
  #sought = new Set<string>();
  #holder: Holder = () => undefined;
  #seeker: Seeker = () => {};

  /** No references yet, and nobody who could hold them. */
  constructor(registry: Registry, table: DialplanTable) {
    this.#registry = registry;
    this.#table = table;
  }

  /** Sets who makes extensions users of modules, and who finds what is not there. */
  heldBy(holder: Holder, seeker: Seeker = () => {}): void {
    this.#holder = holder;
    this.#seeker = seeker;
  }

  /** Everything that the dialplan names, each once for each extension. */
  all(): Reference[] {
    const found = new Map<string, Reference>();
    for (const { name: context, extensions } of this.#table.contexts()) {
      for (const { priorities } of extensions) {
        for (const { extension, application, args } of priorities) {
          const user = `extension ${extension}@${context}`;
          const add = (type: Reference["type"], name: string) =>
            found.set(`${user} ${type}=${name.toLowerCase()}`, { type, name, user });
          add("application", application);
          for (const name of functionsIn(args)) add("function", name);
          const written = /^m?set$/i.test(application) ? /^\s*([A-Za-z_]\w*)\(/.exec(args)?.[1] : undefined;
          if (written !== undefined) add("function", written.toUpperCase());
        }
      }
    }
    return [...found.values()];
  }

  /** Brings what is held in line with the dialplan and with what is registered now. */
  refresh(): void {
    const wanted = new Map<string, { reference: Reference; owner: Owner }>();
    const missing = new Map<string, Reference>();
    for (const reference of this.all()) {
      const owner = this.#ownerOf(reference);
      const key = `${reference.type}=${reference.name.toLowerCase()}`;
      if (owner !== undefined) wanted.set(`${reference.user} ${key}`, { reference, owner });
      else if (!missing.has(key)) missing.set(key, reference);
    }
    for (const [key, { hold, owner }] of this.#held) {
      if (wanted.get(key)?.owner === owner) continue;
      this.#held.delete(key);
      hold[Symbol.dispose]();
    }
    for (const [key, { reference, owner }] of wanted) {
      if (this.#held.has(key)) continue;
      const hold = this.#holder(reference, owner);
      if (hold !== undefined) this.#held.set(key, { hold, owner });
    }
    const sought = this.#sought;
    this.#sought = new Set(missing.keys());
    for (const [key, reference] of missing) if (!sought.has(key)) this.#seeker(reference);
  }

  #ownerOf({ type, name }: Reference): Owner | undefined {
    const { applications, functions } = this.#registry;
    return (type === "application" ? applications : functions).get(name)?.owner;
  }
}
