/**
 * The pure part of chan_line: its settings, and lines out of bytes.
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
}

const LOOPBACK_REGEXP = /^(127(\.\d{1,3}){3}|::1|localhost)$/;
const KEYS = ["bindaddr", "bindport", "socket", "context", "extension", "callerid", "maxsessions"];

/**
 * Reads the settings.
 *
 * @param directory what a relative socket is in
 * @throws {SyntaxError} at the first fault, with file and line
 */
export function readLineSettings(config: ModuleConfig | undefined, directory: string): LineSettings {
  const values = new Map<string, string>();
  for (const { key, value, file, line } of config?.section("general")?.entries ?? []) {
    const word = key.toLowerCase();
    const fail = (reason: string): never => {
      throw new SyntaxError(`${file}:${line}: ${reason}`);
    };
    if (!KEYS.includes(word)) fail(`unknown key "${key}": there are ${KEYS.join(", ")}`);
    if (word === "bindaddr" && !LOOPBACK_REGEXP.test(value)) {
      fail(`"${value}" is not of this machine: sessions are not protected, so only loopback addresses are taken`);
    }
    if (word === "bindport" && !(/^\d{1,5}$/.test(value) && Number(value) < 65_536)) fail(`"${value}" is no port`);
    if (word === "maxsessions" && !/^[1-9]\d{0,4}$/.test(value)) fail(`"${value}" is no number of sessions`);
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
  };
}

/** Longest line; what is longer comes as several. */
const MAXIMUM_LINE = 8192;

/** Lines out of bytes: ends of line of any kind, without a character of a terminal's in them. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The lines that these bytes complete. */
  read(bytes: Uint8Array): string[] {
    const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = parts.pop() ?? "";
    if (this.#rest.length > MAXIMUM_LINE) {
      parts.push(this.#rest);
      this.#rest = "";
    }
    return parts.flatMap((part) => chunks(clean(part)));
  }

  /** What is left when nothing more comes. */
  end(): string[] {
    return this.#rest === "" ? [] : [clean(this.#rest)];
  }
}

function clean(line: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what must go
  return line.replace(/\r$/, "").replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
}

function chunks(line: string): string[] {
  return line.length <= MAXIMUM_LINE ? [line] : line.match(/[^]{1,8192}/g) ?? [];
}
