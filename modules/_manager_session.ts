/**
 * One client of the manager interface: reads messages, runs actions one after the other, sends answers and events.
 *
 * @module
 */
import type { Connection, ManagerEvent, ManagerServices, Session } from "./_manager_action.ts";
import { ALL_CLASSES, formatClasses } from "./_manager_classes.ts";
import type { ManagerUser } from "./_manager_config.ts";
import { dispatch } from "./_manager_dispatch.ts";
import { passesFilters } from "./_manager_filter.ts";
import { FULLY_BOOTED } from "./_manager_events.ts";
import { formatMessage, type Message, MessageReader } from "./_manager_message.ts";

/** What stock clients wait for; the version is that of the protocol. */
export const GREETING = "Asterisk Call Manager/12.0.0\r\n";

/** Characters that may wait for a client that does not read. */
const MAXIMUM_UNSENT = 1024 * 1024;

let sessions = 0;

/** A session, from the greeting to the end of the connection. */
export class ManagerSession implements Session {
  user: ManagerUser | undefined;
  events: number = ALL_CLASSES;
  challenge: string | undefined;
  booted = false;
  readonly startedAt: number = Date.now();
  readonly id: string = `0x${(++sessions).toString(16).padStart(12, "0")}`;
  readonly connection: Connection;
  readonly #services: ManagerServices;
  readonly #reader = new MessageReader();
  readonly #buffer = new Uint8Array(4096);
  readonly #encoder = new TextEncoder();
  #reading: Promise<Message[] | undefined> | undefined;
  #backlog: Message[] = [];
  /** Text of events that wait for the end of the action that runs. */
  #held: string[] | undefined;
  #heldLength = 0;
  #unsent: string[] = [];
  #unsentLength = 0;
  #isSending = false;
  #sending: Promise<void> = Promise.resolve();
  /** Resolved when all is sent or nothing more will be. */
  #sent: PromiseWithResolvers<void> = Promise.withResolvers();
  #eventCame: PromiseWithResolvers<void> = Promise.withResolvers();
  #closed = false;

  /** A session over a connection; `run` begins it. */
  constructor(connection: Connection, services: ManagerServices) {
    this.connection = connection;
    this.#services = services;
  }

  /**
   * Fulfilled when nothing of a session that has ended is left. The runtime cannot break off a write that waits for the
   * client to read: until the client goes such a connection takes up a descriptor.
   */
  get released(): Promise<void> {
    return this.#sending;
  }

  get address(): string {
    return this.connection.remoteAddr.hostname;
  }

  /** Speaks with the client until it or somebody else ends the session. Never rejects. */
  async run(): Promise<void> {
    const { authtimeout } = this.#services.config.settings;
    const timer = setTimeout(() => this.#loginIsLate(authtimeout), authtimeout);
    try {
      this.send(GREETING);
      await this.#serve();
    } catch {
      // The connection broke; nobody is left to be told.
    } finally {
      clearTimeout(timer);
      this.close();
    }
  }

  /** Offers an event: it is sent when the user may read it and the client wants it. */
  offer({ event, classes, headers }: ManagerEvent): void {
    if (this.user === undefined || (this.user.read & this.events & classes) !== classes) return;
    const { timestampevents, disabledevents } = this.#services.config.settings;
    if (disabledevents.has(event.toLowerCase())) return;
    if (event === FULLY_BOOTED) {
      // Who has logged in meanwhile was told then.
      if (this.booted) return;
      this.booted = true;
    }
    const time = timestampevents ? [["Timestamp", (Date.now() / 1000).toFixed(6)] as const] : [];
    const head = [["Event", event], ["Privilege", formatClasses(classes)]] as const;
    const text = formatMessage([...head, ...time, ...headers]);
    if (!passesFilters(this.user.filters, event, text)) return;
    if (this.#held === undefined) return this.send(text);
    this.#heldLength += text.length;
    if (this.#heldLength > MAXIMUM_UNSENT) return this.#tooSlow();
    this.#held.push(text);
    this.#eventCame.resolve();
  }

  async eventOrInput(milliseconds: number | undefined): Promise<void> {
    if (this.#closed || this.#backlog.length > 0 || (this.#held?.length ?? 0) > 0) return;
    this.#eventCame = Promise.withResolvers();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
    try {
      await Promise.race([this.#eventCame.promise, this.#read(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  takeHeld(): string {
    const text = (this.#held ?? []).join("");
    if (this.#held !== undefined) this.#held = [];
    this.#heldLength = 0;
    return text;
  }

  send(text: string): void {
    if (this.#closed) return;
    if (this.#unsentLength > MAXIMUM_UNSENT) return this.#tooSlow();
    this.#unsent.push(text);
    this.#unsentLength += text.length;
    if (this.#isSending) return;
    this.#isSending = true;
    this.#sent = Promise.withResolvers();
    this.#sending = this.#sendAll();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsent = [];
    this.#held = this.#held === undefined ? undefined : [];
    this.#eventCame.resolve();
    this.#sent.resolve();
    this.connection.close();
  }

  async #serve(): Promise<void> {
    while (!this.#closed) {
      const message = this.#backlog.shift();
      if (message === undefined) {
        if (!await this.#fill()) return;
        continue;
      }
      if (await this.#handle(message) === "close") {
        await this.#allSent();
        return;
      }
      // A client that sends without reading waits here for itself.
      await this.#allSent();
    }
  }

  async #allSent(): Promise<void> {
    if (this.#isSending) await this.#sent.promise;
  }

  async #handle(message: Message): Promise<"close" | void> {
    this.#held = [];
    try {
      return await dispatch(message, this, this.#services);
    } finally {
      const text = this.takeHeld();
      this.#held = undefined;
      if (text !== "") this.send(text);
    }
  }

  /** Waits for further messages; false at the end of the connection or of the client's time. */
  async #fill(): Promise<boolean> {
    const { idletimeout } = this.#services.config.settings;
    const timer = this.user !== undefined && idletimeout > 0
      ? setTimeout(() => this.#isIdle(idletimeout), idletimeout)
      : undefined;
    try {
      if (await this.#read() === undefined) return false;
      return true;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads once, however many wait for it; what came is in the backlog. */
  #read(): Promise<Message[] | undefined> {
    return this.#reading ??= this.#readOnce().finally(() => this.#reading = undefined);
  }

  async #readOnce(): Promise<Message[] | undefined> {
    const length = await this.connection.read(this.#buffer).catch(() => null);
    if (length === null) {
      this.close();
      return undefined;
    }
    const messages = this.#reader.push(this.#buffer.subarray(0, length));
    this.#backlog.push(...messages);
    return messages;
  }

  async #sendAll(): Promise<void> {
    try {
      for (let texts = this.#unsent; texts.length > 0 && !this.#closed; texts = this.#unsent) {
        this.#unsent = [];
        const bytes = this.#encoder.encode(texts.join(""));
        for (let at = 0; at < bytes.length && !this.#closed;) at += await this.#write(bytes.subarray(at));
        this.#unsentLength = this.#unsent.reduce((sum, text) => sum + text.length, 0);
      }
    } catch {
      this.close();
    } finally {
      // At once with the last look at what is unsent, or text that comes in between would stay.
      this.#isSending = false;
      this.#sent.resolve();
    }
  }

  async #write(bytes: Uint8Array): Promise<number> {
    const late = setTimeout(
      () => this.#tooSlow(),
      this.user?.writetimeout ?? this.#services.config.settings.writetimeout,
    );
    try {
      return await this.connection.write(bytes);
    } finally {
      clearTimeout(late);
    }
  }

  #tooSlow(): void {
    if (!this.#closed) this.#services.log("warning", `${this.address} does not read what it is sent: disconnected`);
    this.close();
  }

  #loginIsLate(milliseconds: number): void {
    if (this.user !== undefined) return;
    this.#services.log(
      "verbose",
      `Client from ${this.address}, failed to authenticate in ${milliseconds / 1000} seconds`,
    );
    this.close();
  }

  #isIdle(milliseconds: number): void {
    this.#services.log("verbose", `Client from ${this.address} was idle for ${milliseconds / 1000} seconds`);
    this.close();
  }
}
