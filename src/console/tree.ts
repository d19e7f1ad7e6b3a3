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
  return commands.list().filter((one) => commands.isPreferred(one) && isVisible(one.value.command));
}

/**
 * The command that typed words call: one of the core's wherever there is one, so that no module takes a line from it with
 * however many words; else the one with most words of its own, and among equals the first by name.
 */
export function findCommand(commands: CommandTable, typed: readonly string[]): FoundCommand | undefined {
  const keys = keysOf(typed);
  let best: FoundCommand | undefined;
  for (const registration of commands.along(keys).things) {
    const { complete, taken, args } = walkPattern(commands.wordsOf(registration.value), keys);
    if (!complete || taken === 0) continue;
    const one = { registration, taken, args };
    if (best === undefined || isBefore(one, best)) best = one;
  }
  return best && { ...best, args: [...best.args, ...typed.slice(best.taken)] };
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
  const { things, almost } = commands.along(keys);
  const close = new Set([1, ...almost]);
  for (const { value } of things) {
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
  const keys = keysOf(typed);
  const found = findCommand(commands, typed);
  const { things, next } = commands.along(keys);
  for (const { value } of things) {
    const { pattern } = commands.wordsOf(value);
    const { taken, reached } = walkPattern(commands.wordsOf(value), keys);
    if (taken < keys.length || !isVisible(value.command)) continue;
    for (const expected of pattern.slice(reached)) {
      expected.words.forEach((word) => offer(word));
      if (expected.kind !== "optional") break;
    }
  }
  const slices = new Slices();
  // A copy: commands may come and go between two slices.
  for (const word of isVisible(keys[0] ?? "") ? [...next] : []) {
    if (slices.over) await slices.next();
    if (keys.length > 0 || isVisible(word)) offer(word);
  }
  return found !== undefined && isVisible(found.registration.value.command) ? found : undefined;
}

/** Whether a text begins with another in any case of letters. */
export function startsWithIgnoringCase(text: string, beginning: string): boolean {
  return text.slice(0, beginning.length).toLowerCase() === beginning.toLowerCase();
}

/** Whether a command is preferred to another that the same line calls. */
function isBefore(one: FoundCommand, other: FoundCommand): boolean {
  const [isCore, isOtherCore] = [one.registration.owner === CORE, other.registration.owner === CORE];
  if (isCore !== isOtherCore) return isCore;
  if (one.taken !== other.taken) return one.taken > other.taken;
  return one.registration.name.toLowerCase() < other.registration.name.toLowerCase();
}

/** Whether a command that begins so is shown. */
function isVisible(words: string): boolean {
  return !words.startsWith("_");
}

function keysOf(typed: readonly string[]): string[] {
  return typed.map((word) => word.toLowerCase());
}
