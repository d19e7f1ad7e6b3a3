/**
 * Classes of the manager interface: what users may be sent and what they may do, as bits and as words.
 *
 * @module
 */

/** Every class with Asterisk's bit, in Asterisk's order. */
const CLASSES: readonly (readonly [name: string, bit: number])[] = [
  ["system", 1 << 0],
  ["call", 1 << 1],
  ["log", 1 << 2],
  ["verbose", 1 << 3],
  ["command", 1 << 4],
  ["agent", 1 << 5],
  ["user", 1 << 6],
  ["config", 1 << 7],
  ["dtmf", 1 << 8],
  ["reporting", 1 << 9],
  ["cdr", 1 << 10],
  ["dialplan", 1 << 11],
  ["originate", 1 << 12],
  ["agi", 1 << 13],
  ["cc", 1 << 15],
  ["aoc", 1 << 16],
  ["test", 1 << 17],
  ["security", 1 << 18],
  ["message", 1 << 30],
];

/** Every bit: the class `all`. */
export const ALL_CLASSES = 0x7fffffff;

/** A bit without a name: only who has all classes has it. */
const UNNAMED_CLASS = 1 << 29;

const BITS: ReadonlyMap<string, number> = new Map([...CLASSES, ["all", ALL_CLASSES], ["none", 0]]);

/** The bits of `system,call`, and words in it that are no class. */
export function readClasses(text: string): { mask: number; unknown: string[] } {
  const words = text.split(",").map((word) => word.trim().toLowerCase()).filter((word) => word !== "");
  const mask = words.reduce((sum, word) => sum | (BITS.get(word) ?? 0), 0);
  return { mask, unknown: words.filter((word) => !BITS.has(word)) };
}

/** `system,all`, as Asterisk writes the classes of an action or an event; `<none>` for none. */
export function formatClasses(mask: number): string {
  const names = CLASSES.filter(([, bit]) => (mask & bit) !== 0).map(([name]) => name);
  return mask === 0 ? "<none>" : [...names, "all"].join(",");
}

/** The classes of a user, where `all` means all of them. */
export function formatUserClasses(mask: number): string {
  if (mask === ALL_CLASSES) return "all";
  return formatClasses(mask).replace(/,all$/, "");
}

/** The classes of an action of another module. One with a word that is no class is for those who may everything. */
export function classesOf(privilege: string): number {
  const { mask, unknown } = readClasses(privilege);
  return unknown.length > 0 ? UNNAMED_CLASS : mask;
}

/** Words that a boolean is written with, in any case of letters. */
export function readBoolean(text: string): boolean | undefined {
  if (/^(?:yes|true|y|t|1|on)$/i.test(text)) return true;
  return /^(?:no|false|n|f|0|off)$/i.test(text) ? false : undefined;
}

/** The bits that `EventMask` asks for: a number, on, off, or classes; undefined when it is empty or nothing of that. */
export function readEventMask(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text) & ALL_CLASSES;
  const on = readBoolean(text);
  if (on !== undefined) return on ? ALL_CLASSES : 0;
  const { mask, unknown } = readClasses(text);
  return unknown.length > 0 && mask === 0 ? undefined : mask;
}
