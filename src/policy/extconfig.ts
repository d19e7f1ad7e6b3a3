import type { ConfigFile, Entry } from "../config/mod.ts";
import { ConfigError, type Position } from "../fault/mod.ts";

/** A line of `extconfig.conf`: where the content of a configuration file really is. */
export interface RealtimeMapping {
  /** The file, as written. */
  readonly file: string;
  /** What must provide it: `sqlite3` for `realtime=sqlite3`. */
  readonly driver: string;
  /** The driver's name for a database. */
  readonly database: string;
  /** The table; the file's name when the line has none. */
  readonly table: string;
  /** Where the line stands. */
  readonly position: Position;
}

/** Files that are read before any module runs. */
const EARLY_FILES = ["asterism.conf", "modules.conf", "extconfig.conf", "logger.conf"];

/** One field, in quotes when it holds a comma. */
const FIELD_REGEXP = /\s*(?:"([^"]*)"|([^,"]*?))\s*(?:,|$)/y;

/**
 * Reads `extconfig.conf`: lines `file.conf => driver,database[,table[,priority]]` of `[settings]`.
 *
 * @param warn told of lines that have no effect, with their places, as Asterisk warns of them
 * @returns mappings by the file's name in small letters
 * @throws {ConfigError} for a line that is wrong
 */
export function parseExtconfig(
  config: ConfigFile,
  warn: (warning: { position: Position; message: string }) => void,
): ReadonlyMap<string, RealtimeMapping> {
  const mappings = new Map<string, RealtimeMapping>();
  for (const entry of config.section("settings")?.entries ?? []) {
    const key = entry.key.toLowerCase();
    const { position } = entry;
    if (EARLY_FILES.includes(key)) {
      warn({ position, message: `Cannot bind '${entry.key}'! It is read before any module runs` });
    } else if (!key.endsWith(".conf")) {
      const message = `Family "${entry.key}" is left out: only files, whose names end in .conf, can be mapped`;
      warn({ position, message });
    } else {
      const earlier = mappings.get(key);
      if (earlier !== undefined) {
        fail(entry, `"${entry.key}" is mapped already, in line ${earlier.position.line}: one of the lines must go`);
      }
      mappings.set(key, parseMapping(entry));
    }
  }
  return mappings;
}

function parseMapping(entry: Entry): RealtimeMapping {
  const [driver = "", database = "", table = "", priority = "1", ...more] = fields(entry.value);
  if (driver === "" || database === "" || more.length > 0) {
    fail(entry, `"${entry.value}" is no mapping: expected driver,database[,table[,priority]]`);
  }
  // Priorities choose a way around a family that fails; Asterisk reads files with the first alone.
  if (priority !== "1") fail(entry, `priority "${priority}" has no meaning for a file: expected 1, or none`);
  return { file: entry.key, driver, database, table: table === "" ? entry.key : table, position: entry.position };
}

function fields(text: string): string[] {
  const found: string[] = [];
  FIELD_REGEXP.lastIndex = 0;
  while (FIELD_REGEXP.lastIndex < text.length) {
    const match = FIELD_REGEXP.exec(text);
    // A quote in the wrong place: more fields than there can be.
    if (match === null) return ["", "", "", "", ""];
    found.push(match[1] ?? match[2] ?? "");
  }
  return found;
}

function fail(entry: Entry, reason: string): never {
  throw new ConfigError(reason, { position: entry.position });
}
