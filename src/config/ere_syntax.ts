import { type ByteTest, isWordByte, readByteSet } from "./ere_set.ts";
import { encodeText } from "./text.ts";

/** Beyond this an expression is refused, so that its parse tree stays shallow. */
const MAX_PATTERN_BYTES = 1000;

/** The highest count in `{m,n}`. */
const MAX_REPEAT = 255;

/** A pattern that is no extended regular expression. The message is the C library's. */
export class EreError extends SyntaxError {}

/** Tells whether a place between two bytes is what an anchor asks for. */
export type PlaceTest = (text: Uint8Array, at: number) => boolean;

/** One part of an expression. */
export type EreNode =
  | { kind: "byte"; has: ByteTest }
  | { kind: "place"; holds: PlaceTest }
  | { kind: "sequence"; parts: EreNode[] }
  | { kind: "choice"; parts: EreNode[] }
  | { kind: "repeat"; part: EreNode; least: number; most: number };

/**
 * Parses a POSIX extended regular expression in the C locale, with the GNU escapes `\w \W \s \S \b \B \< \>`.
 *
 * A filter of a section ends at the first `)` of its line, so none has groups; expressions of other files may. Back
 * references are invalid: they could not be matched in bounded time.
 *
 * @throws {EreError} When it is none.
 */
export function parseEre(pattern: string): EreNode {
  const bytes = encodeText(pattern);
  if (bytes.length > MAX_PATTERN_BYTES) throw new EreError("Regular expression too big");
  return parseChoice({ bytes, at: 0, depth: 0 });
}

function parseChoice(reader: Reader): EreNode {
  const parts: EreNode[] = [];
  do parts.push(parseBranch(reader)); while (take(reader, "|"));
  return parts.length === 1 ? parts[0] ?? { kind: "sequence", parts: [] } : { kind: "choice", parts };
}

/** A pattern and how far it is read. */
interface Reader {
  bytes: Uint8Array;
  at: number;
  /** How many groups are open. */
  depth: number;
}

const ESCAPED_PLACES: Record<string, PlaceTest> = {
  "b": (text, at) => isWordAt(text, at - 1) !== isWordAt(text, at),
  "B": (text, at) => isWordAt(text, at - 1) === isWordAt(text, at),
  "<": (text, at) => !isWordAt(text, at - 1) && isWordAt(text, at),
  ">": (text, at) => isWordAt(text, at - 1) && !isWordAt(text, at),
  "`": isStart,
  "'": isEnd,
};

const ESCAPED_BYTES: Record<string, ByteTest> = {
  "w": isWordByte,
  "W": (byte) => !isWordByte(byte),
  "s": isSpaceByte,
  "S": (byte) => !isSpaceByte(byte),
};

function parseBranch(reader: Reader): EreNode {
  const parts: EreNode[] = [];
  while (reader.at < reader.bytes.length && peek(reader) !== "|" && !(reader.depth > 0 && peek(reader) === ")")) {
    const part = parseAtom(reader);
    // An anchor takes no repetition: `^*` is as wrong as `*`.
    parts.push(part.kind === "place" ? part : parseRepeats(reader, part));
  }
  return { kind: "sequence", parts };
}

function parseAtom(reader: Reader): EreNode {
  const byte = reader.bytes[reader.at] ?? 0;
  const character = peek(reader);
  reader.at++;
  switch (character) {
    case "^":
      return { kind: "place", holds: isStart };
    case "$":
      return { kind: "place", holds: isEnd };
    case ".":
      return { kind: "byte", has: () => true };
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
      return { kind: "byte", has: (other) => other === byte };
  }
}

function parseGroup(reader: Reader): EreNode {
  reader.depth++;
  const group = parseChoice(reader);
  if (!take(reader, ")")) throw new EreError("Unmatched ( or \\(");
  reader.depth--;
  return group;
}

function parseSet(reader: Reader): EreNode {
  const set = readByteSet(reader.bytes, reader.at);
  if (typeof set === "string") throw new EreError(set);
  reader.at = set.end;
  return { kind: "byte", has: set.has };
}

function parseEscape(reader: Reader): EreNode {
  const byte = reader.bytes[reader.at];
  if (byte === undefined) throw new EreError("Trailing backslash");
  const character = peek(reader);
  reader.at++;
  const holds = ESCAPED_PLACES[character];
  if (holds !== undefined) return { kind: "place", holds };
  if (character >= "1" && character <= "9") throw new EreError("Invalid back reference");
  return { kind: "byte", has: ESCAPED_BYTES[character] ?? ((other) => other === byte) };
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

/** `m}`, `m,}`, `,n}` or `m,n}`. The comma is never seen here through a header, whose options it divides. */
function parseCounts(reader: Reader): { least: number; most: number } {
  const least = parseNumber(reader);
  const ranged = take(reader, ",");
  const most = ranged ? parseNumber(reader) ?? Infinity : least;
  if (reader.at >= reader.bytes.length) throw new EreError("Unmatched { or \\{");
  if (!take(reader, "}") || most === undefined || (least ?? 0) > most) {
    throw new EreError("Invalid content of \\{\\}");
  }
  if ((least ?? 0) > MAX_REPEAT || (most > MAX_REPEAT && most !== Infinity)) {
    throw new EreError("Regular expression too big");
  }
  return { least: least ?? 0, most };
}

function parseNumber(reader: Reader): number | undefined {
  let digits = "";
  while (peek(reader) >= "0" && peek(reader) <= "9") {
    digits += peek(reader);
    reader.at++;
  }
  return digits === "" ? undefined : Number(digits);
}

function peek(reader: Reader): string {
  const byte = reader.bytes[reader.at];
  return byte === undefined ? "" : String.fromCharCode(byte);
}

function take(reader: Reader, wanted: string): boolean {
  if (peek(reader) !== wanted) return false;
  reader.at++;
  return true;
}

function isStart(_text: Uint8Array, at: number): boolean {
  return at === 0;
}

function isEnd(text: Uint8Array, at: number): boolean {
  return at === text.length;
}

function isWordAt(text: Uint8Array, at: number): boolean {
  const byte = text[at];
  return byte !== undefined && isWordByte(byte);
}

function isSpaceByte(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
