/**
 * The HTTP server: who may connect, and its end. The runtime's own server bounds neither connections nor the time in which
 * a request must arrive, so that half requests of anybody on this machine would take all descriptors of the program.
 *
 * @module
 */
import { acceptAll, Refusals } from "./_accept.ts";
import { HttpConnection } from "./_http_connection.ts";
import { type HttpSettings, parseHttpSettings } from "./_http_settings.ts";
import { explainListenFailure, formatAddress } from "./_listen.ts";

export { type HttpSettings, parseHttpSettings };

/** How long open requests may take when the server stops, in milliseconds. Well below the deadline of `unload`. */
export const GRACE_MS = 2000;

/** A server that listens. */
export interface HttpServer {
  /** What holds now; the address and the port stay those that it was started with. */
  settings: HttpSettings;
  /** `127.0.0.1:8088`, with the real port. */
  readonly address: string;
  /** Connections that take up a place. */
  readonly connections: number;
  /** Stops listening, waits a bounded time for open requests and then cuts them. Stopping twice is safe. */
  stop(): Promise<void>;
}

/** Why a server could not start, with what to do about it. */
export function explainFailure(
  { bindaddr, bindport, place }: Pick<HttpSettings, "bindaddr" | "bindport" | "place">,
  cause: unknown,
): string {
  const where = { module: "res_http", file: "http.conf", portKey: "bindport" };
  return explainListenFailure({ ...where, bindaddr, bindport, place }, cause);
}

/** What a server does with requests. */
type Answer = (request: Request) => Promise<Response>;

/** Options of {@linkcode startServer}. */
export interface StartOptions {
  /** How long open requests may take when it stops, in milliseconds. @default {GRACE_MS} */
  readonly graceMs?: number;
  /** Told of connections that are refused. @default {nobody is} */
  warn?(text: string): void;
}

/**
 * Starts a server.
 *
 * @throws {Error} when it cannot listen, saying why and what to do
 */
export function startServer(
  settings: HttpSettings,
  answer: Answer,
  { graceMs = GRACE_MS, warn = () => {} }: StartOptions = {},
): HttpServer {
  const { bindaddr: hostname, bindport: port } = settings;
  try {
    return new ListeningServer(Deno.listen({ hostname, port }), { settings, answer, graceMs, warn });
  } catch (cause) {
    throw new Error(explainFailure(settings, cause), { cause });
  }
}

/** What a {@linkcode ListeningServer} is made of. */
interface ServerOptions {
  readonly settings: HttpSettings;
  readonly answer: Answer;
  readonly graceMs: number;
  readonly warn: (text: string) => void;
}

class ListeningServer implements HttpServer {
  settings: HttpSettings;
  readonly address: string;
  readonly #listener: Deno.TcpListener;
  readonly #options: ServerOptions;
  readonly #refusals: Refusals;
  readonly #connections = new Map<HttpConnection, Promise<void>>();
  #stopped: Promise<void> | undefined;

  constructor(listener: Deno.TcpListener, options: ServerOptions) {
    this.#listener = listener;
    this.#options = options;
    this.settings = options.settings;
    this.address = formatAddress(listener.addr.hostname, listener.addr.port);
    this.#refusals = new Refusals(options.warn);
    void acceptAll(listener, {
      welcome: (connection) => this.#welcome(connection),
      isOpen: () => this.#stopped === undefined,
      refusals: this.#refusals,
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  #welcome(connection: Deno.TcpConn): void {
    if (this.#connections.size >= this.settings.sessionlimit && !this.#makeRoom()) return connection.close();
    connection.setNoDelay();
    connection.setKeepAlive();
    const session = new HttpConnection(connection, {
      limits: () => {
        const { session_inactivity: inactivity, session_keep_alive: keepAlive } = this.settings;
        return { inactivity, keepAlive };
      },
      answer: this.#options.answer,
      address: this.address,
    });
    this.#connections.set(session, session.run().finally(() => this.#connections.delete(session)));
  }

  /**
   * Gives up the connection that has waited longest for a request, so that who asks at once is answered although others
   * only connect; false when every one has a request that is answered.
   */
  #makeRoom(): boolean {
    const { sessionlimit } = this.settings;
    let oldest: HttpConnection | undefined;
    for (const session of this.#connections.keys()) {
      const { waitingSince = Infinity } = session;
      if (waitingSince < (oldest?.waitingSince ?? Infinity)) oldest = session;
    }
    this.#refusals.tell(
      "sessions",
      `HTTP session count exceeded ${sessionlimit} sessions: ` +
        (oldest === undefined
          ? "a further one is refused"
          : "the one that waits longest is given up for a further one"),
    );
    if (oldest === undefined) return false;
    oldest.close();
    this.#connections.delete(oldest);
    return true;
  }

  /**
   * 1. Stops listening and ends connections without a request, 2. waits for open requests, 3. answers those that are left
   * for them, 4. gives up on connections that do not even then end: they go with their clients, or with the realm.
   */
  async #stop(): Promise<void> {
    const { graceMs } = this.#options;
    this.#listener.close();
    this.#refusals.close();
    const sessions = [...this.#connections.keys()];
    for (const session of sessions) session.finish();
    const cutting = setTimeout(() => {
      for (const session of sessions) session.cut(new Response("Service Unavailable\n", { status: 503 }));
    }, graceMs);
    const gaveUp = Promise.withResolvers<void>();
    const givingUp = setTimeout(() => {
      for (const session of sessions) session.close();
      gaveUp.resolve();
    }, graceMs * 1.5);
    try {
      await Promise.race([Promise.all(this.#connections.values()), gaveUp.promise]);
    } finally {
      clearTimeout(cutting);
      clearTimeout(givingUp);
    }
  }
}
