import { type CommandTable, type ConsoleCommand, CORE, type Registration } from "../registry/mod.ts";
import { Slices } from "../work/mod.ts";
import { walkPattern } from "./pattern.ts";

/** A command that typed words call. */
export interface FoundCommand {
  /** The command and its owner. */
  readonly registration: Registration<ConsoleCommand>;
  /** What it is given: chosen and optional words, then those after the command's own. */
  readonly args: readonly string[];
  /** How many of the typed words are the command's own. */
  readonly taken: number;
}

/** The commands that help and completion show: of each name the preferred one, without those that begin with `_`. */
export function visibleCommands(commands: CommandTable): Registration<ConsoleCommand>[] {
  return commands.list().filter((one) => commands.get(one.name) === one && isVisible(one));
}

/**
 * The command that typed words call: the one with most words of its own. Among equals the core's wins, so that no module
 * can take one of its commands over under another spelling; then the first by name.
 */
export function findCommand(commands: CommandTable, typed: readonly string[]): FoundCommand | undefined {
  const keys = keysOf(typed);
  let best: Omit<FoundCommand, "registration"> & { registration: Registration<ConsoleCommand> | undefined } = {
    registration: undefined,
    taken: 0,
    args: [],
  };
  for (const registration of commands.beginningWith(keys[0] ?? "")) {
    const { complete, taken, args } = walkPattern(commands.wordsOf(registration.value), keys);
    if (!complete || taken < best.taken) continue;
    if (taken > best.taken || isBefore(registration, best.registration)) best = { registration, taken, args };
  }
  const { registration, taken, args } = best;
  return registration && { registration, taken, args: [...args, ...typed.slice(taken)] };
}

/** The command that the typed words name with nothing left over, for its help. */
export function findExactCommand(commands: CommandTable, typed: readonly string[]): ConsoleCommand | undefined {
  const found = findCommand(commands, typed);
  return found?.taken === typed.length ? found.registration.value : undefined;
}

/**
 * The beginning of an unknown line that `core show help` knows best what to do with, by Asterisk's rule: as long as the
 * words are a command's, or differ from one in the last word only.
 */
export function bestPrefix(commands: CommandTable, typed: readonly string[]): string {
  const keys = keysOf(typed);
  const close = new Set([1]);
  for (const { value } of commands.beginningWith(keys[0] ?? "")) {
    for (const length of walkPattern(commands.wordsOf(value), keys).close) close.add(length);
  }
  let length = 1;
  while (length < typed.length && close.has(length)) length++;
  return typed.slice(0, length).join(" ");
}

/**
 * Finds what may follow complete words, in slices.
 *
 * @param offer given each word that a command may go on with, some more than once
 * @returns the command whose arguments may follow, when there is one
 */
export async function continuations(
  commands: CommandTable,
  typed: readonly string[],
  offer: (word: string) => void,
): Promise<FoundCommand | undefined> {
  const slices = new Slices();
  const keys = keysOf(typed);
  const found = findCommand(commands, typed);
  const firsts = keys[0] === undefined ? commands.firstWords() : [keys[0]];
  for (const first of firsts) {
    for (const registration of commands.beginningWith(first)) {
      if (slices.over) await slices.next();
      if (!isVisible(registration)) continue;
      offerNext(commands, { registration, keys, first }, offer);
      // One is enough to know that the line may begin with the word.
      if (keys.length === 0) break;
    }
  }
  return found !== undefined && isVisible(found.registration) ? found : undefined;
}

/** Offers the words with which one command goes on behind the typed ones. */
function offerNext(
  commands: CommandTable,
  { registration: { value }, keys, first }: {
    registration: Registration<ConsoleCommand>;
    keys: readonly string[];
    first: string;
  },
  offer: (word: string) => void,
): void {
  const words = commands.wordsOf(value);
  if (keys.length === 0) {
    const spelled = words.keys.find((known) => known.has(first))?.get(first);
    return spelled === undefined ? undefined : offer(spelled);
  }
  const { taken, reached } = walkPattern(words, keys);
  if (taken < keys.length) return;
  for (const expected of words.pattern.slice(reached)) {
    expected.words.forEach((word) => offer(word));
    if (expected.kind !== "optional") return;
  }
}

/** Whether a text begins with another in any case of letters. */
export function startsWithIgnoringCase(text: string, beginning: string): boolean {
  return text.slice(0, beginning.length).toLowerCase() === beginning.toLowerCase();
}

/** Whether a command is preferred to another with as many words of its own. */
function isBefore(one: Registration<ConsoleCommand>, other: Registration<ConsoleCommand> | undefined): boolean {
  if (other === undefined) return false;
  if ((one.owner === CORE) !== (other.owner === CORE)) return one.owner === CORE;
  return one.name.toLowerCase() < other.name.toLowerCase();
}

function isVisible({ value }: Registration<ConsoleCommand>): boolean {
  return !value.command.startsWith("_");
}

function keysOf(typed: readonly string[]): string[] {
  return typed.map((word) => word.toLowerCase());
}
