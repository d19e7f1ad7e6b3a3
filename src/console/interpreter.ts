import { messageOf, printable, printableText } from "../fault/mod.ts";
import type { LogOf } from "../log/mod.ts";
import { type CommandOutcome, type CommandTable, type ConsoleSession, CORE, detachedSession } from "../registry/mod.ts";
import { bestPrefix, continuations, findCommand, type FoundCommand } from "./tree.ts";
import { foreignText, usageText } from "./foreign_text.ts";
import { joinLine, splitLine } from "./words.ts";
import { Matches } from "./matches.ts";
import { Slices } from "../work/mod.ts";

/** Options of {@linkcode Interpreter}. */
export interface InterpreterOptions {
  /** How long a module may take to complete a word, in milliseconds. @default {2_000} */
  completionDeadlineMs?: number | undefined;
  /** Told about commands that throw or do not answer: the log of the command's module, or of the core for "". */
  logOf?: LogOf | undefined;
  /**
   * Whether a console may run a command, given the line in words. Asked for every command but those that begin with
   * `_`. @default {() => true}
   */
  permits?: ((session: ConsoleSession, words: readonly string[]) => boolean) | undefined;
  /** Whether the host is stopping, when no command runs any more. @default {() => false} */
  stopping?: (() => boolean) | undefined;
}

/** How often commands may stand for commands that stand for others: circles end here. */
const MAX_ALIASES = 8;

/** Longest suggestion of a topic for help, in characters. */
const MAX_SUGGESTION = 79;

/** What may stand at the cursor. */
export interface Completion {
  /** The beginning of the word at the cursor, quotes resolved. */
  readonly word: string;
  /** The longest beginning that all matches share, ignoring case; empty when there is no match. */
  readonly prefix: string;
  /** Words that begin with what stands there, each once, sorted, ignoring case in both; the first thousands of them. */
  readonly matches: string[];
}

/** A typed line and where it was typed. */
interface Typed {
  readonly words: readonly string[];
  readonly line: string;
  readonly session: ConsoleSession;
}

/** What a running command is given of it. */
interface Running extends Omit<Typed, "words"> {
  readonly print: (text: string) => void;
}

/** Runs typed lines and completes them. */
export class Interpreter {
  readonly #commands: CommandTable;
  readonly #completionDeadlineMs: number;
  readonly #options: InterpreterOptions;

  /** Makes an interpreter over a table that others fill; commands may come and go at any time. */
  constructor(commands: CommandTable, options: InterpreterOptions = {}) {
    this.#commands = commands;
    this.#completionDeadlineMs = options.completionDeadlineMs ?? 2_000;
    this.#options = options;
  }

  /**
   * Runs a line. Everything there is to say goes to `print`, nothing after the promise has settled; it never rejects. An
   * empty line succeeds. Of a command that stands for another, that other is what is permitted or refused.
   *
   * @param session the console it was typed on; without one the line may do everything and no console changes
   */
  async execute(
    line: string,
    print: (text: string) => void,
    session: ConsoleSession = detachedSession(),
  ): Promise<CommandOutcome> {
    return await this.#execute(line, { print, session }, 0);
  }

  async #execute(
    line: string,
    { print, session }: Pick<Running, "print" | "session">,
    aliases: number,
  ): Promise<CommandOutcome> {
    const { words } = splitLine(line);
    if (words.length === 0) return "success";
    const found = findCommand(this.#commands, words);
    const { standsFor } = found?.registration.value ?? {};
    if (found !== undefined && standsFor !== undefined && aliases < MAX_ALIASES) {
      return await this.#execute(joinLine(standsFor, found.args), { print, session }, aliases + 1);
    }
    const refusal = found === undefined ? this.#unknown(line, words) : this.#refusal(found, { words, line, session });
    if (refusal !== undefined) print(`${refusal}\n`);
    if (found === undefined || refusal !== undefined) return "failure";
    const outcome = await this.#run(found, { line, print, session });
    if (outcome === "usage") print(`Usage: ${usageText(String(found.registration.value.usage))}\n`);
    if (outcome === "failure") print(`Command '${printable(line)}' failed.\n`);
    return outcome;
  }

  /**
   * Completes a line, given up to the cursor, in slices. Never rejects: what cannot be completed has no matches.
   */
  async complete(line: string): Promise<Completion> {
    const { words, atWordStart } = splitLine(line);
    const word = atWordStart ? "" : words.pop() ?? "";
    const matches = new Matches(word);
    const command = await continuations(this.#commands, words, (candidate) => matches.offer(candidate));
    const slices = new Slices();
    for (const candidate of await this.#candidates(command, word)) {
      if (slices.over) await slices.next();
      matches.offer(candidate);
    }
    return { word, prefix: matches.prefix, matches: matches.sorted() };
  }

  #unknown(line: string, words: readonly string[]): string {
    // Asterisk cuts what it suggests.
    const help = `core show help ${printable(bestPrefix(this.#commands, words)).slice(0, MAX_SUGGESTION)}`;
    return `No such command '${printable(line)}' (type '${help}' for other possible commands)`;
  }

  /** Why a command that there is does not run, if so. */
  #refusal({ registration }: FoundCommand, { words, line, session }: Typed): string | undefined {
    const { permits, stopping } = this.#options;
    const { value: { command, standsFor }, owner } = registration;
    if (command.startsWith("_") && owner === CORE) return undefined;
    if (standsFor !== undefined) {
      return `Command '${printable(line)}' does not run: it leads to '${printable(standsFor)}' again and again`;
    }
    if (session.refuses?.(words) || permits?.(session, words) === false) {
      return `You don't have permissions to run '${printable(words.join(" "))}' command`;
    }
    return stopping?.() ? `Command '${printable(line)}' cannot be run during shutdown` : undefined;
  }

  async #run(found: FoundCommand, { line, print, session }: Running): Promise<CommandOutcome> {
    const { value: command, owner } = found.registration;
    let open = true;
    const write = (text: string) => {
      // Commands of the core make their fields safe; this holds for those that one of them forgets.
      if (open) print(owner === CORE ? printableText(String(text)) : foreignText(String(text), owner.module));
    };
    try {
      // Without a deadline here: whatever a command waits for has its own, a module's the limit of calls into it.
      const outcome = await command.run({ args: found.args, line, session, print: write });
      return outcome === "success" || outcome === "usage" ? outcome : "failure";
    } catch (error) {
      const reason = printable(messageOf(error));
      this.#options.logOf?.(owner === CORE ? "" : owner.module).child({ area: "console" })
        .error(`Command '${command.command}' of ${owner.module} failed: ${reason}`);
      write(owner === CORE ? `${reason}\n` : `${owner.module}: ${reason}\n`);
      return "failure";
    } finally {
      open = false;
    }
  }

  async #candidates(found: FoundCommand | undefined, word: string): Promise<readonly string[]> {
    const command = found?.registration.value;
    if (found === undefined || command?.complete === undefined) return [];
    try {
      const asked = async () => await command.complete?.({ args: found.args, word }) ?? [];
      const candidates = await withDeadline(asked, this.#completionDeadlineMs);
      return Array.isArray(candidates) ? candidates.filter((candidate) => typeof candidate === "string") : [];
    } catch {
      // A key that does nothing says enough; a message here would break the line being typed.
      return [];
    }
  }
}

/** Waits for work, but no longer than that; the work itself is not stopped. */
async function withDeadline<T>(work: () => Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
