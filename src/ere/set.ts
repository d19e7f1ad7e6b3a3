/** A set of units of a text: its characters, or its bytes when the text is one of bytes. */
export class UnitSet {
  /** 1 for each unit below 256 that belongs to it. */
  readonly low: Uint8Array = new Uint8Array(256);
  readonly #high: (readonly [from: number, to: number])[] = [];
  #negated = false;

  /** Adds the units between two, these included. */
  add(from: number, to: number): this {
    this.low.fill(1, Math.min(from, 256), Math.min(to + 1, 256));
    if (to > 255) this.#high.push([from, to]);
    return this;
  }

  /** From now on what did not belong to it does, and the other way round. */
  negate(): this {
    for (let unit = 0; unit < 256; unit++) this.low[unit]! ^= 1;
    this.#negated = !this.#negated;
    return this;
  }

  /** Whether a unit belongs to it. */
  has(unit: number): boolean {
    if (unit < 256) return this.low[unit] === 1;
    return this.#high.some(([from, to]) => unit >= from && unit <= to) !== this.#negated;
  }
}

/** Pairs of first and last characters, as the C locale has the classes. */
const CLASSES: Readonly<Record<string, string>> = {
  alpha: "AZaz",
  digit: "09",
  alnum: "09AZaz",
  upper: "AZ",
  lower: "az",
  space: "\t\r  ",
  blank: "\t\t  ",
  punct: "!/:@[`{~",
  print: " ~",
  graph: "!~",
  cntrl: "\0\x1f\x7f\x7f",
  xdigit: "09AFaf",
};

/** The set of a class by its name; nothing when there is none. */
export function classSet(name: string): UnitSet | undefined {
  return Object.hasOwn(CLASSES, name) ? addClass(new UnitSet(), CLASSES[name]!) : undefined;
}

/** Letters, digits and the underscore. */
export function wordSet(): UnitSet {
  return addClass(new UnitSet(), `${CLASSES.alnum!}__`);
}

function addClass(set: UnitSet, pairs: string): UnitSet {
  for (let at = 0; at < pairs.length; at += 2) set.add(pairs.charCodeAt(at), pairs.charCodeAt(at + 1));
  return set;
}

/** A bracket expression that was read. */
export interface ReadSet {
  /** What it takes. */
  readonly set: UnitSet;
  /** The place behind its `]`. */
  readonly end: number;
}

const UNMATCHED = "Unmatched [, [^, [:, [., or [=";
const BAD_COLLATION = "Invalid collation character";

/**
 * Reads a bracket expression, its `[` already behind. A backslash is a plain character in it; `]` is one right at its
 * beginning.
 *
 * @returns the set, or what the C library says is wrong with it
 */
export function readSet(text: string, start: number): ReadSet | string {
  const negated = text[start] === "^";
  let at = negated ? start + 1 : start;
  if (at >= text.length) return "Invalid regular expression";
  const set = new UnitSet();
  for (let first = true; text[at] !== "]" || first; first = false) {
    const end = readItem(set, text, at);
    if (typeof end === "string") return end;
    at = end;
    if (at >= text.length) return UNMATCHED;
  }
  return { set: negated ? set.negate() : set, end: at + 1 };
}

/** A class, a range or one unit: the place behind it. */
function readItem(set: UnitSet, text: string, at: number): number | string {
  if (text.startsWith("[:", at)) {
    const close = text.indexOf(":]", at + 2);
    if (close < 0) return UNMATCHED;
    const name = text.slice(at + 2, close);
    if (!Object.hasOwn(CLASSES, name)) return "Invalid character class name";
    addClass(set, CLASSES[name]!);
    return close + 2;
  }
  const low = readOne(text, at);
  if (typeof low === "string") return low;
  if (text[low.end] !== "-" || text[low.end + 1] === "]") {
    set.add(low.unit, low.unit);
    return low.end;
  }
  const high = readOne(text, low.end + 1);
  if (typeof high === "string") return high;
  if (high.unit < low.unit) return "Invalid range end";
  set.add(low.unit, high.unit);
  return high.end;
}

/** One unit, plain or as `[.x.]` or `[=x=]`. */
function readOne(text: string, at: number): { unit: number; end: number } | string {
  const mark = text[at] === "[" ? text[at + 1] : undefined;
  if (mark !== "." && mark !== "=") {
    return at < text.length ? { unit: text.charCodeAt(at), end: at + 1 } : UNMATCHED;
  }
  const close = text.indexOf(`${mark}]`, at + 2);
  if (close < 0) return UNMATCHED;
  return close === at + 3 ? { unit: text.charCodeAt(at + 2), end: close + 2 } : BAD_COLLATION;
}
