/**
 * Fields of a text and ranges of them: the pure part of the dialplan functions CUT and SORT.
 *
 * @module
 */
import { splitArguments } from "./_arguments.ts";

/** A run of fields, counted from 1, both ends included. */
export interface FieldRange {
  /** First field. */
  readonly first: number;
  /** Last field; `Infinity` for all that follow. */
  readonly last: number;
}

/** What `CUT(varname,char-delim,range-spec)` was asked. */
export interface CutRequest {
  /** The variable to read. */
  readonly variable: string;
  /** One character. */
  readonly delimiter: string;
  /** Fields to keep. */
  readonly ranges: readonly FieldRange[];
}

const CUT_SYNTAX = "CUT(<varname>,<char-delim>,<range-spec>)";

const LETTER_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * The delimiter as written, one character. `\,` is a comma, `\t` a tab, `\x7c` a character by its code; the double
 * backslash that Asterisk's dialplan needs (`\\t`) means the same. Empty is `-`.
 */
export function decodeDelimiter(written: string): string {
  const text = written.replace(/^"(.*)"$/s, "$1").replace(/^\\\\(?=.)/s, "\\");
  if (text === "") return "-";
  if (!text.startsWith("\\") || text === "\\") return String.fromCodePoint(text.codePointAt(0)!);
  const code = /^\\x([0-9a-f]{1,2})/i.exec(text)?.[1];
  if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
  const character = String.fromCodePoint(text.codePointAt(1)!);
  return Object.hasOwn(LETTER_ESCAPES, character) ? LETTER_ESCAPES[character]! : character;
}

function parseRange(text: string): FieldRange {
  const [, first, dash, last] = /^(\d+)?(?:(-)(\d+)?)?$/.exec(text.trim()) ?? [];
  if (first === undefined && last === undefined) {
    throw new SyntaxError(`Cannot read the range "${text}": expected 2, 2-4, 2-, -4 or several joined by &`);
  }
  const from = Number(first ?? 1);
  return { first: from, last: dash ? Number(last ?? Infinity) : from };
}

/**
 * Reads a range-spec such as `1&3-5&8-`.
 *
 * @throws {SyntaxError} when a part is no range, naming it
 */
export function parseRanges(text: string): FieldRange[] {
  return text.split("&").map(parseRange);
}

/**
 * Reads the arguments of CUT.
 *
 * @throws {SyntaxError} when one is missing or the range-spec is none
 */
export function parseCut(args: string): CutRequest {
  // Raw, because a backslash before a delimiter is the delimiter's own escape.
  const [variable = "", delimiter = "", ranges = ""] = splitArguments(args, { limit: 3, raw: true });
  if (variable.trim() === "" || ranges.trim() === "") {
    throw new SyntaxError(`Cannot cut "${args}": an argument is missing; syntax: ${CUT_SYNTAX}`);
  }
  return { variable: variable.trim(), delimiter: decodeDelimiter(delimiter), ranges: parseRanges(ranges) };
}

/**
 * Keeps the fields of the ranges, joined by the delimiter again. Reads forward only, as Asterisk's: a range that lies
 * before one already kept gives nothing, and `onBackward` is told of it, once.
 */
export function cutFields(text: string, request: Omit<CutRequest, "variable">, onBackward?: () => void): string {
  const fields = text.split(request.delimiter);
  const kept: string[] = [];
  let next = 1;
  let told = false;
  for (const { first, last } of request.ranges) {
    if (!told && first < next && first > 0) {
      told = true;
      onBackward?.();
    }
    next = Math.max(next, first);
    while (next <= last && next <= fields.length) kept.push(fields[next++ - 1]!);
  }
  return kept.join(request.delimiter);
}

/**
 * `key1:val1,key2:val2…` to the keys in the order of their values, equal ones in the order written. A value that is no
 * number counts as 0, a part without a colon is left out, as in Asterisk.
 */
export function sortKeys(list: string): string {
  const pairs: { key: string; value: number }[] = [];
  for (const part of list.split(",")) {
    const colon = part.indexOf(":");
    if (colon < 0) continue;
    const value = parseFloat(part.slice(colon + 1));
    pairs.push({ key: part.slice(0, colon), value: Number.isNaN(value) ? 0 : value });
  }
  return pairs.sort((a, b) => a.value - b.value).map(({ key }) => key).join(",");
}
