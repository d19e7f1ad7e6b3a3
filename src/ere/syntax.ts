import { classSet, readSet, UnitSet, wordSet } from "./set.ts";

/** Beyond this an expression is refused, so that its parse tree stays shallow. */
const MAX_PATTERN = 1000;

/** The highest count in `{m,n}`. */
const MAX_REPEAT = 255;

/** A pattern that is no extended regular expression. The message is the C library's. */
export class EreError extends SyntaxError {}

/** Tells whether a place between two units is what an anchor asks for. */
export type PlaceTest = (text: string, at: number) => boolean;

/** One part of an expression. */
export type EreNode =
  | { readonly kind: "unit"; readonly set: UnitSet }
  | { readonly kind: "place"; readonly holds: PlaceTest }
  | { readonly kind: "group"; readonly part: EreNode; readonly first: boolean }
  | { readonly kind: "sequence"; readonly parts: readonly EreNode[] }
  | { readonly kind: "choice"; readonly parts: readonly EreNode[] }
  | { readonly kind: "repeat"; readonly part: EreNode; readonly least: number; readonly most: number };

/** A pattern that was read. */
export interface ParsedEre {
  /** What it means. */
  readonly node: EreNode;
  /** How many groups it has. */
  readonly groups: number;
}

/**
 * Parses a POSIX extended regular expression in the C locale, with the GNU escapes `\w \W \s \S \b \B \< \>`. Back
 * references are invalid: they could not be matched in bounded time.
 *
 * @throws {EreError} when it is none
 */
export function parseEre(pattern: string): ParsedEre {
  if (pattern.length > MAX_PATTERN) throw new EreError("Regular expression too big");
  const reader = { pattern, at: 0, depth: 0, groups: 0 };
  const node = parseChoice(reader);
  return { node, groups: reader.groups };
}

/** A pattern and how far it is read. */
interface Reader {
  readonly pattern: string;
  at: number;
  /** How many groups are open. */
  depth: number;
  groups: number;
}

function parseChoice(reader: Reader): EreNode {
  const parts: EreNode[] = [];
  do parts.push(parseBranch(reader)); while (take(reader, "|"));
  return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
}

const WORD = wordSet();
const SPACE = classSet("space")!;
const ANY: EreNode = { kind: "unit", set: new UnitSet().negate() };

const ESCAPED_PLACES: Readonly<Record<string, PlaceTest>> = {
  "b": (text, at) => isWordAt(text, at - 1) !== isWordAt(text, at),
  "B": (text, at) => isWordAt(text, at - 1) === isWordAt(text, at),
  "<": (text, at) => !isWordAt(text, at - 1) && isWordAt(text, at),
  ">": (text, at) => isWordAt(text, at - 1) && !isWordAt(text, at),
  "`": isStart,
  "'": isEnd,
};

const ESCAPED_SETS: Readonly<Record<string, UnitSet>> = {
  "w": WORD,
  "W": wordSet().negate(),
  "s": SPACE,
  "S": classSet("space")!.negate(),
};

function parseBranch(reader: Reader): EreNode {
  const parts: EreNode[] = [];
  while (reader.at < reader.pattern.length && peek(reader) !== "|" && !(reader.depth > 0 && peek(reader) === ")")) {
    const part = parseAtom(reader);
    // An anchor takes no repetition: `^*` is as wrong as `*`.
    parts.push(part.kind === "place" ? part : parseRepeats(reader, part));
  }
  return { kind: "sequence", parts };
}

function parseAtom(reader: Reader): EreNode {
  const character = peek(reader)!;
  reader.at++;
  switch (character) {
    case "^":
      return { kind: "place", holds: isStart };
    case "$":
      return { kind: "place", holds: isEnd };
    case ".":
      return ANY;
    case "[":
      return parseSet(reader);
    case "\\":
      return parseEscape(reader);
    case "(":
      return parseGroup(reader);
    case "*":
    case "+":
    case "?":
    case "{":
      throw new EreError("Invalid preceding regular expression");
    default:
      return oneUnit(character);
  }
}

/** Sets of single characters: most of an expression is made of them. */
const SINGLE: UnitSet[] = [];

function oneUnit(character: string): EreNode {
  const unit = character.charCodeAt(0);
  if (unit > 127) return { kind: "unit", set: new UnitSet().add(unit, unit) };
  return { kind: "unit", set: SINGLE[unit] ??= new UnitSet().add(unit, unit) };
}

function parseGroup(reader: Reader): EreNode {
  const first = reader.groups++ === 0;
  reader.depth++;
  const part = parseChoice(reader);
  if (!take(reader, ")")) throw new EreError("Unmatched ( or \\(");
  reader.depth--;
  return { kind: "group", part, first };
}

function parseSet(reader: Reader): EreNode {
  const read = readSet(reader.pattern, reader.at);
  if (typeof read === "string") throw new EreError(read);
  reader.at = read.end;
  return { kind: "unit", set: read.set };
}

function parseEscape(reader: Reader): EreNode {
  const character = peek(reader);
  if (character === undefined) throw new EreError("Trailing backslash");
  reader.at++;
  if (Object.hasOwn(ESCAPED_PLACES, character)) return { kind: "place", holds: ESCAPED_PLACES[character]! };
  if (character >= "1" && character <= "9") throw new EreError("Invalid back reference");
  if (Object.hasOwn(ESCAPED_SETS, character)) return { kind: "unit", set: ESCAPED_SETS[character]! };
  return oneUnit(character);
}

function parseRepeats(reader: Reader, part: EreNode): EreNode {
  for (;;) {
    if (take(reader, "*")) part = { kind: "repeat", part, least: 0, most: Infinity };
    else if (take(reader, "+")) part = { kind: "repeat", part, least: 1, most: Infinity };
    else if (take(reader, "?")) part = { kind: "repeat", part, least: 0, most: 1 };
    else if (take(reader, "{")) part = { kind: "repeat", part, ...parseCounts(reader) };
    else return part;
  }
}

/** `m}`, `m,}`, `,n}` or `m,n}`. */
function parseCounts(reader: Reader): { least: number; most: number } {
  const least = parseNumber(reader);
  const ranged = take(reader, ",");
  const most = ranged ? parseNumber(reader) ?? Infinity : least;
  if (reader.at >= reader.pattern.length) throw new EreError("Unmatched { or \\{");
  if (!take(reader, "}") || most === undefined || (least ?? 0) > most) {
    throw new EreError("Invalid content of \\{\\}");
  }
  if ((least ?? 0) > MAX_REPEAT || (most > MAX_REPEAT && most !== Infinity)) {
    throw new EreError("Regular expression too big");
  }
  return { least: least ?? 0, most };
}

function parseNumber(reader: Reader): number | undefined {
  const digits = /\d*/y;
  digits.lastIndex = reader.at;
  const [number = ""] = digits.exec(reader.pattern) ?? [];
  reader.at += number.length;
  return number === "" ? undefined : Number(number);
}

function peek(reader: Reader): string | undefined {
  return reader.pattern[reader.at];
}

function take(reader: Reader, wanted: string): boolean {
  if (peek(reader) !== wanted) return false;
  reader.at++;
  return true;
}

function isStart(_text: string, at: number): boolean {
  return at === 0;
}

function isEnd(text: string, at: number): boolean {
  return at === text.length;
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && WORD.has(text.charCodeAt(at));
}
