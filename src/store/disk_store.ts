import type { DatabaseSync } from "node:sqlite";
import { dirname } from "@std/path";
import { HostError, messageOf } from "../fault/mod.ts";
import {
  byteLength,
  fullKey,
  type KeyTree,
  type QueryRow,
  type Store,
  type StoredEntry,
  type StoredValue,
  treeRoot,
} from "./store.ts";

/** Milliseconds to wait for another program that has the file; the host stands still meanwhile. */
const BUSY_TIMEOUT_MS = 250;

/** Asterisk's own table, so that either can read the other's file. */
const SCHEMA = "CREATE TABLE IF NOT EXISTS astdb (key VARCHAR(256), value VARCHAR(256), PRIMARY KEY (key))";

/** A key at the root of a tree or below it; `0` is the character after `/`. An empty root is everything. */
const IN_TREE = "?1 = '' OR key = ?1 OR (key > ?1 || '/' AND key < ?1 || '0')";
const BYTES = "length(CAST(key AS BLOB)) + length(CAST(value AS BLOB))";

/** What waits for its turn. A statement of the operator's runs alone, for it may be about transactions itself. */
interface Waiting {
  readonly kind: "read" | "write" | "statement";
  readonly run: (open: OpenDatabase) => unknown;
  readonly answer: PromiseWithResolvers<unknown>;
}

/**
 * The store in a file of SQLite's. The file is opened when it is first needed, and SQLite is not even loaded before.
 *
 * What is asked for within one turn of the event loop shares a transaction, and is acknowledged when that has been
 * written through to the disk.
 */
export class DiskStore implements Store {
  readonly #path: string;
  readonly #waiting: Waiting[] = [];
  #opening: Promise<OpenDatabase> | undefined;
  #flushing: Promise<void> | undefined;

  /**
   * A store; nothing is read or made yet.
   *
   * @param path the file; it and its directory are made when they are first needed
   */
  constructor(path: string) {
    this.#path = path;
  }

  /** See {@linkcode Store.get}. */
  async get(family: string, key: string): Promise<string | undefined> {
    const full = fullKey(family, key);
    return await this.#ask("read", (open) => open.value(full));
  }

  /** See {@linkcode Store.put}. */
  async put({ family, key, value }: StoredValue, quota: number = Infinity): Promise<void> {
    const full = fullKey(family, key);
    if (value.includes("\0")) throw new RangeError(`Cannot keep the value of "${key}": it holds a NUL`);
    await this.#ask("write", (open) => open.put({ family, key: full, value }, quota));
  }

  /** See {@linkcode Store.del}. */
  async del(family: string, key: string): Promise<boolean> {
    const full = fullKey(family, key);
    return await this.#ask("write", (open) => open.remove("key = ?1", full) > 0);
  }

  /** See {@linkcode Store.deltree}. */
  async deltree(tree: KeyTree): Promise<number> {
    return await this.#ask("write", (open) => open.remove(IN_TREE, treeRoot(tree)));
  }

  /** See {@linkcode Store.tree}. */
  async tree(tree: KeyTree): Promise<StoredEntry[]> {
    return await this.#ask("read", (open) => open.entries(IN_TREE, treeRoot(tree)));
  }

  /** See {@linkcode Store.withKey}. */
  async withKey(key: string): Promise<StoredEntry[]> {
    return await this.#ask("read", (open) => open.entries("substr(key, -length(?1)) = ?1", `/${key}`));
  }

  /** See {@linkcode Store.query}. */
  async query(sql: string): Promise<QueryRow[]> {
    return await this.#ask("statement", (open) => open.query(sql));
  }

  /** See {@linkcode Store.close}. */
  async close(): Promise<void> {
    await this.#flushing;
    const opening = this.#opening;
    this.#opening = undefined;
    (await opening?.catch(() => undefined))?.close();
  }

  #ask<T>(kind: Waiting["kind"], run: (open: OpenDatabase) => T): Promise<T> {
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.push({ kind, run, answer });
    this.#flushing ??= this.#flush();
    return answer.promise as Promise<T>;
  }

  /** Answers what waits. Never rejects: faults go to those who wait. */
  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Others may ask in the same turn; they share the transaction.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const batch = this.#nextBatch();
      try {
        const open = await (this.#opening ??= OpenDatabase.open(this.#path));
        if (batch[0]?.kind === "statement") open.alone(batch[0]);
        else open.transaction(batch);
      } catch (error) {
        // A file that could not be opened may be mended by the next call.
        if (await isRejected(this.#opening)) this.#opening = undefined;
        const fault = new HostError("state", `Database ${this.#path}: ${messageOf(error)}`, { cause: error });
        for (const { answer } of batch) answer.reject(fault);
      }
    }
    this.#flushing = undefined;
  }

  /** All up to the next statement of the operator's, or that one. */
  #nextBatch(): Waiting[] {
    const statement = this.#waiting.findIndex(({ kind }) => kind === "statement");
    return this.#waiting.splice(0, statement === -1 ? this.#waiting.length : Math.max(1, statement));
  }
}

function isRejected(promise: Promise<unknown> | undefined): Promise<boolean> {
  return Promise.resolve(promise).then(() => false, () => true);
}

/** The open file. All of its methods but `open` are synchronous, as SQLite is. */
class OpenDatabase {
  readonly #database: DatabaseSync;
  /** Bytes of each family, as far as they were asked for. */
  readonly #used = new Map<string, number>();
  #dataVersion: unknown;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  static async open(path: string): Promise<OpenDatabase> {
    const { DatabaseSync } = await import("node:sqlite");
    Deno.mkdirSync(dirname(path), { recursive: true });
    // What modules keep is nobody else's; SQLite gives its further files the mode of this one.
    Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 }).close();
    const database = new DatabaseSync(path);
    try {
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
      database.exec("PRAGMA journal_mode = WAL");
      database.exec("PRAGMA synchronous = FULL");
      database.exec(SCHEMA);
      return new OpenDatabase(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Runs a batch; who waits for a part that is refused is told, the others go on. Answers come after the commit. */
  transaction(batch: readonly Waiting[]): void {
    // Without a lock at the begin, a write after a read could find that another program was faster.
    this.#database.exec(batch.some(({ kind }) => kind === "write") ? "BEGIN IMMEDIATE" : "BEGIN");
    let settle: (() => void)[];
    try {
      this.#forgetWhenChanged();
      settle = batch.map((waiting) => this.#part(waiting));
      // Fails when a full disk has made SQLite roll back, so that nothing is acknowledged that is not there.
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#used.clear();
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
    for (const tell of settle) tell();
  }

  /** Runs a statement of the operator's; a transaction that it leaves open is given up. */
  alone(waiting: Waiting): void {
    const tell = this.#part(waiting);
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    tell();
  }

  #part({ run, answer }: Waiting): () => void {
    try {
      const value = run(this);
      return () => answer.resolve(value);
    } catch (error) {
      return () => answer.reject(error);
    }
  }

  value(key: string): string | undefined {
    const row = this.#database.prepare("SELECT value FROM astdb WHERE key = ?").get(key);
    return row === undefined ? undefined : String(row.value);
  }

  put({ family, key, value }: StoredValue, quota: number): void {
    if (quota !== Infinity) {
      const old = this.value(key);
      const freed = old === undefined ? 0 : byteLength(key) + byteLength(old);
      const used = this.#bytesOf(family) - freed + byteLength(key) + byteLength(value);
      if (used > quota) {
        throw new RangeError(
          `Cannot keep "${key}": "${family}" would take ${used} bytes of the ${quota} that database_quota allows it`,
        );
      }
      this.#insert(key, value);
      this.#used.set(family, used);
    } else {
      this.#insert(key, value);
      this.#used.clear();
    }
  }

  #insert(key: string, value: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO astdb (key, value) VALUES (?, ?)").run(key, value);
  }

  /** Removes what a condition on `?1` names. */
  remove(condition: string, argument: string): number {
    this.#used.clear();
    return Number(this.#database.prepare(`DELETE FROM astdb WHERE ${condition}`).run(argument).changes);
  }

  /** What a condition on `?1` names. */
  entries(condition: string, argument: string): StoredEntry[] {
    const rows = this.#database.prepare(`SELECT key, value FROM astdb WHERE ${condition} ORDER BY key`).all(argument);
    return rows.map(({ key, value }) => ({ key: String(key), value: String(value) }));
  }

  query(sql: string): QueryRow[] {
    this.#used.clear();
    const statement = this.#database.prepare(sql);
    const rest = sql.slice(sql.indexOf(statement.sourceSQL) + statement.sourceSQL.length).trim();
    if (rest !== "") throw new SyntaxError(`Cannot run "${rest}" as well: one statement at a time`);
    const rows = statement.all();
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? "(null)" : String(value)]))
    );
  }

  #bytesOf(family: string): number {
    const known = this.#used.get(family);
    if (known !== undefined) return known;
    const row = this.#database.prepare(`SELECT sum(${BYTES}) AS bytes FROM astdb WHERE ${IN_TREE}`).get(`/${family}`);
    return Number(row?.bytes ?? 0);
  }

  /** Another program has written: what was counted is wrong. */
  #forgetWhenChanged(): void {
    const version = this.#database.prepare("PRAGMA data_version").get()?.data_version;
    if (version !== this.#dataVersion) this.#used.clear();
    this.#dataVersion = version;
  }
}
