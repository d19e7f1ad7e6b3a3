/**
 * Texts over a pipe: one byte that says what kind of text it is, its length in bytes (four, the least first), the text.
 */

/** Kinds of texts between the host and the process of a realm. */
export const FRAME = {
  /** To the process, first: {@linkcode ProcessInit} as JSON. */
  init: 1,
  /** Either way: a message of the realm's session. */
  message: 2,
  /** To the process: which place? Back: the place. */
  place: 3,
  /** To the process: a new list begins. */
  resetPlace: 4,
  /** From the process: why it is of no more use. */
  fault: 5,
} as const;

const HEADER_BYTES = 5;

/** One text as it goes over a pipe. */
export function encodeFrame(kind: number, text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, body.length, true);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Takes texts out of the bytes of a pipe, however these are cut. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #onFrame: (kind: number, text: string) => void;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes that are there but not yet in `rest`: a long text is put together once, not at every piece. */
  #pieces: Uint8Array[] = [];
  #length = 0;

  /**
   * A reader at the beginning of a pipe.
   *
   * @param maxBytes longest text
   */
  constructor(maxBytes: number, onFrame: (kind: number, text: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onFrame = onFrame;
  }

  /**
   * Takes the next bytes.
   *
   * @throws {RangeError} for a text that is too long, before it is there
   * @throws {TypeError} for bytes that are no text
   */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    while (this.#length >= HEADER_BYTES) {
      const view = this.#front(HEADER_BYTES);
      const size = new DataView(view.buffer, view.byteOffset).getUint32(1, true);
      if (size > this.#maxBytes) throw new RangeError("a message that is too long");
      if (this.#length < HEADER_BYTES + size) return;
      const whole = this.#front(HEADER_BYTES + size);
      this.#rest = whole.subarray(HEADER_BYTES + size);
      this.#length = this.#rest.length + this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
      this.#onFrame(whole[0] as number, this.#decoder.decode(whole.subarray(HEADER_BYTES, HEADER_BYTES + size)));
    }
  }

  /** The bytes that are there, in one array of at least so many. */
  #front(count: number): Uint8Array {
    if (this.#rest.length >= count) return this.#rest;
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of [this.#rest, ...this.#pieces]) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#rest = whole;
    this.#pieces = [];
    return whole;
  }
}

/** Writes texts to a pipe, in order, as many at once as have come together. */
export class FrameWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #maxBytes: number;
  readonly #fault: (what: string) => void;
  #queue: Uint8Array[] = [];
  #bytes = 0;
  #writing = false;
  #closed = false;

  /**
   * A writer that owns a pipe.
   *
   * @param maxBytes most that may wait for the other side to read
   * @param fault told when the other side does not read, or no more
   */
  constructor(stream: WritableStream<Uint8Array>, { maxBytes, fault }: WriterOptions) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {});
    this.#maxBytes = maxBytes;
    this.#fault = fault;
  }

  /** Writes one. */
  send(kind: number, text: string): void {
    if (this.#closed) return;
    const frame = encodeFrame(kind, text);
    this.#queue.push(frame);
    this.#bytes += frame.length;
    if (this.#bytes > this.#maxBytes) {
      this.close();
      return this.#fault("it does not read what it is sent");
    }
    if (!this.#writing) void this.#write();
  }

  /** Closes the pipe; what waits is dropped, and so is all that follows. Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#writer.abort().catch(() => {});
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // Whatever else is sent in this turn goes in the same write.
    await Promise.resolve();
    try {
      while (this.#queue.length > 0) {
        const bytes = joined(this.#queue);
        this.#queue = [];
        await this.#writer.write(bytes);
        this.#bytes -= bytes.length;
      }
    } catch {
      // The other side is gone; who watches it says why.
      this.close();
    }
    this.#writing = false;
  }
}

/** Options of {@linkcode FrameWriter}. */
export interface WriterOptions {
  readonly maxBytes: number;
  fault(what: string): void;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
