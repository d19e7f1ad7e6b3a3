import type { RpcTransport } from "capnweb";
import { MAX_MESSAGE_LENGTH } from "./wire.ts";

/**
 * Cap'n Web over a MessagePort that accepts nothing but text of bounded length. Used by both sides; it names no global
 * that hardening removes, and captures what it calls.
 */
export class PortTransport implements RpcTransport {
  readonly #port: MessagePort;
  readonly #queue: string[] = [];
  readonly #post: (message: string) => void;
  #waiting: { resolve(message: string): void; reject(reason: unknown): void } | undefined;
  #failed: Error | undefined;
  readonly #onFault: (reason: Error) => void;

  /**
   * Takes the port over.
   *
   * @param onFault called once when the peer breaks the rules of the wire
   */
  constructor(port: MessagePort, onFault: (reason: Error) => void) {
    this.#port = port;
    this.#onFault = onFault;
    this.#post = port.postMessage.bind(port);
    port.onmessage = (event) => this.#receive(event.data);
    port.onmessageerror = () => this.#fault(new Error("a message that cannot be read"));
  }

  /** Sends one message. */
  send(message: string): void {
    if (message.length > MAX_MESSAGE_LENGTH) {
      throw new RangeError(`Cannot send ${message.length} characters to another realm: ${MAX_MESSAGE_LENGTH} at most`);
    }
    this.#post(message);
  }

  /** The next message, in order. */
  receive(): Promise<string> {
    const next = this.#queue.shift();
    if (next !== undefined) return Promise.resolve(next);
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Ends the session from this side. */
  abort(reason: unknown): void {
    this.close(reason instanceof Error ? reason : new Error("the session was aborted"));
  }

  /** Ends everything that waits. Safe to call twice. */
  close(reason: Error): void {
    if (this.#failed !== undefined) return;
    this.#failed = reason;
    this.#port.onmessage = null;
    this.#port.close();
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return this.#fault(new Error("a message that is no text"));
    if (data.length > MAX_MESSAGE_LENGTH) return this.#fault(new Error("a message that is too long"));
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#queue.push(data);
      return;
    }
    this.#waiting = undefined;
    waiting.resolve(data);
  }

  #fault(reason: Error): void {
    if (this.#failed !== undefined) return;
    this.close(reason);
    this.#onFault(reason);
  }
}
