import { concat } from "./bytes.ts";

/** Where bytes go; a connection. */
export interface ByteSink {
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** How much a reader may leave unread. */
export interface QueueLimits {
  /** Beyond this many bytes, what may be dropped is. */
  readonly droppingBytes: number;
  /** Beyond this many bytes the reader is given up. */
  readonly closingBytes: number;
  /** A reader that takes nothing for so many milliseconds, while something waits, is given up. */
  readonly stallMs: number;
}

/** What a slow reader comes to. */
export interface QueueEvents {
  /** Something is dropped; told once until the reader has caught up. */
  dropping(): void;
  /** The reader is given up; whoever owns the connection closes it. */
  givenUp(reason: string): void;
}

/** Bytes for a reader that may be slow or gone: never waits, never grows beyond its limits. */
export class OutputQueue {
  readonly #sink: ByteSink;
  readonly #limits: QueueLimits;
  readonly #events: QueueEvents;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #dropping = false;
  #closed = false;

  /** A queue in front of a sink. */
  constructor(sink: ByteSink, limits: QueueLimits, events: QueueEvents) {
    this.#sink = sink;
    this.#limits = limits;
    this.#events = events;
  }

  /** Queues bytes that the reader must get. */
  push(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    if (this.#bytes + bytes.length > this.#limits.closingBytes) {
      return this.#giveUp(`it left more than ${this.#limits.closingBytes} bytes unread`);
    }
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    this.#writing ??= this.#write();
  }

  /** Queues bytes that the reader may miss. */
  offer(bytes: Uint8Array): void {
    if (this.#bytes + bytes.length <= this.#limits.droppingBytes) return this.push(bytes);
    if (!this.#dropping) this.#events.dropping();
    this.#dropping = true;
  }

  /** Fulfilled when everything is written, or the reader given up. Never rejects. */
  async drained(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Forgets what waits and takes nothing more. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#chunks = [];
    this.#bytes = 0;
  }

  async #write(): Promise<void> {
    // A turn later: what is said in one go is written in one go.
    await Promise.resolve();
    try {
      while (this.#chunks.length > 0) await this.#writeAll(this.#takeAll());
    } catch {
      // The other end is gone; whoever reads from it will notice.
      this.close();
    }
    this.#dropping = false;
    this.#writing = undefined;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length && !this.#closed;) {
      const stalled = setTimeout(
        () => this.#giveUp(`it took nothing for ${this.#limits.stallMs / 1000} seconds`),
        this.#limits.stallMs,
      );
      try {
        const written = await this.#sink.write(bytes.subarray(done));
        done += written;
        if (!this.#closed) this.#bytes -= written;
      } finally {
        clearTimeout(stalled);
      }
    }
  }

  #takeAll(): Uint8Array {
    const chunks = this.#chunks;
    this.#chunks = [];
    return concat(chunks);
  }

  #giveUp(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.givenUp(reason);
  }
}
