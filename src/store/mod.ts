/**
 * What is kept over restarts: Asterisk's AstDB, on SQLite. Knows families only as texts.
 *
 * @module
 */
export { DiskStore } from "./disk_store.ts";
export { type KeyTree, MAX_KEY_BYTES, type QueryRow, type Store, type StoredEntry, type StoredValue } from "./store.ts";
