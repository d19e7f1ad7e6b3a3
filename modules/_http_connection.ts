/**
 * One connection of an HTTP client: requests one after the other, each within its time.
 *
 * @module
 */
import { goesOn, hasBody, HeadFault, HeadReader, type RequestHead, toRequest } from "./_http_head.ts";

/** What a connection is held to, in milliseconds. */
export interface ConnectionLimits {
  /** For a request to arrive complete, and for an answer, or a piece of one without an end, to be taken. */
  readonly inactivity: number;
  /** For the next request to begin; 0: there is none. */
  readonly keepAlive: number;
}

/** What a connection needs. */
export interface ConnectionOptions {
  /** What holds now; asked for each request. */
  limits(): ConnectionLimits;
  /** Answers a request. */
  answer(request: Request): Promise<Response>;
  /** Where it came in, `127.0.0.1:8088`. */
  readonly address: string;
}

/** How long a client that was refused may go on sending, in milliseconds and bytes: else it would not see why. */
const LINGER_MS = 1000;
const LINGER_BYTES = 256 * 1024;

/** As the status line has them. */
const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Payload Too Large",
  414: "URI Too Long",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

/** A connection, taken over. */
export class HttpConnection {
  /** Since when it waits for a request, by `performance.now()`; undefined while one is answered. */
  waitingSince: number | undefined = performance.now();
  readonly #connection: Deno.TcpConn;
  readonly #options: ConnectionOptions;
  readonly #reader = new HeadReader();
  readonly #buffer = new Uint8Array(4096);
  /** What was read beyond the last head. */
  #rest = this.#buffer.subarray(0, 0);
  #cut: ((response: Response) => void) | undefined;
  /** When the first byte of the head came that is being read. */
  #began = performance.now();
  /** Whether it is the first request. */
  #first = true;
  /** Whether no request may follow. */
  #last = false;
  #closed = false;

  /** Takes a connection over; `run` begins. */
  constructor(connection: Deno.TcpConn, options: ConnectionOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Serves it until nothing of it is left. Never rejects. The runtime cannot break off a write that waits for the client
   * to read: such a connection takes up its place until the client goes.
   */
  async run(): Promise<void> {
    try {
      while (await this.#serve());
    } catch {
      // The connection broke, or was given up; nobody is left to be told.
    } finally {
      this.close();
    }
  }

  /** Ends it once the request that is answered now, if any, is. */
  finish(): void {
    this.#last = true;
    if (this.waitingSince !== undefined) this.close();
  }

  /** Has the request that waits for its answer answered with this; what is being sent is broken off. */
  cut(response: Response): void {
    if (this.#cut === undefined) this.close();
    else this.#cut(response);
  }

  /** Ends it at once. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#connection.close();
    } catch {
      // The client was faster.
    }
  }

  /** One request; false when it was the last. */
  async #serve(): Promise<boolean> {
    let head: RequestHead | undefined;
    try {
      head = await this.#receive();
      if (head === undefined) return false;
      const request = toRequest(head, this.#options.address);
      this.waitingSince = undefined;
      const response = await this.#answer(request);
      const again = await this.#respond(head, response);
      if (!again && hasBody(head)) await this.#linger();
      this.waitingSince = performance.now();
      return again;
    } catch (fault) {
      if (!(fault instanceof HeadFault)) throw fault;
      await this.#send(headText(new Response(null, { status: fault.status }), { length: 0, close: true }));
      await this.#linger();
      return false;
    }
  }

  /** The next head; undefined when the client sends none. */
  async #receive(): Promise<RequestHead | undefined> {
    for (;;) {
      if (this.#rest.length > 0) {
        const { head, taken } = this.#reader.push(this.#rest);
        this.#rest = this.#rest.subarray(taken);
        if (head !== undefined) return head;
      }
      const count = await this.#read();
      if (count === null) return undefined;
      this.#rest = this.#buffer.subarray(0, count);
    }
  }

  /** Reads what comes next of a head: the whole of it must come in time, not each piece. */
  async #read(): Promise<number | null> {
    const { inactivity, keepAlive } = this.#options.limits();
    if (this.#reader.empty) this.#began = performance.now();
    const time = this.#reader.empty && !this.#first ? keepAlive : this.#began + inactivity - performance.now();
    const late = setTimeout(() => this.close(), Math.max(0, time));
    try {
      const count = await this.#connection.read(this.#buffer);
      if (this.#reader.empty) this.#began = performance.now();
      return count;
    } finally {
      clearTimeout(late);
    }
  }

  async #answer(request: Request): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<Response>();
    this.#cut = resolve;
    const answered = this.#options.answer(request).catch(() => new Response(null, { status: 500 }));
    const response = await Promise.race([answered, promise]);
    this.#cut = undefined;
    // Nobody reads an answer that comes after it was cut.
    void answered.then((late) => late === response ? undefined : late.body?.cancel());
    return response;
  }

  /** Sends the answer; false when nothing follows. */
  async #respond(head: RequestHead, response: Response): Promise<boolean> {
    const endless = response.body !== null && !response.headers.has("content-length");
    const close = endless || this.#last || hasBody(head) || !goesOn(head) || this.#options.limits().keepAlive === 0 ||
      response.headers.get("connection") === "close";
    this.#first = false;
    if (endless) {
      await this.#stream(response.body!, headText(response, { close }));
      return false;
    }
    const body = new Uint8Array(await response.arrayBuffer());
    const start = headText(response, { close, ...(response.headers.has("content-length") ? {} : { length: 0 }) });
    const whole = new Uint8Array(start.length + body.length);
    whole.set(start);
    whole.set(body, start.length);
    await this.#send(whole);
    return !close;
  }

  /** Sends a body without an end, until it ends or the client goes. */
  async #stream(body: ReadableStream<Uint8Array>, head: Uint8Array): Promise<void> {
    const reader = body.getReader();
    void this.#untilGone().then(() => {
      this.close();
      return reader.cancel();
    }).catch(() => {});
    try {
      await this.#send(head);
      for (let part = await reader.read(); !part.done; part = await reader.read()) await this.#send(part.value);
    } finally {
      this.close();
      await reader.cancel().catch(() => {});
    }
  }

  /** Waits until the client ends the connection; what it says is of no interest any more. */
  async #untilGone(): Promise<void> {
    while (!this.#closed && await this.#connection.read(this.#buffer).catch(() => null) !== null);
  }

  /** Sends bytes, all of them in time. */
  async #send(bytes: Uint8Array): Promise<void> {
    const late = setTimeout(() => this.close(), this.#options.limits().inactivity);
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    } finally {
      clearTimeout(late);
    }
  }

  /** Lets the client read the answer before the connection ends, although it is sending. */
  async #linger(): Promise<void> {
    const late = setTimeout(() => this.close(), LINGER_MS);
    try {
      this.waitingSince = performance.now();
      await this.#connection.closeWrite();
      for (let left = LINGER_BYTES; left > 0;) {
        const count = await this.#connection.read(this.#buffer);
        if (count === null) return;
        left -= count;
      }
    } finally {
      clearTimeout(late);
    }
  }
}

/** Status line and headers. */
function headText(response: Response, { length, close }: { length?: number; close: boolean }): Uint8Array {
  const headers = new Headers(response.headers);
  headers.set("date", new Date().toUTCString());
  headers.delete("connection");
  if (close) headers.set("connection", "close");
  if (length !== undefined) headers.set("content-length", String(length));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = REASONS[response.status] ?? "";
  return new TextEncoder().encode(`HTTP/1.1 ${response.status} ${reason}\r\n${lines.join("")}\r\n`);
}
