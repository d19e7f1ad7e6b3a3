import type { RpcTransport } from "capnweb";
import { type LinkInit, MAX_MESSAGE_LENGTH, NOTICE_MARK, type TextPort } from "./wire.ts";

/** What a transport tells its owner. */
export interface TransportEvents {
  /** The peer has broken the rules of the wire; called once. */
  fault(reason: Error): void;
  /** The session is about to end from this side; a last notice can be sent. */
  aborting?(reason: Error): void;
  /** A notice from the peer; a throw is a fault. */
  notice(notice: unknown): void;
  /** The peer hands a port over. Only a realm takes one, from its host. */
  link?(init: LinkInit, port: MessagePort): void;
}

/** What the peer is held to, and this side by itself; without a value it is not. */
export interface TransportLimits {
  /** Longest message to the peer, in UTF-16 units. @default {MAX_MESSAGE_LENGTH} */
  readonly sent?: number | undefined;
  /** Longest message, in UTF-16 units. @default {MAX_MESSAGE_LENGTH} */
  readonly message?: number | undefined;
}

/**
 * A realm's end of a session: Cap'n Web over a port that accepts nothing but text of bounded length. It names no global
 * that hardening removes, and captures what it calls. The host has one of its own, which judges what comes.
 */
export class PortTransport implements RpcTransport {
  readonly #port: TextPort;
  readonly #queue: string[] = [];
  readonly #post: (message: string) => void;
  #waiting: { resolve(message: string): void; reject(reason: unknown): void } | undefined;
  #failed: Error | undefined;
  #faulty = false;
  readonly #events: TransportEvents;
  readonly #limits: TransportLimits;

  /** Takes the port over. */
  constructor(port: TextPort, events: TransportEvents, limits: TransportLimits = {}) {
    this.#port = port;
    this.#events = events;
    this.#limits = limits;
    this.#post = port.postMessage.bind(port);
    port.onmessage = ({ data, ports }) => {
      const [handed] = ports ?? [];
      if (handed !== undefined && events.link !== undefined) return events.link(data, handed);
      this.#receive(data);
    };
    port.onmessageerror = () => this.#fault(new Error("a message that cannot be read"));
  }

  /** Sends one message. */
  send(message: string): void {
    const most = this.#limits.sent ?? MAX_MESSAGE_LENGTH;
    if (message.length > most) {
      throw new RangeError(`Cannot send ${message.length} characters to another realm: ${most} at most`);
    }
    this.#post(message);
  }

  /** Sends a notice: JSON that nobody answers, a third of the cost of a call. In order with the messages. */
  notify(notice: unknown): void {
    this.send(NOTICE_MARK + JSON.stringify(notice));
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
    // Cap'n Web gives up on what it can neither read nor send; the owners must know at once, not at the next heartbeat.
    const error = reason instanceof Error ? reason : new Error("the session was aborted");
    if (this.#failed === undefined) this.#events.aborting?.(error);
    this.#fault(error);
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
    if (data.length > (this.#limits.message ?? MAX_MESSAGE_LENGTH)) {
      return this.#fault(new Error("a message that is too long"));
    }
    if (data.startsWith(NOTICE_MARK)) return this.#notice(data.slice(NOTICE_MARK.length));
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#queue.push(data);
      return;
    }
    this.#waiting = undefined;
    waiting.resolve(data);
  }

  #notice(json: string): void {
    try {
      this.#events.notice(JSON.parse(json));
    } catch {
      this.#fault(new Error("a notice that cannot be read"));
    }
  }

  #fault(reason: Error): void {
    if (this.#failed !== undefined || this.#faulty) return;
    this.#faulty = true;
    // The owner first: it may close this with a reason that says more.
    this.#events.fault(reason);
    this.close(reason);
  }
}
