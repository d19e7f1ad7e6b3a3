/**
 * Messages of the manager interface: bytes to headers, headers to text.
 *
 * @module
 */
import type { ManagerHeader } from "asterism";
import { printableLine } from "../src/fault/printable.ts";

/** Longest line of a message, in bytes, without its end; Asterisk's. */
export const MAXIMUM_LINE = 1024;
/** Most lines of a message; Asterisk's. */
export const MAXIMUM_LINES = 128;

/** A message that has come in whole. */
export class Message {
  /** Headers in order. */
  readonly headers: readonly ManagerHeader[];
  /** Why it cannot be taken, in Asterisk's words. */
  readonly fault: string | undefined;

  /** Makes a message of its lines. */
  constructor(lines: readonly string[], fault?: string) {
    this.fault = fault;
    this.headers = lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trimStart()] as const];
    });
  }

  /** The first value of a header, in any case of letters; empty when there is none. */
  get(name: string): string {
    const key = name.toLowerCase();
    return this.headers.find(([other]) => other.toLowerCase() === key)?.[1] ?? "";
  }

  /** The action: the first `Action` that is not empty. */
  get action(): string {
    return this.headers.find(([name, value]) => name.toLowerCase() === "action" && value !== "")?.[1] ?? "";
  }
}

/** Cuts a stream of bytes into messages. Keeps no more than one message of bounded size. */
export class MessageReader {
  readonly #line = new Uint8Array(MAXIMUM_LINE);
  readonly #decoder = new TextDecoder();
  /** Bytes of the line so far; more than fit when it is too long. */
  #length = 0;
  #lines: string[] = [];
  #fault: string | undefined;

  /** Takes bytes and gives the messages that are complete with them. */
  push(bytes: Uint8Array): Message[] {
    const messages: Message[] = [];
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#add(bytes.subarray(start, end));
      start = end + 1;
      const message = this.#endLine();
      if (message !== undefined) messages.push(message);
    }
    this.#add(bytes.subarray(start));
    return messages;
  }

  #add(bytes: Uint8Array): void {
    if (this.#length + bytes.length <= MAXIMUM_LINE) this.#line.set(bytes, this.#length);
    this.#length = Math.min(this.#length + bytes.length, MAXIMUM_LINE + 1);
  }

  #endLine(): Message | undefined {
    const tooLong = this.#length > MAXIMUM_LINE;
    const line = tooLong ? "" : this.#decoder.decode(this.#line.subarray(0, this.#length)).replace(/\r$/, "");
    this.#length = 0;
    if (tooLong) this.#fault ??= "Failed to parse message: line too long";
    else if (line === "") return this.#endMessage();
    else if (this.#lines.length < MAXIMUM_LINES) this.#lines.push(line);
    else this.#fault ??= "Too many lines in message or allocation failure";
    return undefined;
  }

  #endMessage(): Message {
    const message = new Message(this.#lines, this.#fault);
    this.#lines = [];
    this.#fault = undefined;
    return message;
  }
}

/** Headers as they are sent, without the blank line that ends a message. */
export function formatHeaders(headers: readonly ManagerHeader[]): string {
  return headers.map(([name, value]) => `${printableLine(name)}: ${printableLine(value)}\r\n`).join("");
}

/** Headers as one message. */
export function formatMessage(headers: readonly ManagerHeader[]): string {
  return `${formatHeaders(headers)}\r\n`;
}
