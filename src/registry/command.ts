/** The console a command was typed on: what each console has for itself. Commands may change it. */
export interface ConsoleSession {
  /** Verbose lines up to this level are shown on it. */
  verbosity: number;
  /** Whether all lines of the log are kept from it. */
  muted: boolean;
  /** Levels of the log, in lower case, that are kept from it. */
  readonly hidden: Set<string>;
  /** Whose it is, as the system says; undefined for the program's own, which may do everything. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Whether whoever has it runs for somebody else, for whom a command is not to run, given in words. */
  refuses?(words: readonly string[]): boolean;
}

/** A session that nobody watches, for commands that are not typed: it shows nothing and ends with its command. */
export function detachedSession(): ConsoleSession {
  return { verbosity: 0, muted: true, hidden: new Set() };
}

/** What a console command is given when it runs. */
export interface CommandRun {
  /** The words after the command's own, quotes resolved. */
  readonly args: readonly string[];
  /** The line as it was typed. */
  readonly line: string;
  /** Where it was typed. */
  readonly session: ConsoleSession;
  /** Writes text to whoever typed the command; lines end with `\n`. */
  print(text: string): void;
}

/**
 * How a command ended, as Asterisk's CLI handlers say it: `usage` makes the console print the usage text, `failure`
 * prints `Command '<line>' failed.`
 */
export type CommandOutcome = "success" | "usage" | "failure";

/** What completion is asked. */
export interface CompletionQuery {
  /** The complete words after the command's own. */
  readonly args: readonly string[];
  /** The beginning of the word being completed, possibly empty. */
  readonly word: string;
}

/** A console command, by the core or by a module. */
export interface ConsoleCommand {
  /**
   * The words. `module show [like]`: a word in brackets is optional and belongs to the arguments;
   * `core stop {now|gracefully}` takes one of the words, as an argument too.
   */
  readonly command: string;
  /** One line for `core show help`. */
  readonly summary: string;
  /** The text after `Usage: `; further lines are indented as Asterisk's are. */
  readonly usage: string;
  /** The beginning of a line that runs in its place, with the rights of whoever typed it; then it is not run itself. */
  readonly standsFor?: string | undefined;
  /** Runs it. A throw is reported and counts as failure. */
  run(run: CommandRun): CommandOutcome | Promise<CommandOutcome>;
  /** Candidates for the word at the cursor; those that do not begin with it are ignored. */
  complete?(query: CompletionQuery): readonly string[] | Promise<readonly string[]>;
}

/** The words of a command that must be typed: `module show` of `module show [like]`. Two commands must differ in them. */
export function fixedWords(command: string): string {
  const open = command.search(/[[{]/);
  return (open < 0 ? command : command.slice(0, open).trimEnd()).toLowerCase();
}
