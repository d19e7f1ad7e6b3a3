/**
 * One connection of chan_line: its lines, and what it is held to.
 *
 * @module
 */
import { printableText } from "../src/fault/printable.ts";
import { LineReader } from "./_line_reader.ts";

/** Bytes that may wait for a caller who does not read. */
export const MAXIMUM_UNREAD = 256 * 1024;

/** What a session is held to, in milliseconds; 0: nothing. */
export interface SessionLimits {
  /** For the first line to come. */
  readonly firstLineTimeout: number;
  /** Without a line in either direction. */
  readonly idleTimeout: number;
  /** For a line to be read by the caller. */
  readonly writeTimeout: number;
}

/** A connection of lines. Ends by itself when the caller is late; `why` says so. */
export class LineSession {
  /** The name of its channel, once there is one. */
  name: string | undefined;
  /** Why it was ended, when that was not the caller's wish. */
  why: string | undefined;
  readonly #connection: Deno.Conn;
  readonly #limits: SessionLimits;
  readonly #encoder = new TextEncoder();
  /** How to tell those whose lines wait that the session is over. */
  readonly #waiting = new Set<(reason: Error) => void>();
  #unread = 0;
  #writing: Promise<void> = Promise.resolve();
  #idle: ReturnType<typeof setTimeout> | undefined;
  #first: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** Takes a connection over. */
  constructor(connection: Deno.Conn, limits: SessionLimits) {
    this.#connection = connection;
    this.#limits = limits;
    const { firstLineTimeout } = limits;
    if (firstLineTimeout > 0) {
      this.#first = setTimeout(() => this.#giveUp("no line came", firstLineTimeout), firstLineTimeout);
    }
    this.#stir();
  }

  /** Hands each line on, one after the other, until no more comes. */
  async receive(take: (line: string) => Promise<void>): Promise<void> {
    const reader = new LineReader();
    const bytes = new Uint8Array(4096);
    for (;;) {
      // A connection that the peer has reset is at its end too.
      const count = await this.#connection.read(bytes).catch(() => null);
      for (const line of count === null ? reader.end() : reader.read(bytes.subarray(0, count))) {
        clearTimeout(this.#first);
        this.#stir();
        await take(line);
      }
      if (count === null) return;
    }
  }

  /**
   * Sends a line after those that wait, with nothing in it that a terminal obeys; fulfilled when it is sent.
   *
   * @throws {Error} when the session is over
   */
  write(line: string): Promise<void> {
    const bytes = this.#encoder.encode(`${printableText(line)}\n`);
    // One line always may, however long.
    if (this.#unread > 0 && this.#unread + bytes.length > MAXIMUM_UNREAD) this.#giveUp("what it is sent is not read");
    if (this.#closed) return Promise.reject(new Error("the session is over"));
    this.#unread += bytes.length;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add(reject);
    this.#writing = this.#writing.then(() => this.#send(bytes)).then(resolve, reject)
      .finally(() => this.#waiting.delete(reject));
    return promise;
  }

  /**
   * Fulfilled when nothing of a session that was ended is left. The runtime cannot break off a write that waits for the
   * caller to read: until the caller goes such a connection takes up a descriptor.
   */
  get released(): Promise<void> {
    return this.#writing;
  }

  /** Ends it. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#first);
    clearTimeout(this.#idle);
    this.name = undefined;
    for (const fail of this.#waiting) fail(new Error("the session is over"));
    this.#waiting.clear();
    try {
      this.#connection.close();
    } catch {
      // The peer was faster.
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw new Error("the session is over");
    const { writeTimeout } = this.#limits;
    const late = setTimeout(() => this.#giveUp("what it is sent is not read", writeTimeout), writeTimeout);
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
      this.#stir();
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(late);
      this.#unread -= bytes.length;
    }
  }

  /** Something happened: the time without anything begins anew. */
  #stir(): void {
    clearTimeout(this.#idle);
    const { idleTimeout } = this.#limits;
    if (idleTimeout === 0 || this.#closed) return;
    this.#idle = setTimeout(() => this.#giveUp("nothing was said", idleTimeout), idleTimeout);
  }

  #giveUp(what: string, milliseconds?: number): void {
    if (this.#closed) return;
    this.why = milliseconds === undefined ? what : `${what} within ${milliseconds / 1000} s`;
    this.close();
  }
}
