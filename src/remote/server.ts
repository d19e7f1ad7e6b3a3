import type { Interpreter } from "../console/mod.ts";
import { messageOf } from "../fault/mod.ts";
import {
  type ConsoleChannel,
  type FormatOptions,
  formatRecord,
  type Logger,
  type LogLevel,
  type LogRecord,
  type LogSink,
  verboseLines,
} from "../log/mod.ts";
import type { ConsoleSession } from "../registry/mod.ts";
import { concat } from "./bytes.ts";
import { type ByteStream, Connection } from "./connection.ts";
import { encodeVerbose, formatGreeting, type Identity } from "./protocol.ts";

/** Where connections come from. */
export interface StreamListener<Stream extends ByteStream = ByteStream> {
  /** The next connection; rejects once closed. */
  accept(): Promise<Stream>;
  /** Takes no more, and leaves nothing behind. Safe to call twice. */
  close(): void;
}

/** What a server is made with. */
export interface ControlServerOptions {
  /** Where connections come from. */
  readonly listener: StreamListener;
  /** Runs the commands. */
  readonly interpreter: Interpreter;
  /** The log: where the server reports, and what un-muted consoles see. */
  readonly log: Logger;
  /** What the greeting says. */
  readonly identity: Identity;
  /** How lines of the log look at the time. */
  readonly format: () => FormatOptions;
  /** What may reach a console at all. */
  readonly channel?: ConsoleChannel | undefined;
  /** No word about connections that come and go. @default {false} */
  readonly hideConnect?: boolean | undefined;
  /** Whose a connection is; undefined when the system does not tell. */
  readonly userOf?: ((stream: ByteStream) => ConsoleSession["user"]) | undefined;
}

/** Consoles at once; one more is told so and closed. */
const MAX_CONNECTIONS = 512;

/** Wait before the next connection is taken when taking one failed: descriptors may be short for a while. */
const RETRY_MS = 200;

/** The server of the control socket: many consoles at once, none of which can hold up the host or another one. */
export class ControlServer implements LogSink {
  readonly #options: ControlServerOptions;
  readonly #log: Logger;
  readonly #connections = new Set<Connection>();
  readonly #sink: Disposable;
  #closed = false;

  /** Begins to serve. */
  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#log = options.log.child({ area: "asterism" });
    this.#sink = options.log.addSink(this);
    void this.#accept();
  }

  /** How many consoles there are. */
  get size(): number {
    return this.#connections.size;
  }

  /** Whether any console shows such a line. */
  accepts(level: LogLevel, verbosity: number): boolean {
    for (const connection of this.#connections) if (connection.accepts(level, verbosity)) return true;
    return false;
  }

  /** Shows a record on every console that wants it. */
  write(record: LogRecord): void {
    const bytes = encodeRecord(record, this.#options.format());
    for (const connection of this.#connections) {
      if (connection.accepts(record.level, record.verbosity)) connection.show(bytes);
    }
  }

  /** Closes the socket and all consoles. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#sink[Symbol.dispose]();
    for (const connection of this.#connections) connection.close();
    this.#options.listener.close();
  }

  /** Never rejects, so that nobody need wait for it. */
  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        void this.#serve(await this.#options.listener.accept());
      } catch (error) {
        if (this.#closed) return;
        this.#log.error(`Cannot take a connection on the control socket: ${messageOf(error)}`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #serve(stream: ByteStream): Promise<void> {
    const { interpreter, identity, hideConnect = false, userOf, channel } = this.#options;
    const report = (level: "error" | "warning", message: string) => this.#log[level](message);
    const connection = new Connection({ stream, interpreter, user: userOf?.(stream), report });
    if (channel !== undefined) connection.channel = channel;
    if (this.#connections.size >= MAX_CONNECTIONS) return await connection.dismiss("No more connections allowed\n");
    this.#connections.add(connection);
    if (!hideConnect) this.#log.verbose(3, "Remote UNIX connection");
    await connection.serve(formatGreeting(identity));
    this.#connections.delete(connection);
    if (!hideConnect && !this.#closed) this.#log.verbose(3, "Remote UNIX connection disconnected");
  }
}

/** A record as it crosses: as on a console, but verbose lines with their level in a byte. */
function encodeRecord(record: LogRecord, format: FormatOptions): Uint8Array {
  if (record.level !== "verbose") return new TextEncoder().encode(formatRecord(record, format));
  return concat(verboseLines(record, format).map((line) => encodeVerbose(record.verbosity, line)));
}
