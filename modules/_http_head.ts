/**
 * The head of an HTTP/1 request: bytes to method, path and headers, within bounds. Strict on purpose: what is not as the
 * standard has it is answered with an error and the connection ends. Names and values of headers are checked by the
 * runtime's `Headers`, addresses by its `URL`.
 *
 * @module
 */

/** Longest line, in bytes, without its end. */
export const MAXIMUM_LINE = 8192;
/** Most headers; Asterisk's. */
export const MAXIMUM_HEADERS = 100;
/** Longest head, in bytes. */
export const MAXIMUM_HEAD = 32 * 1024;

/** What of a request comes before its body. */
export interface RequestHead {
  readonly method: string;
  /** As it was sent: a path with its query, or a whole address. */
  readonly target: string;
  /** Minor version: 0 or 1. */
  readonly minor: number;
  readonly headers: Headers;
}

/** A head that cannot be taken. */
export class HeadFault extends Error {
  /** The status to answer with. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "HeadFault";
    this.status = status;
  }
}

const REQUEST_LINE_REGEXP = /^([A-Z-]{1,32}) ([\x21-\x7e]+) HTTP\/(\d)\.(\d)$/;
const HOST_REGEXP = /^[\w.:[\]-]{1,255}$/;
const LF = 10;
const CR = 13;

/** Cuts a stream of bytes into heads. Each byte is looked at once, however few come at a time. */
export class HeadReader {
  readonly #line = new Uint8Array(MAXIMUM_LINE);
  #length = 0;
  #total = 0;
  #lines: string[] = [];

  /** Whether nothing of the next head has come. */
  get empty(): boolean {
    return this.#total === 0;
  }

  /**
   * Takes bytes up to the end of a head.
   *
   * @returns the head, undefined when it is not complete, and how many bytes were taken
   * @throws {HeadFault} when it is too long or none
   */
  push(bytes: Uint8Array): { head: RequestHead | undefined; taken: number } {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (++this.#total > MAXIMUM_HEAD) throw new HeadFault(431, "the head is too long");
      if (byte !== LF) this.#add(byte);
      else if (this.#endLine()) return { head: this.#endHead(), taken: at + 1 };
    }
    return { head: undefined, taken: bytes.length };
  }

  #add(byte: number): void {
    if (this.#length === MAXIMUM_LINE) throw new HeadFault(this.#lines.length === 0 ? 414 : 431, "a line is too long");
    this.#line[this.#length++] = byte;
  }

  /** Whether it is the last line. */
  #endLine(): boolean {
    const end = this.#length > 0 && this.#line[this.#length - 1] === CR ? this.#length - 1 : this.#length;
    const line = String.fromCharCode(...this.#line.subarray(0, end));
    this.#length = 0;
    // Empty lines before a request are left out, as the standard asks for.
    if (line === "") return this.#lines.length > 0;
    if (this.#lines.length > MAXIMUM_HEADERS) throw new HeadFault(431, "there are too many headers");
    this.#lines.push(line);
    return false;
  }

  #endHead(): RequestHead {
    const lines = this.#lines;
    this.#lines = [];
    this.#total = 0;
    return parseHead(lines);
  }
}

function parseHead([first = "", ...rest]: readonly string[]): RequestHead {
  const [, method = "", target = "", major, minor] = REQUEST_LINE_REGEXP.exec(first) ?? [];
  if (method === "") throw new HeadFault(400, "the first line is no request");
  if (major !== "1") throw new HeadFault(505, "the version is not 1.0 or 1.1");
  const headers = new Headers();
  for (const line of rest) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new HeadFault(400, "a line is no header");
    try {
      headers.append(line.slice(0, colon), line.slice(colon + 1));
    } catch {
      throw new HeadFault(400, "a line is no header");
    }
  }
  return { method, target, minor: Number(minor) > 0 ? 1 : 0, headers };
}

/**
 * The request as the platform has it.
 *
 * @param address where it came in, `127.0.0.1:8088`: the host that a request of HTTP/1.0 may leave out
 * @throws {HeadFault} when its host or path is none, or its method one that nobody serves
 */
export function toRequest({ method, target, minor, headers }: RequestHead, address: string): Request {
  const host = headers.get("host");
  if (host === null ? minor > 0 : !HOST_REGEXP.test(host)) throw new HeadFault(400, "there is not one host");
  const url = URL.parse(target.startsWith("/") ? `http://${host ?? address}${target}` : target);
  if (url === null || url.protocol !== "http:" || url.username !== "" || url.password !== "") {
    throw new HeadFault(400, "the path is none");
  }
  try {
    return new Request(url, { method, headers });
  } catch {
    throw new HeadFault(501, `there is no ${method}`);
  }
}

/** Whether a body follows the head. */
export function hasBody({ headers }: RequestHead): boolean {
  const length = headers.get("content-length");
  return headers.has("transfer-encoding") || (length !== null && length !== "0");
}

/** Whether the client may send another request over the connection. */
export function goesOn({ minor, headers }: RequestHead): boolean {
  const words = (headers.get("connection") ?? "").toLowerCase().split(",").map((word) => word.trim());
  return minor > 0 && !words.includes("close");
}
