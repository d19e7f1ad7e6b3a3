/**
 * What a page is told while it is open: server-sent events with the whole status when it has changed, and new lines of
 * the log.
 *
 * @module
 */
import { printableData } from "../src/fault/printable.ts";
import type { HostAdmin, LogLine, ModuleOverview, RealmRow } from "asterism";

/** Most pages that are kept up to date at once. */
export const MAXIMUM_STREAMS = 16;
/** How often the status is looked at, beside the moments when something happened, in milliseconds. */
const LOOK_MS = 1000;
/** Characters that may wait for a page that does not read. */
const MAXIMUM_UNREAD = 1024 * 1024;

/** The module whose buttons work when it runs. */
const ACTIONS_MODULE = "res_http_actions";

/** Everything that the page shows but the log. */
export interface PageStatus {
  readonly version: string;
  readonly startedAt: number;
  /** The host's clock, in milliseconds since the epoch. */
  readonly now: number;
  readonly modules: readonly ModuleOverview[];
  readonly realms: readonly RealmRow[];
  /** Whether buttons are to be shown. */
  readonly actions: boolean;
}

/** Asks the host for the status. */
export async function pageStatus(admin: HostAdmin): Promise<PageStatus> {
  const [{ version, startedAt }, modules, realms] = await Promise.all([
    admin.status(),
    admin.modules(),
    admin.realms(),
  ]);
  const actions = modules.some(({ name, state }) => name === ACTIONS_MODULE && state === "running");
  return { version, startedAt, now: Date.now(), modules, realms, actions };
}

/** A page that is open. */
interface Stream {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Number of the last line of the log that it has been sent. */
  lastLine: number;
  /** What it has been sent last, without the clock. */
  shown: string;
}

/** Keeps open pages up to date. */
export class LivePages {
  readonly #admin: HostAdmin;
  readonly #streams = new Set<Stream>();
  readonly #encoder = new TextEncoder();
  #timer: ReturnType<typeof setInterval> | undefined;
  #looking: Promise<void> | undefined;
  #again = false;

  /** Nobody watches yet. */
  constructor(admin: HostAdmin) {
    this.#admin = admin;
  }

  /** A further page; undefined when there are too many. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.#streams.size >= MAXIMUM_STREAMS) return undefined;
    let stream: Stream;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = { controller, lastLine: 0, shown: "" };
        this.#streams.add(stream);
        this.#timer ??= setInterval(() => this.look(), LOOK_MS);
        this.look();
      },
      cancel: () => this.#remove(stream),
    }, { highWaterMark: MAXIMUM_UNREAD, size: (chunk) => chunk?.length ?? 0 });
  }

  /** Looks what has changed and tells every page. Looks once more when something happens meanwhile. */
  look(): void {
    if (this.#streams.size === 0) return;
    this.#again = true;
    this.#looking ??= this.#lookUntilQuiet().finally(() => this.#looking = undefined);
  }

  /** Ends all streams; the pages will try to come back. */
  close(): void {
    for (const stream of this.#streams) {
      this.#remove(stream);
      stream.controller.close();
    }
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#again && this.#streams.size > 0) {
      this.#again = false;
      try {
        await this.#tell();
      } catch {
        // The host is closed to this module, or busy; the next look may have better luck.
      }
    }
  }

  async #tell(): Promise<void> {
    const first = Math.min(...[...this.#streams].map(({ lastLine }) => lastLine));
    const [status, lines] = await Promise.all([pageStatus(this.#admin), this.#admin.logTail(first)]);
    const shown = JSON.stringify({ ...status, now: 0 });
    for (const stream of this.#streams) {
      if (stream.shown !== shown) this.#send(stream, "status", status);
      stream.shown = shown;
      this.#sendLines(stream, lines.filter(({ number }) => number > stream.lastLine));
    }
  }

  #sendLines(stream: Stream, lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    stream.lastLine = lines.at(-1)?.number ?? stream.lastLine;
    this.#send(stream, "log", lines);
  }

  #send(stream: Stream, event: string, data: unknown): void {
    if ((stream.controller.desiredSize ?? 0) <= 0) {
      // It does not read; it may come back and begin anew.
      this.#remove(stream);
      return stream.controller.close();
    }
    stream.controller.enqueue(
      this.#encoder.encode(`event: ${event}\ndata: ${JSON.stringify(printableData(data))}\n\n`),
    );
  }

  #remove(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
