/** A key of the database and its value. */
export interface StoredEntry {
  /** `/family/key`, as `database show` prints it. */
  readonly key: string;
  /** The value. */
  readonly value: string;
}

/** A family and, when given, what below it is meant. */
export interface KeyTree {
  /** The family; nothing: all families. */
  readonly family?: string | undefined;
  /** Everything at this key and below it. */
  readonly keytree?: string | undefined;
}

/** A value to keep. */
export interface StoredValue {
  /** The family. */
  readonly family: string;
  /** The key in it; slashes make trees. */
  readonly key: string;
  /** The value. */
  readonly value: string;
}

/** A row that an SQL statement gave: columns by name. */
export type QueryRow = Readonly<Record<string, string>>;

/**
 * What is kept over restarts, by family and key; Asterisk's AstDB. What a call has acknowledged is on the disk: the
 * program may be killed the next moment. Calls take effect in the order in which they are made.
 */
export interface Store {
  /** The value of a key, or undefined. */
  get(family: string, key: string): Promise<string | undefined>;
  /**
   * Sets a value.
   *
   * @param quota bytes that the keys and values of the family may take with this one, in UTF-8. @default {no limit}
   * @throws {RangeError} when the key is too long or empty, or the family would take more than its quota
   */
  put(entry: StoredValue, quota?: number): Promise<void>;
  /** Removes a key. Says whether there was one. */
  del(family: string, key: string): Promise<boolean>;
  /** Removes a tree, the key at its root included. Says how many keys there were. */
  deltree(tree: KeyTree): Promise<number>;
  /** A tree, the key at its root included, sorted by key. */
  tree(tree: KeyTree): Promise<StoredEntry[]>;
  /** All entries of that key in whatever family, sorted. */
  withKey(key: string): Promise<StoredEntry[]>;
  /** Runs an SQL statement of the operator's. */
  query(sql: string): Promise<QueryRow[]>;
  /** Ends what is under way and closes the file; a later call opens it again. Safe to call twice. */
  close(): Promise<void>;
}

/** Longest `/family/key`, in bytes of UTF-8; Asterisk's. */
export const MAX_KEY_BYTES = 255;

const encoder = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * The key as the database has it.
 *
 * @throws {RangeError} when a part is empty, or the whole is longer than {@linkcode MAX_KEY_BYTES}
 */
export function fullKey(family: string, key: string): string {
  if (family === "" || key === "") throw new RangeError(`Cannot use key "${key}" of family "${family}": it is empty`);
  const full = `/${family}/${key}`;
  // NUL would end the text where SQLite is asked for its length.
  if (full.includes("\0")) throw new RangeError(`Cannot use key "${key.replaceAll("\0", "\\0")}": it holds a NUL`);
  const bytes = byteLength(full);
  if (bytes > MAX_KEY_BYTES) {
    throw new RangeError(`Cannot use a key of ${bytes} bytes in family "${family}": ${MAX_KEY_BYTES} at most`);
  }
  return full;
}

/** The root of a tree as the database has it; empty for everything. Slashes around the parts mean nothing. */
export function treeRoot({ family = "", keytree = "" }: KeyTree): string {
  const parts = [family, keytree].map((part) => part.replace(/^\/+|\/+$/g, "")).filter((part) => part !== "");
  return parts.map((part) => `/${part}`).join("");
}
