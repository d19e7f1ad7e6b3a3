/**
 * The settings of http.conf.
 *
 * @module
 */
import type { ConfigEntry, ModuleConfig } from "asterism";

/** `[general]` of http.conf. */
export interface HttpSettings {
  readonly enabled: boolean;
  /** Whether there is a status page. */
  readonly page: boolean;
  /** Address to listen on. */
  readonly bindaddr: string;
  /** Port to listen on; 0 lets the system choose one. */
  readonly bindport: number;
  /** Where the port is written, `file:line`, for messages. */
  readonly place: string;
  /** Most connections at once. */
  readonly sessionlimit: number;
  /** Milliseconds for a request to arrive complete, and for an answer to be taken. */
  readonly session_inactivity: number;
  /** Milliseconds for the next request over a connection to begin; 0: a connection is good for one. */
  readonly session_keep_alive: number;
}

/** Asterisk's. */
const DEFAULTS = { sessionlimit: 100, session_inactivity: 30_000, session_keep_alive: 15_000 };

/** Most that each number may be. */
const MOST = { sessionlimit: 10_000, session_inactivity: 600_000, session_keep_alive: 600_000 };

const KEYS = ["enabled", "bindaddr", "bindport", "page", ...Object.keys(DEFAULTS)];

function fail(entry: ConfigEntry, expected: string): never {
  throw new SyntaxError(
    `${entry.file}:${entry.line}: "${entry.value}" is no value of ${entry.key}: expected ${expected}`,
  );
}

function readYesNo(entry: ConfigEntry): boolean {
  if (!/^(yes|no|true|false|on|off|1|0)$/i.test(entry.value)) fail(entry, "yes or no");
  return /^(yes|true|on|1)$/i.test(entry.value);
}

function readNumber(entry: ConfigEntry, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(entry.value) ? Number(entry.value) : NaN;
  return value >= least && value <= most ? value : fail(entry, `a number from ${least} to ${most}`);
}

/**
 * Reads http.conf. Without the file, or without `enabled`, the server is off, as Asterisk's.
 *
 * @throws {SyntaxError} when a key is unknown or a value is not what the key needs, naming file and line
 */
export function parseHttpSettings(config: ModuleConfig | undefined): HttpSettings {
  const place = config?.file ?? "http.conf";
  const settings = { enabled: false, page: false, bindaddr: "127.0.0.1", bindport: 8088, place, ...DEFAULTS };
  // All of them: a line in a second one may be the one that restricts.
  const general = (config?.sections ?? []).filter(({ name }) => name.toLowerCase() === "general");
  for (const entry of general.flatMap(({ entries }) => entries)) {
    const { value } = entry;
    switch (entry.key.toLowerCase()) {
      case "enabled":
        settings.enabled = readYesNo(entry);
        break;
      case "page":
        settings.page = readYesNo(entry);
        break;
      case "bindaddr":
        if (!/^[\w.:-]+$/.test(value)) fail(entry, "an address such as 127.0.0.1");
        settings.bindaddr = value;
        break;
      case "bindport":
        if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) fail(entry, "a port from 0 to 65535");
        settings.bindport = Number(value);
        settings.place = `${entry.file}:${entry.line}`;
        break;
      case "sessionlimit":
        settings.sessionlimit = readNumber(entry, 1, MOST.sessionlimit);
        break;
      case "session_inactivity":
        settings.session_inactivity = readNumber(entry, 1, MOST.session_inactivity);
        break;
      case "session_keep_alive":
        settings.session_keep_alive = readNumber(entry, 0, MOST.session_keep_alive);
        break;
      default:
        throw new SyntaxError(`${entry.file}:${entry.line}: unknown key "${entry.key}": there are ${KEYS.join(", ")}`);
    }
  }
  return settings;
}
