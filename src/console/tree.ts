import { type ConsoleCommand, CORE, type Registration, type RegistrationTable } from "../registry/mod.ts";
import { parsePattern, type PatternWord, walkPattern } from "./pattern.ts";

/** A command that typed words call. */
export interface FoundCommand {
  /** The command and its owner. */
  readonly registration: Registration<ConsoleCommand>;
  /** What it is given: chosen and optional words, then those after the command's own. */
  readonly args: readonly string[];
  /** How many of the typed words are the command's own. */
  readonly taken: number;
}

/** What may follow typed words. */
export interface Continuation {
  /** Words of commands, in no particular order. */
  readonly words: readonly string[];
  /** The command whose arguments may follow, when there is one. */
  readonly command: FoundCommand | undefined;
}

type Commands = RegistrationTable<ConsoleCommand>;

/** Patterns by command, so that a line does not parse all of them again. */
const patterns = new WeakMap<ConsoleCommand, PatternWord[]>();

/** The commands that help and completion show: of each name the preferred one, without those that begin with `_`. */
export function visibleCommands(commands: Commands): Registration<ConsoleCommand>[] {
  return preferred(commands).filter(({ value }) => !value.command.startsWith("_"));
}

/**
 * The command that typed words call: the one with most words of its own. Among equals the core's wins, so that no module
 * can take one of its commands over under another spelling.
 */
export function findCommand(commands: Commands, typed: readonly string[]): FoundCommand | undefined {
  let best: FoundCommand | undefined;
  for (const registration of preferred(commands)) {
    const { complete, taken, args } = walkPattern(patternOf(registration.value), typed);
    if (!complete || taken === 0) continue;
    const better = best === undefined || taken > best.taken ||
      (taken === best.taken && registration.owner === CORE && best.registration.owner !== CORE);
    if (better) best = { registration, taken, args: [...args, ...typed.slice(taken)] };
  }
  return best;
}

/** The command that the typed words name with nothing left over, for its help. */
export function findExactCommand(commands: Commands, typed: readonly string[]): ConsoleCommand | undefined {
  const found = findCommand(commands, typed);
  return found?.taken === typed.length ? found.registration.value : undefined;
}

/** The beginning of an unknown line that `core show help` knows best what to do with, by Asterisk's rule. */
export function bestPrefix(commands: Commands, typed: readonly string[]): string {
  let length = 1;
  while (length < typed.length && (length === 1 || isClose(commands, typed.slice(0, length)))) length++;
  return typed.slice(0, length).join(" ");
}

/** What may follow complete words, given the beginning of the next. */
export function continuations(commands: Commands, typed: readonly string[], word: string): Continuation {
  const words: string[] = [];
  for (const { value } of visibleCommands(commands)) {
    const pattern = patternOf(value);
    const { taken, reached } = walkPattern(pattern, typed);
    if (taken < typed.length) continue;
    for (const expected of pattern.slice(reached)) {
      words.push(...expected.words.filter((candidate) => startsWithIgnoringCase(candidate, word)));
      if (expected.kind !== "optional") break;
    }
  }
  const command = findCommand(commands, typed);
  return { words, command: command?.registration.value.command.startsWith("_") ? undefined : command };
}

/** Whether a text begins with another in any case of letters. */
export function startsWithIgnoringCase(text: string, beginning: string): boolean {
  return text.slice(0, beginning.length).toLowerCase() === beginning.toLowerCase();
}

/** Whether the words are a command's, or differ from one in the last word only. */
function isClose(commands: Commands, typed: readonly string[]): boolean {
  return preferred(commands).some(({ value }) => {
    const pattern = patternOf(value);
    const { taken, reached, complete } = walkPattern(pattern, typed);
    return taken === typed.length ? complete : taken === typed.length - 1 && reached === pattern.length - 1;
  });
}

function preferred(commands: Commands): Registration<ConsoleCommand>[] {
  return commands.list().filter((registration) => commands.get(registration.name) === registration);
}

function patternOf(command: ConsoleCommand): PatternWord[] {
  let pattern = patterns.get(command);
  if (pattern === undefined) patterns.set(command, pattern = parsePattern(command.command));
  return pattern;
}
