import type { Interpreter } from "../console/mod.ts";
import { ConsoleView } from "../log/mod.ts";
import type { ConsoleSession } from "../registry/mod.ts";
import { OutputQueue, type QueueLimits } from "./output_queue.ts";
import { CommandReader, STATUS_MARK } from "./protocol.ts";

/** A connection as this folder needs it. */
export interface ByteStream {
  /** Reads into the bytes; how many, or null at the end. */
  read(bytes: Uint8Array<ArrayBuffer>): Promise<number | null>;
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends our direction only, where the connection can. */
  closeWrite?(): Promise<void>;
  /** Closes it; what is waited for rejects. */
  close(): void;
}

/** What a connection is made with. */
export interface ConnectionOptions {
  /** The connection itself. */
  readonly stream: ByteStream;
  /** Runs its commands. */
  readonly interpreter: Interpreter;
  /** Whose it is, as the system says. */
  readonly user?: ConsoleSession["user"];
  /** Takes what the operator should know about it. */
  readonly report: (level: "error" | "warning", message: string) => void;
  /** How slow its reader may be. */
  readonly limits?: QueueLimits | undefined;
}

/** A reader that leaves this much unread loses lines of the log, then the connection. */
const LIMITS: QueueLimits = { droppingBytes: 256 * 1024, closingBytes: 4 * 1024 * 1024, stallMs: 30_000 };

/** Longest wait for a reader to take the rest before the connection is closed. */
const LAST_WORDS_MS = 5_000;

/** One console at the other end of the control socket: muted and without verbose lines until it asks for them. */
export class Connection extends ConsoleView implements ConsoleSession {
  /** Whose it is, as the system says. */
  readonly user: ConsoleSession["user"];
  readonly #options: ConnectionOptions;
  readonly #limits: QueueLimits;
  readonly #output: OutputQueue;
  readonly #encoder = new TextEncoder();
  /** Lines of the log that wait for the answer of the command that runs, and their length in bytes. */
  #held: Uint8Array[] | undefined;
  #heldBytes = 0;

  /** A connection that has not said anything yet. */
  constructor(options: ConnectionOptions) {
    super();
    this.muted = true;
    this.user = options.user;
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
    this.#output = new OutputQueue(options.stream, this.#limits, {
      dropping: () => options.report("warning", "A remote console reads too slowly: it misses lines of the log"),
      givenUp: (reason) => {
        options.report("warning", `A remote console reads too slowly and was closed: ${reason}`);
        this.close();
      },
    });
  }

  /** Runs what the other end sends, command by command, until it or we have enough. Never rejects. */
  async serve(greeting: string): Promise<void> {
    this.#print(greeting);
    const reader = new CommandReader();
    try {
      for (let last = false; !last;) {
        const bytes = await this.#options.stream.read(reader.space);
        if (bytes === null) break;
        const received = reader.take(bytes);
        if (received.tooLong) this.#options.report("error", "Command too long! Skipping");
        // Where no command came, none succeeded.
        let failed = received.commands.length === 0;
        for (const command of received.commands) failed = !await this.#run(command) || failed;
        last = received.last;
        if (received.status) this.#output.push(Uint8Array.of(STATUS_MARK, failed ? 1 : 0));
      }
      await this.#lastWords();
    } catch {
      // The other end went away in the middle of something.
    } finally {
      this.close();
    }
  }

  /** Shows a line of the log. It follows the answer of the command that runs, as in Asterisk. */
  show(bytes: Uint8Array): void {
    if (this.#held === undefined) return this.#output.offer(bytes);
    const before = this.#heldBytes;
    this.#heldBytes += bytes.length;
    if (this.#heldBytes <= this.#limits.droppingBytes) this.#held.push(bytes);
    else if (before <= this.#limits.droppingBytes) {
      this.#options.report("warning", "A remote console waits too long for its command: it misses lines of the log");
    }
  }

  /** Ends it at once. Safe to call twice. */
  close(): void {
    this.#output.close();
    try {
      this.#options.stream.close();
    } catch {
      // It is closed already.
    }
  }

  /** Says something, and ends when it was read, or will not be. */
  async dismiss(text: string): Promise<void> {
    this.#print(text);
    await this.#lastWords();
    this.close();
  }

  /** Runs a command. Says whether it succeeded. */
  async #run(command: string): Promise<boolean> {
    this.#held = [];
    this.#heldBytes = 0;
    const outcome = await this.#options.interpreter.execute(command, (text) => this.#print(text), this);
    const held = this.#held;
    this.#held = undefined;
    for (const line of held) this.#output.offer(line);
    // Somebody who sends without reading waits here, not in our memory.
    await this.#output.drained();
    return outcome === "success";
  }

  #print(text: string): void {
    this.#output.push(this.#encoder.encode(text));
  }

  async #lastWords(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, LAST_WORDS_MS));
    await Promise.race([this.#output.drained(), late]);
    clearTimeout(timer);
  }
}
