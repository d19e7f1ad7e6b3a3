import type { Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { HISTORY_SIZE, readHistory, writeHistory } from "./history.ts";
import type { Completion } from "./interpreter.ts";

/** What runs and completes typed lines: an interpreter, or a program at the other end of a socket. */
export interface LineHandler {
  /** Runs a line; what is printed after the promise has settled is shown too. Must not reject. */
  execute(line: string, print: (text: string) => void): Promise<unknown>;
  /** Completes a line, given up to the cursor. Must not reject. */
  complete(line: string): Promise<Pick<Completion, "word" | "matches">>;
}

/** Options of {@linkcode openLocalConsole}. */
export interface LocalConsoleOptions {
  /** Runs and completes what is typed. */
  readonly handler: LineHandler;
  /** What Ctrl-C does: the same as the signal SIGINT. */
  readonly onInterrupt: () => void;
  /** What `quit` and `exit` do; without it they only say how to stop the program. */
  readonly onQuit?: (() => void) | undefined;
  /** Runs the shell command behind `!` and gives what it printed; without it there is no shell. */
  readonly shell?: ((command: string) => Promise<string>) | undefined;
  /** What stands before the typed line; asked whenever it is shown anew. @default {() => "*CLI> "} */
  readonly prompt?: (() => string) | undefined;
  /** Where typed lines are kept between sessions; without it they are not. */
  readonly historyFile?: string | undefined;
  /** The terminal to read. @default {process.stdin} */
  readonly input?: Readable | undefined;
  /** The terminal to write. @default {process.stdout} */
  readonly output?: Writable | undefined;
}

/** A console on the terminal of the program. */
export interface LocalConsole {
  /**
   * Shows text without breaking the line that is being typed: it goes above it, the typed text and the cursor stay. Text
   * without a line end is held back until its line is complete. After {@linkcode LocalConsole.close} it is shown as is.
   */
  write(text: string): void;
  /** Gives the terminal back as it was and keeps the history. Safe to call twice. */
  close(): void;
}

const NO_SHELL =
  "Shell commands are not available on this console: console_shell = yes in [options] of asterism.conf allows them.\n";

type ReadlineModule = typeof import("node:readline");

/** Opens a console on a terminal. Lines run one after the other, in the order they are typed. */
export async function openLocalConsole(options: LocalConsoleOptions): Promise<LocalConsole> {
  // Imported here because a host without a terminal shall not pay for it.
  const [readline, { default: process }, history] = await Promise.all([
    import("node:readline"),
    import("node:process"),
    readHistory(options.historyFile),
  ]);
  const input = options.input ?? process.stdin;
  const output = options.output ?? process.stdout;
  return new TerminalConsole(readline, { ...options, input, output, history });
}

/** Everything that a console needs, without defaults. */
interface TerminalOptions extends LocalConsoleOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Oldest first. */
  readonly history: readonly string[];
}

/** Bytes that may wait for a terminal that takes nothing, one that was stopped with Ctrl-S for example. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** The console over `node:readline`. Its promises never reject, so its event handlers need not wait for them. */
class TerminalConsole implements LocalConsole {
  readonly #readline: ReadlineModule;
  readonly #options: TerminalOptions;
  readonly #prompt: () => string;
  #interface: Interface;
  /** Newest first, as readline has it. */
  #history: string[];
  #running: Promise<void> = Promise.resolve();
  #waiting = 0;
  #partial = "";
  /** How many texts were not shown since the terminal took something. */
  #missed = 0;
  #closed = false;

  constructor(readline: ReadlineModule, options: TerminalOptions) {
    this.#readline = readline;
    this.#options = options;
    this.#prompt = options.prompt ?? (() => "*CLI> ");
    this.#history = options.history.toReversed();
    this.#interface = this.#open();
  }

  write(text: string): void {
    if (this.#options.output.writableLength > MAX_WAITING_BYTES) return void this.#missed++;
    const told = this.#missed === 0 ? "" : `${this.#missed} texts were not shown: the terminal took nothing\n`;
    this.#missed = 0;
    if (this.#closed) return void this.#options.output.write(told + text);
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0 || told !== "") this.#showAbove(told + this.#partial + text.slice(0, end));
    this.#partial = (end > 0 || told !== "" ? "" : this.#partial) + text.slice(end);
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#clearLine();
    this.#closed = true;
    this.#interface.close();
    writeHistory(this.#options.historyFile, this.#history.toReversed());
  }

  #open(): Interface {
    const { input, output } = this.#options;
    const opened = this.#readline.createInterface({
      input,
      output,
      terminal: true,
      prompt: this.#waiting > 0 ? "" : this.#prompt(),
      history: this.#history,
      historySize: HISTORY_SIZE,
      completer: (line: string, answer: CompleterAnswer) => void this.#complete(line, answer),
    });
    opened.on("line", (line) => this.#enter(line));
    completeAtQuestionMark(opened);
    opened.on("SIGINT", () => this.#options.onInterrupt());
    opened.on("history", (history: string[]) => this.#history = [...history]);
    opened.on("close", () => this.#reopen());
    opened.prompt();
    return opened;
  }

  /** Ctrl-D closes readline on an empty line; Asterisk's console takes no notice of it. The end of the input is final. */
  #reopen(): void {
    if (this.#closed) return;
    if (this.#options.input.readableEnded || this.#options.input.destroyed) return this.close();
    this.#clearLine();
    this.#interface = this.#open();
  }

  /** Queues a line. While lines run there is no prompt, but what is typed ahead is shown. */
  #enter(line: string): void {
    this.#waiting++;
    this.#interface.setPrompt("");
    this.#running = this.#running.then(() => this.#run(line)).then(() => {
      this.#flush();
      if (--this.#waiting > 0 || this.#closed) return;
      this.#clearLine();
      this.#interface.setPrompt(this.#prompt());
      this.#interface.prompt(true);
    });
  }

  async #run(line: string): Promise<void> {
    const { handler, onQuit, shell } = this.#options;
    const [word = ""] = line.trim().toLowerCase().split(/\s/);
    if (word.startsWith("!")) {
      const command = line.trim().slice(1).trim();
      if (shell === undefined) this.write(NO_SHELL);
      else if (command === "") this.write("Nothing to run: type a shell command behind the '!'.\n");
      else this.write(await shell(command));
    } else if (word !== "quit" && word !== "exit") await handler.execute(line, (text) => this.write(text));
    else if (onQuit !== undefined) onQuit();
    else {
      this.write(
        "This is the console of the program itself: use 'core stop now' or 'core stop gracefully' to stop it.\n",
      );
    }
  }

  async #complete(line: string, answer: CompleterAnswer): Promise<void> {
    const { word, matches } = await this.#options.handler.complete(line);
    // Somebody who types faster than a module answers has gone on; and with quotes or backslashes in the word, what
    // stands there is not its text and cannot be replaced by it.
    const same = this.#interface.line.slice(0, this.#interface.cursor) === line;
    const usable = same && line.endsWith(word) ? matches : [];
    if (usable.length === 1) return answer(null, [[`${usable[0]} `], word]);
    if (usable.length < 2 || commonLength(usable) > word.length) return answer(null, [[...usable], word]);
    // Nothing to add: the list at once, as Asterisk has it, and not at a second key.
    answer(null, [[], word]);
    this.#showAbove(columns(usable, (this.#options.output as { columns?: number }).columns ?? 80));
  }

  /** Shows whole lines where the typed line stands, and that line again below them. */
  #showAbove(text: string): void {
    this.#clearLine();
    this.#options.output.write(text);
    this.#interface.prompt(true);
  }

  #flush(): void {
    if (this.#partial === "") return;
    const text = this.#partial;
    this.#partial = "";
    this.#showAbove(`${text}\n`);
  }

  /** Erases the prompt and what is typed, and leaves the cursor where they began. */
  #clearLine(): void {
    const { output } = this.#options;
    const { rows } = this.#interface.getCursorPos();
    if (rows > 0) this.#readline.moveCursor(output, 0, -rows);
    this.#readline.cursorTo(output, 0);
    this.#readline.clearScreenDown(output);
    // Readline moves up by the rows of its last drawing before it draws; those are gone.
    (this.#interface as { prevRows?: number }).prevRows = 0;
  }
}

/** A readline whose keys can be caught before it sees them. */
type KeyReader = Interface & { _ttyWrite?: (text: string | undefined, key: object) => void };

/** Has `?` do what the tab key does, as on Asterisk's console. */
function completeAtQuestionMark(reader: KeyReader): void {
  const write = reader._ttyWrite?.bind(reader);
  if (write === undefined) return;
  reader._ttyWrite = (text, key) => text === "?" ? write("\t", { name: "tab", sequence: "\t" }) : write(text, key);
}

/** How many characters all of the words begin with, ignoring case. */
function commonLength([first = "", ...others]: readonly string[]): number {
  let length = first.length;
  for (const other of others) {
    while (other.slice(0, length).toLowerCase() !== first.slice(0, length).toLowerCase()) length--;
  }
  return length;
}

/** Words in columns, as many as fit. */
function columns(words: readonly string[], width: number): string {
  const widest = words.reduce((most, { length }) => Math.max(most, length), 0) + 2;
  const perLine = Math.max(1, Math.floor(width / widest));
  const lines: string[] = [];
  for (let begin = 0; begin < words.length; begin += perLine) {
    lines.push(words.slice(begin, begin + perLine).map((word) => word.padEnd(widest)).join("").trimEnd());
  }
  return `${lines.join("\n")}\n`;
}

/** How readline is told about completions: candidates, and the text they replace. */
type CompleterAnswer = (error: Error | null, result: [string[], string]) => void;
