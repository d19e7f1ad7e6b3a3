/** Characters that stand for several digits in a pattern. */
const SETS: Readonly<Record<string, string>> = { X: "0-9", Z: "1-9", N: "2-9" };

/** Pairs of first and last code units, ascending, without overlap. Sets are never spelled out: one may have 65 536. */
interface Ranges {
  readonly pairs: readonly number[];
  /** How many characters they have. */
  readonly count: number;
}

/** One place of a pattern: the characters it takes, or any number of further ones. */
type Element = Ranges | { readonly rest: "." | "!" };

/** Places that many patterns share. */
const PLAIN = new Map<string, Ranges>();

/**
 * What an extension's name matches. A name that begins with `_` is a pattern: `X` 0-9, `Z` 1-9, `N` 2-9, `[…]` a set, `.`
 * one or more of anything, `!` none or more. Dashes mean nothing, in a pattern or in what is dialed.
 */
export class ExtensionPattern {
  /** As written. */
  readonly name: string;
  readonly #elements: readonly Element[] | undefined;

  /** Reads a name; any text is one. */
  constructor(name: string) {
    this.name = name;
    this.#elements = name.startsWith("_") ? readElements(name.slice(1)) : undefined;
  }

  /** Whether it may match several names. */
  get isPattern(): boolean {
    return this.#elements !== undefined;
  }

  /** What comparing it may take, in steps of some places each. */
  get cost(): number {
    return 1 + ((this.#elements?.length ?? this.name.length) >> 3);
  }

  /** Whether it matches what was dialed. */
  matches(dialed: string): boolean {
    return this.matchesDigits(digitsOf(dialed));
  }

  /** Whether it matches what was dialed, dashes already taken out by {@linkcode digitsOf}. */
  matchesDigits(digits: string): boolean {
    const elements = this.#elements;
    if (elements === undefined) return digits === digitsOf(this.name);
    for (let index = 0; index < elements.length; index++) {
      const element = elements[index]!;
      if ("rest" in element) return element.rest === "!" || index < digits.length;
      if (index >= digits.length || !includes(element.pairs, digits.charCodeAt(index))) return false;
    }
    return digits.length === elements.length;
  }

  /**
   * Which is to be tried first: names before patterns, and of patterns, at the first place where they differ, the one
   * that takes fewer characters; `.` and then `!` come last.
   */
  compare(other: ExtensionPattern): number {
    const [mine, theirs] = [this.#elements, other.#elements];
    if (mine === undefined || theirs === undefined) {
      if (mine === theirs) return order(this.name, other.name);
      return mine === undefined ? -1 : 1;
    }
    const length = Math.max(mine.length, theirs.length);
    for (let index = 0; index < length; index++) {
      const difference = compareElements(mine[index], theirs[index]);
      if (difference !== 0) return difference;
    }
    return order(this.name, other.name);
  }
}

/** What was dialed without its dashes. */
export function digitsOf(dialed: string): string {
  return dialed.includes("-") ? dialed.replaceAll("-", "") : dialed;
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** In the order in which places are to be tried: the end of a pattern, few characters, many, all. */
function compareElements(a: Element | undefined, b: Element | undefined): number {
  if (a === b) return 0;
  const [rankA, rankB] = [rank(a), rank(b)];
  if (rankA !== rankB) return rankA - rankB;
  if (a === undefined || b === undefined || "rest" in a || "rest" in b) return 0;
  return a.count - b.count || comparePairs(a.pairs, b.pairs);
}

function rank(element: Element | undefined): number {
  if (element === undefined) return 0;
  if (!("rest" in element)) return 1;
  return element.rest === "." ? 2 : 3;
}

/** As the texts of all their characters compare, which are equally many. */
function comparePairs(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length && at < b.length; at += 2) {
    if (a[at] !== b[at]) return a[at]! - b[at]!;
    // The next character of the shorter range is behind a gap.
    if (a[at + 1] !== b[at + 1]) return b[at + 1]! - a[at + 1]!;
  }
  return 0;
}

function includes(pairs: readonly number[], code: number): boolean {
  for (let at = 0; at < pairs.length; at += 2) {
    if (code < pairs[at]!) return false;
    if (code <= pairs[at + 1]!) return true;
  }
  return false;
}

function readElements(pattern: string): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "-") continue;
    if (character === "." || character === "!") {
      // Nothing can follow what takes everything.
      elements.push({ rest: character });
      break;
    }
    const end = character === "[" ? pattern.indexOf("]", at) : -1;
    if (end > 0) {
      elements.push(readSet(pattern.slice(at + 1, end)));
      at = end;
    } else elements.push(plain(character));
  }
  return elements;
}

function plain(character: string): Ranges {
  const known = PLAIN.get(character);
  if (known !== undefined) return known;
  const ranges = readSet(SETS[character.toUpperCase()] ?? character);
  if (character < "\x80") PLAIN.set(character, ranges);
  return ranges;
}

function readSet(text: string): Ranges {
  const ranges: [from: number, to: number][] = [];
  for (let at = 0; at < text.length; at++) {
    const from = text.charCodeAt(at);
    const to = text[at + 1] === "-" ? text.charCodeAt(at + 2) : NaN;
    if (to >= from) {
      ranges.push([from, to]);
      at += 2;
    } else ranges.push([from, from]);
  }
  return merge(ranges.sort(([a], [b]) => a - b));
}

function merge(ranges: readonly (readonly [from: number, to: number])[]): Ranges {
  const pairs: number[] = [];
  let count = 0;
  for (const [from, to] of ranges) {
    const last = pairs.at(-1);
    if (last === undefined || from > last + 1) {
      pairs.push(from, to);
      count += to - from + 1;
    } else if (to > last) {
      pairs[pairs.length - 1] = to;
      count += to - last;
    }
  }
  return { pairs, count };
}
