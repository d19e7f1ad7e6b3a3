/**
 * The settings of chan_line.
 *
 * @module
 */
import type { ModuleConfig } from "asterism";

/** What chan_line.conf says. */
export interface LineSettings {
  /** Where TCP connections are taken; undefined: nowhere. */
  readonly tcp: { readonly hostname: string; readonly port: number } | undefined;
  /** The socket file; undefined: none. */
  readonly path: string | undefined;
  /** Where a session begins. */
  readonly context: string;
  readonly extension: string;
  /** Number of every caller. */
  readonly callerId: string;
  /** Most sessions at a time. */
  readonly maxSessions: number;
  /** Milliseconds for the first line to come; 0: as many as it likes. */
  readonly firstLineTimeout: number;
  /** Milliseconds in which no line comes and none is sent; 0: as many as there are. */
  readonly idleTimeout: number;
  /** Milliseconds that a caller may leave a line unread. */
  readonly writeTimeout: number;
}

const LOOPBACK_REGEXP = /^(127(\.\d{1,3}){3}|::1|localhost)$/;
const KEYS = [
  ...["bindaddr", "bindport", "socket", "context", "extension", "callerid", "maxsessions"],
  ...["firstlinetimeout", "idletimeout", "writetimeout"],
];

/** Longest time, in seconds: a day. */
const MAXIMUM_SECONDS = 86_400;
/** Longest time to read a line, in milliseconds. */
const MAXIMUM_WRITE = 600_000;

/**
 * Reads the settings.
 *
 * @param directory what a relative socket is in
 * @throws {SyntaxError} at the first fault, with file and line
 */
export function readLineSettings(config: ModuleConfig | undefined, directory: string): LineSettings {
  const values = new Map<string, string>();
  const general = (config?.sections ?? []).filter(({ name }) => name.toLowerCase() === "general");
  for (const { key, value, file, line } of general.flatMap(({ entries }) => entries)) {
    const word = key.toLowerCase();
    const fail = (reason: string): never => {
      throw new SyntaxError(`${file}:${line}: ${reason}`);
    };
    if (!KEYS.includes(word)) fail(`unknown key "${key}": there are ${KEYS.join(", ")}`);
    if (word === "bindaddr" && !LOOPBACK_REGEXP.test(value)) {
      fail(`"${value}" is not of this machine: sessions are not protected, so only loopback addresses are taken`);
    }
    if (word === "bindport" && !(/^\d{1,5}$/.test(value) && Number(value) < 65_536)) fail(`"${value}" is no port`);
    if (word === "maxsessions" && !(/^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1000)) {
      fail(`"${value}" is no number of sessions: 1 to 1000, which is what a module may have`);
    }
    if (word === "firstlinetimeout" || word === "idletimeout") {
      if (!isNumber(value, 0, MAXIMUM_SECONDS)) fail(`"${value}" is no time: expected seconds, 0 for none`);
    }
    if (word === "writetimeout" && !isNumber(value, 1, MAXIMUM_WRITE)) {
      fail(`"${value}" is no time: expected milliseconds from 1 to ${MAXIMUM_WRITE}`);
    }
    values.set(word, value);
  }
  const socket = values.get("socket") ?? "";
  const port = values.get("bindport");
  return {
    tcp: port === undefined ? undefined : { hostname: values.get("bindaddr") ?? "127.0.0.1", port: Number(port) },
    path: socket === "" ? undefined : socket.startsWith("/") ? socket : `${directory}/${socket}`,
    context: values.get("context") || "default",
    extension: values.get("extension") || "s",
    callerId: values.get("callerid") ?? "",
    maxSessions: Number(values.get("maxsessions") ?? 100),
    firstLineTimeout: Number(values.get("firstlinetimeout") ?? 0) * 1000,
    idleTimeout: Number(values.get("idletimeout") ?? 3600) * 1000,
    writeTimeout: Number(values.get("writetimeout") ?? 10_000),
  };
}

function isNumber(text: string, least: number, most: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
}
