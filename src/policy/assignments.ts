import type { Entry } from "../config/mod.ts";
import { ConfigError, nearest, type Position } from "../fault/mod.ts";
import { nameKey, splitList } from "../manifest/mod.ts";

/** What a value must be, and how it is read; the text of the fault otherwise. */
export type ValueReader = (text: string) => number | { fault: string };

/** The key that stands for every module without a line of its own. */
const DEFAULT = "default";

/** Values by module (`nameKey`) and for all others. */
export interface ByModule<T> {
  /** Those with a line of their own. */
  readonly single: ReadonlyMap<string, T>;
  /** All others. */
  readonly others: T;
}

/**
 * Reads the lines of a section whose keys are modules. Several lines of one module add up.
 *
 * @param add what a module has after one more line of its own
 */
export function parseByModule<T>(entries: readonly Entry[], { none, add }: ByModuleOptions<T>): ByModule<T> {
  const single = new Map<string, T>();
  for (const entry of entries) {
    const key = nameKey(entry.key);
    single.set(key, add(single.get(key) ?? none, entry));
  }
  const others = single.get(DEFAULT) ?? none;
  single.delete(DEFAULT);
  return { single, others };
}

/** Options of {@linkcode parseByModule}. */
export interface ByModuleOptions<T> {
  readonly none: T;
  add(earlier: T, entry: Entry): T;
}

/**
 * Reads `key=value, key=value`.
 *
 * @param readers every key there is
 * @throws {ConfigError} for another key or a value that its reader does not take
 */
export function parseAssignments<K extends string>(
  entry: Pick<Entry, "value" | "position">,
  readers: Readonly<Record<K, ValueReader>>,
): Partial<Record<K, number>> {
  const read: Partial<Record<K, number>> = {};
  for (const part of splitList(entry.value)) {
    const [, key = "", text = ""] = /^([^=]*?)\s*=\s*(.*)$/.exec(part) ?? [];
    if (!Object.hasOwn(readers, key)) fail(entry.position, unknownKey(part, key, Object.keys(readers)));
    const value = readers[key as K](text);
    if (typeof value !== "number") fail(entry.position, `${key}: ${value.fault}`);
    read[key as K] = value;
  }
  return read;
}

function unknownKey(part: string, key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `"${part}" is none of ${known.map((name) => `${name}=…`).join(", ")}${near ? `: did you mean "${near}"` : ""}`;
}

/** Seconds, in milliseconds. */
export function seconds(text: string): number | { fault: string } {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= 86_400) return Math.ceil(value * 1000);
  return { fault: `"${text}" is no time: expected seconds, more than 0 and at most 86400` };
}

/** A whole number of at least so much. */
export function count(least: number): ValueReader {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    return value >= least ? value : { fault: `"${text}" is no number of at least ${least}` };
  };
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes, with K, M or G for 1024 and its powers; at least and at most so many, or none at all where `zero` says so. */
export function bytes(least: number, most: number, { zero = false }: { zero?: boolean } = {}): ValueReader {
  return (text) => {
    const [, number = "", unit = ""] = /^(\d{1,12})([KMG]?)B?$/i.exec(text) ?? [];
    const value = number === "" ? -1 : Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
    if ((value >= least && value <= most) || (zero && value === 0)) return value;
    const range = `at least ${least} and at most ${most}${zero ? ", or 0" : ""}`;
    return { fault: `"${text}" is no size: expected bytes such as 64M, ${range}` };
  };
}

/** Ends with a fault at a place. */
export function fail(position: Position, reason: string): never {
  throw new ConfigError(reason, { position });
}
