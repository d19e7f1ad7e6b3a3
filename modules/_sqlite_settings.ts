/**
 * The pure part of the SQLite driver: reading res_config_sqlite3.conf.
 *
 * @module
 */
import type { ConfigSection, ModuleConfig } from "asterism";

/** A database that extconfig.conf may name. */
export interface SqliteDatabase {
  /** Path of the file. */
  readonly path: string;
  /** Milliseconds to wait while another program has the file. */
  readonly busyTimeout: number;
  /** Whether statements go to the log. */
  readonly debug: boolean;
}

/** What res_config_sqlite3.conf says. */
export interface SqliteSettings {
  /** By name. */
  readonly databases: ReadonlyMap<string, SqliteDatabase>;
  /** What has no effect, with file and line. */
  readonly warnings: readonly string[];
}

/** Longest wait for a file, in milliseconds: the realm stands still meanwhile and must still answer its heartbeats. */
export const MAXIMUM_BUSY_TIMEOUT = 3000;
const DEFAULT_BUSY_TIMEOUT = 1000;

/** Asterisk's options about writing, which nothing does here. */
const WRITING = ["requirements", "batch"];

/**
 * Reads the file: every section but `[general]` is a database.
 *
 * @param directory what a relative dbfile is in
 * @throws {SyntaxError} at the first fault, with file and line
 */
export function readSqliteSettings(config: ModuleConfig, directory: string): SqliteSettings {
  const warnings: string[] = [];
  const databases = new Map<string, SqliteDatabase>();
  for (const section of config.sections) {
    if (section.name.toLowerCase() === "general") continue;
    if (databases.has(section.name)) throw new SyntaxError(`${config.file}: there are two sections [${section.name}]`);
    databases.set(section.name, readDatabase(section, { file: config.file, directory, warnings }));
  }
  return { databases, warnings };
}

function readDatabase(
  { name, entries }: ConfigSection,
  { file: config, directory, warnings }: { file: string; directory: string; warnings: string[] },
): SqliteDatabase {
  let path: string | undefined;
  let busyTimeout = DEFAULT_BUSY_TIMEOUT;
  let debug = false;
  for (const { key, value, file, line } of entries) {
    const fail = (reason: string): never => {
      throw new SyntaxError(`${file}:${line}: ${reason}`);
    };
    const word = key.toLowerCase();
    if (word === "dbfile") path = value.startsWith("/") ? value : `${directory}/${value}`;
    else if (word === "debug") debug = /^(yes|true|y|t|1|on)$/i.test(value);
    else if (word === "busy_timeout") {
      busyTimeout = /^\d+$/.test(value) ? Number(value) : Infinity;
      if (busyTimeout > MAXIMUM_BUSY_TIMEOUT) {
        fail(`"${value}" is no busy_timeout: expected milliseconds, at most ${MAXIMUM_BUSY_TIMEOUT}`);
      }
    } else if (WRITING.includes(word)) warnings.push(`${file}:${line}: ${key} has no effect: nothing is written`);
    else fail(`unknown key "${key}": there are dbfile, busy_timeout, debug`);
  }
  if (path === undefined) throw new SyntaxError(`${config}: [${name}] needs "dbfile => path of the database"`);
  return { path, busyTimeout, debug };
}

/** A name as SQL takes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
