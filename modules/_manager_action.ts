/**
 * What an action is and how it answers.
 *
 * @module
 */
import type { HostAdmin, ManagerHeader } from "asterism";
import { printableLine } from "../src/fault/printable.ts";
import type { ManagerConfig, ManagerUser } from "./_manager_config.ts";
import { formatHeaders, formatMessage, type Message } from "./_manager_message.ts";

/** An event on its way to clients. */
export interface ManagerEvent {
  /** Name. */
  readonly event: string;
  /** Classes of which a client must have all. */
  readonly classes: number;
  /** Headers after `Event` and `Privilege`. */
  readonly headers: readonly ManagerHeader[];
}

/** A connection, as far as a session needs it. */
export interface Connection {
  /** Reads into a buffer: how many bytes, null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some bytes: how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends it; what waits for it is rejected. */
  close(): void;
  readonly remoteAddr: { readonly hostname: string; readonly port: number };
  readonly localAddr: { readonly hostname: string; readonly port: number };
}

/** A client, as actions see it. */
export interface Session {
  /** Who has logged in. */
  user: ManagerUser | undefined;
  /** Classes of events that the client wants, on top of what the user may read. */
  events: number;
  /** What the answer to the challenge is made with, once it was asked for. */
  challenge: string | undefined;
  /** Whether the client was told that everything is there. */
  booted: boolean;
  /** When the connection was made, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Unique among sessions. */
  readonly id: string;
  readonly connection: Connection;
  /** Address of the client, without the port. */
  readonly address: string;
  /** Sends text. A client that leaves too much unread is cut off. */
  send(text: string): void;
  /** Waits for an event that is held, a message from the client, or the time to pass. */
  eventOrInput(milliseconds: number | undefined): Promise<void>;
  /** The events that wait for the end of the action; they count as sent. */
  takeHeld(): string;
  /** Ends the session at once. Safe to call twice. */
  close(): void;
}

/** What sessions and actions share. */
export interface ManagerServices {
  /** The administration of the host. */
  readonly admin: HostAdmin;
  /** What manager.conf says now. */
  readonly config: ManagerConfig;
  /** Every action by its name in lower case. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Sessions that are logged in. */
  sessions(): readonly Session[];
  /** Sends an event to all who want it. */
  broadcast(event: ManagerEvent): void;
  /** A session has logged in: it keeps the module running. */
  loggedIn(session: Session): Promise<void>;
  /** Logs a line. */
  log(level: "notice" | "warning" | "verbose", text: string): void;
}

/** An action while it runs. */
export interface ActionCall {
  readonly message: Message;
  readonly session: Session;
  readonly services: ManagerServices;
  readonly reply: Reply;
}

/** An action of the manager itself. */
export interface Action {
  /** Name as it is listed. */
  readonly name: string;
  /** One line. */
  readonly synopsis: string;
  /** Headers it knows beside `ActionID`, those in brackets optional. */
  readonly syntax?: readonly string[];
  /** A text. */
  readonly description: string;
  /** Classes of which the user must have one; 0 for none. */
  readonly classes: number;
  /** Runs it; `close` ends the session. */
  run(call: ActionCall): Promise<"close" | void> | "close" | void;
}

/** Answers of one action, worded as Asterisk's. */
export class Reply {
  readonly #send: (text: string) => void;
  readonly #id: readonly ManagerHeader[];

  /** Answers to a message, which may carry an `ActionID`. */
  constructor(message: Message, send: (text: string) => void) {
    const id = message.get("ActionID");
    this.#id = id === "" ? [] : [["ActionID", id]];
    this.#send = send;
  }

  /** `Response: Success` with a message. */
  ack(message: string): void {
    this.send("Success", [["Message", message]]);
  }

  /** `Response: Error` with a message. */
  error(message: string): void {
    this.send("Error", [["Message", message]]);
  }

  /** A response with any headers. */
  send(response: string, headers: readonly ManagerHeader[]): void {
    this.#send(formatMessage([["Response", response], ...this.#id, ...headers]));
  }

  /** A response whose last lines are no headers. */
  sendLines(response: string, headers: readonly ManagerHeader[], lines: readonly string[]): void {
    const head = formatHeaders([["Response", response], ...this.#id, ...headers]);
    this.#send(`${head}${lines.map((line) => `${printableLine(line)}\r\n`).join("")}\r\n`);
  }

  /** An event that belongs to the answer. */
  event(event: string, headers: readonly ManagerHeader[]): void {
    this.#send(formatMessage([["Event", event], ...this.#id, ...headers]));
  }

  /** Text that is whole messages already. */
  raw(text: string): void {
    this.#send(text);
  }
}
