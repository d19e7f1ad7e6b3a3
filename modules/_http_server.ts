/**
 * The settings of http.conf and the server made of them.
 *
 * @module
 */
import type { ConfigEntry, ModuleConfig } from "asterism";
import { explainListenFailure, formatAddress } from "./_listen.ts";

/** How long open requests may take when the server stops, in milliseconds. Well below the deadline of `unload`. */
export const GRACE_MS = 2000;

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
}

/** A server that listens. */
export interface HttpServer {
  readonly settings: HttpSettings;
  /** `127.0.0.1:8088`, with the real port. */
  readonly address: string;
  /** Stops listening, waits a bounded time for open requests and then cuts them. Stopping twice is safe. */
  stop(): Promise<void>;
}

const KEYS = ["enabled", "bindaddr", "bindport", "page"];

function fail(entry: ConfigEntry, expected: string): never {
  throw new SyntaxError(
    `${entry.file}:${entry.line}: "${entry.value}" is no value of ${entry.key}: expected ${expected}`,
  );
}

function readYesNo(entry: ConfigEntry): boolean {
  if (!/^(yes|no|true|false|on|off|1|0)$/i.test(entry.value)) fail(entry, "yes or no");
  return /^(yes|true|on|1)$/i.test(entry.value);
}

/**
 * Reads http.conf. Without the file, or without `enabled`, the server is off, as Asterisk's.
 *
 * @throws {SyntaxError} when a key is unknown or a value is not what the key needs, naming file and line
 */
export function parseHttpSettings(config: ModuleConfig | undefined): HttpSettings {
  const place = config?.file ?? "http.conf";
  const settings = { enabled: false, page: false, bindaddr: "127.0.0.1", bindport: 8088, place };
  for (const entry of config?.section("general")?.entries ?? []) {
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
      default:
        throw new SyntaxError(`${entry.file}:${entry.line}: unknown key "${entry.key}": there are ${KEYS.join(", ")}`);
    }
  }
  return settings;
}

/** Why a server could not start, with what to do about it. */
export function explainFailure(
  { bindaddr, bindport, place }: Pick<HttpSettings, "bindaddr" | "bindport" | "place">,
  cause: unknown,
): string {
  const where = { module: "res_http", file: "http.conf", portKey: "bindport" };
  return explainListenFailure({ ...where, bindaddr, bindport, place }, cause);
}

/**
 * Starts a server.
 *
 * @param graceMs how long open requests may take when it stops, in milliseconds
 * @throws {Error} when it cannot listen, saying why and what to do
 */
export function startServer(
  settings: HttpSettings,
  answer: (request: Request) => Promise<Response>,
  graceMs: number = GRACE_MS,
): HttpServer {
  // One entry per open request, gone with it; one promise for all would collect a reaction of every request ever made.
  const open = new Set<(response: Response) => void>();
  const cuttable = async (request: Request) => {
    const cut = Promise.withResolvers<Response>();
    open.add(cut.resolve);
    try {
      return await Promise.race([answer(request), cut.promise]);
    } finally {
      open.delete(cut.resolve);
    }
  };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const { bindaddr: hostname, bindport: port } = settings;
    server = Deno.serve({ hostname, port, onListen() {} }, cuttable);
  } catch (cause) {
    throw new Error(explainFailure(settings, cause), { cause });
  }
  let stopped: Promise<void> | undefined;
  return {
    settings,
    address: formatAddress(server.addr.hostname, server.addr.port),
    stop: () => stopped ??= stopServer(server, open, graceMs),
  };
}

/**
 * 1. Stops listening, 2. waits for open requests, 3. answers those that are left for them, 4. gives up on connections
 * that do not even then end: they go with the realm. Aborting the server is no way, it throws once it shuts down.
 */
async function stopServer(
  server: Deno.HttpServer<Deno.NetAddr>,
  open: ReadonlySet<(response: Response) => void>,
  graceMs: number,
): Promise<void> {
  const gaveUp = Promise.withResolvers<void>();
  const cutting = setTimeout(() => {
    for (const cut of open) cut(new Response("Service Unavailable\n", { status: 503 }));
  }, graceMs);
  const givingUp = setTimeout(gaveUp.resolve, graceMs * 1.5);
  try {
    await Promise.race([server.shutdown(), gaveUp.promise]);
  } finally {
    clearTimeout(cutting);
    clearTimeout(givingUp);
  }
}
