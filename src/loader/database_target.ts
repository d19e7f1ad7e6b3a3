import { RpcTarget } from "capnweb";
import type { DatabaseMethods } from "../realm/mod.ts";
import type { KeyTree, Store, StoredEntry } from "../store/mod.ts";
import { text } from "./call.ts";
import type { OneByOne } from "./one_by_one.ts";

/** Options of {@linkcode DatabaseTarget}. */
export interface DatabaseTargetOptions {
  readonly store: Store;
  /** Bytes that the module may keep. */
  readonly quota: number;
  /** The module's own family. */
  readonly family: string;
  /** Where the module asks for what may take long. */
  readonly asks: OneByOne;
  /** Throws when the module has stopped. */
  open(): void;
}

/** A module's own family of the database. What comes from a realm is checked here. */
export class DatabaseTarget extends RpcTarget implements DatabaseMethods {
  readonly #options: DatabaseTargetOptions;

  /** The view of one module. */
  constructor(options: DatabaseTargetOptions) {
    super();
    this.#options = options;
  }

  get(key: string): Promise<string | undefined> {
    return this.#store.get(this.#options.family, text(key));
  }

  put(key: string, value: string): Promise<void> {
    const { family, quota } = this.#options;
    // Whatever fits the quota fits a message; the store says what is too much.
    return this.#store.put({ family, key: text(key), value: text(value, Infinity) }, quota);
  }

  del(key: string): Promise<boolean> {
    return this.#store.del(this.#options.family, text(key));
  }

  deltree(keytree: string | undefined): Promise<number> {
    const tree = this.#tree(keytree);
    return this.#options.asks.run(() => this.#store.deltree(tree));
  }

  tree(keytree: string | undefined): Promise<StoredEntry[]> {
    const tree = this.#tree(keytree);
    return this.#options.asks.run(() => this.#entries(tree));
  }

  async #entries(tree: KeyTree): Promise<StoredEntry[]> {
    const { family } = this.#options;
    const entries = await this.#store.tree(tree);
    return entries.map(({ key, value }) => ({ key: key.slice(family.length + 2), value }))
      // The operator may have set the family itself to a value; that is no key of the module.
      .filter(({ key }) => key !== "");
  }

  get #store(): Store {
    this.#options.open();
    return this.#options.store;
  }

  #tree(keytree: string | undefined): { family: string; keytree: string | undefined } {
    const given = keytree === undefined || keytree === null ? undefined : text(keytree);
    return { family: this.#options.family, keytree: given };
  }
}
