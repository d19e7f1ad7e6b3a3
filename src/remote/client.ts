import { concat } from "./bytes.ts";
import type { ByteStream } from "./connection.ts";
import {
  type Identity,
  matchesCommand,
  parseGreeting,
  parseMatches,
  QUIT_AFTER,
  STATUS_AFTER,
  STATUS_MARK,
} from "./protocol.ts";

/** How long a server may take for its greeting, in milliseconds. */
const GREETING_MS = 10_000;

/** How long `-rx` waits for a server that says nothing, as Asterisk's client does. */
const SILENCE_MS = 60_000;

/** How long a server may take to complete a word. */
const COMPLETION_MS = 5_000;

/** Longest command that `-rx` can send: with what goes before it and the NUL it must fit into the server's buffer. */
export const MAX_COMMAND_BYTES = 496;

const END_MARK = new TextEncoder().encode("_EOF_");
const LINE_END = 0x0a;
const CHUNK_BYTES = 16 * 1024;

/** A client of a control socket, Asterisk's or ours. */
export class RemoteClient {
  /** Who answers. */
  readonly identity: Identity;
  readonly #stream: ByteStream;
  /** What came together with the greeting. */
  #early: Uint8Array | undefined;
  #completing: { bytes: Uint8Array; done(words: string[]): void } | undefined;

  private constructor(stream: ByteStream, identity: Identity, early: Uint8Array) {
    this.#stream = stream;
    this.identity = identity;
    this.#early = early;
  }

  /**
   * Reads the greeting of a server.
   *
   * @throws {Error} when it does not come, or is none; the connection is closed then
   */
  static async greet(stream: ByteStream): Promise<RemoteClient> {
    try {
      let bytes: Uint8Array = new Uint8Array();
      while (bytes.indexOf(LINE_END) < 0) {
        const chunk = await within(GREETING_MS, readChunk(stream));
        if (chunk === undefined || bytes.length > 255) throw new Error("there is no greeting");
        bytes = concat([bytes, chunk]);
      }
      const end = bytes.indexOf(LINE_END) + 1;
      const line = new TextDecoder().decode(bytes.subarray(0, end));
      const identity = parseGreeting(line);
      if (identity === undefined) throw new Error(line.trim() || "there is no greeting");
      return new RemoteClient(stream, identity, bytes.slice(end));
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  /** Sends a command. What it answers comes with everything else, through {@linkcode RemoteClient.chunks}. */
  async send(command: string): Promise<void> {
    const bytes = new TextEncoder().encode(`${command}\0`);
    for (let done = 0; done < bytes.length;) done += await this.#stream.write(bytes.subarray(done));
  }

  /** Everything the server sends but completions, until it closes the connection. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for (
      let chunk: Uint8Array | undefined = this.#takeEarly();
      chunk !== undefined;
      chunk = await readChunk(this.#stream)
    ) {
      const output = this.#completing === undefined ? chunk : this.#takeCompletion(chunk);
      if (output.length > 0) yield output;
    }
    this.#completing?.done([]);
  }

  /** Words that could stand at the end of a line. Needs somebody who reads {@linkcode RemoteClient.chunks}. */
  async complete(line: string): Promise<string[]> {
    const command = matchesCommand(line);
    if (command === undefined || this.#completing !== undefined) return [];
    const { promise, resolve } = Promise.withResolvers<string[]>();
    this.#completing = { bytes: new Uint8Array(), done: resolve };
    const timer = setTimeout(() => resolve([]), COMPLETION_MS);
    try {
      await this.send(command);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#completing = undefined;
    }
  }

  /** Sends nothing more. The server answers what it was sent, then closes the connection. */
  async finish(): Promise<void> {
    await this.#stream.closeWrite?.();
  }

  /** Ends the connection. Safe to call twice. */
  close(): void {
    try {
      this.#stream.close();
    } catch {
      // It is closed already.
    }
  }

  #takeEarly(): Uint8Array {
    const early = this.#early ?? new Uint8Array();
    this.#early = undefined;
    return early;
  }

  /** Looks for the answer to a completion; what stands before and behind it is output. */
  #takeCompletion(chunk: Uint8Array): Uint8Array {
    const completing = this.#completing;
    if (completing === undefined) return chunk;
    const bytes = concat([completing.bytes, chunk]);
    const begin = bytes.lastIndexOf(LINE_END, Math.max(0, indexOf(bytes, END_MARK))) + 1;
    const end = indexOf(bytes, END_MARK) + END_MARK.length;
    if (end < END_MARK.length) {
      // An answer has no line end, so whole lines are none of it. A usage text is the answer of a server that cannot.
      const lines = bytes.lastIndexOf(LINE_END) + 1;
      completing.bytes = bytes.slice(lines);
      if (startsWithUsage(bytes)) completing.done([]);
      return bytes.slice(0, lines);
    }
    completing.done(parseMatches(new TextDecoder().decode(bytes.subarray(begin, end))) ?? []);
    this.#completing = undefined;
    return concat([bytes.subarray(0, begin), bytes.subarray(end)]);
  }
}

/**
 * Runs one command and hands over what it answers: `-rx`. A server of ours is asked for the status, too.
 *
 * @returns the exit status, when the server closes the connection or has said nothing for a minute: 1 when the command
 *   failed or a server of ours did not tell; of others 0
 */
export async function executeRemote(
  client: RemoteClient,
  command: string,
  show: (bytes: Uint8Array) => void,
): Promise<0 | 1> {
  const { own } = client.identity;
  await client.send(`${own ? STATUS_AFTER : QUIT_AFTER}${command}`);
  const chunks = client.chunks();
  const trailer = own ? new Trailer(show) : undefined;
  try {
    for (;;) {
      const next = await within(SILENCE_MS, chunks.next());
      if (next === undefined || next.done === true) return trailer?.end() ?? 0;
      if (trailer === undefined) show(next.value);
      else trailer.take(next.value);
    }
  } finally {
    client.close();
  }
}

/** The last two bytes of a connection, which are kept back until it ends. */
class Trailer {
  readonly #show: (bytes: Uint8Array) => void;
  #kept: Uint8Array = new Uint8Array();

  constructor(show: (bytes: Uint8Array) => void) {
    this.#show = show;
  }

  /** Hands on all but the last two bytes so far. */
  take(bytes: Uint8Array): void {
    const all = concat([this.#kept, bytes]);
    const end = Math.max(0, all.length - 2);
    if (end > 0) this.#show(all.subarray(0, end));
    this.#kept = all.slice(end);
  }

  /** The status; what is none is handed on, and the command counts as failed. */
  end(): 0 | 1 {
    const [mark, status] = this.#kept;
    if (mark === STATUS_MARK && status !== undefined) return status === 0 ? 0 : 1;
    if (this.#kept.length > 0) this.#show(this.#kept);
    return 1;
  }
}

async function readChunk(stream: ByteStream): Promise<Uint8Array | undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let bytes: number | null;
  try {
    bytes = await stream.read(buffer);
  } catch {
    bytes = null;
  }
  return bytes === null ? undefined : buffer.subarray(0, bytes);
}

/** Waits, but no longer than that. */
async function within<T>(milliseconds: number, wait: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => timer = setTimeout(resolve, milliseconds, undefined));
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}

function startsWithUsage(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 6)) === "Usage:";
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = bytes.indexOf(part[0] ?? 0); at >= 0; at = bytes.indexOf(part[0] ?? 0, at + 1)) {
    if (part.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
