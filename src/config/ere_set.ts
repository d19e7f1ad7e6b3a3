/** Whether a byte belongs to a set. */
export type ByteTest = (byte: number) => boolean;

const CLASSES: Record<string, (character: string) => boolean> = {
  alpha: (character) => /[A-Za-z]/.test(character),
  digit: (character) => /[0-9]/.test(character),
  alnum: (character) => /[A-Za-z0-9]/.test(character),
  upper: (character) => /[A-Z]/.test(character),
  lower: (character) => /[a-z]/.test(character),
  space: (character) => /[\t-\r ]/.test(character),
  blank: (character) => /[\t ]/.test(character),
  punct: (character) => /[!-/:-@[-`{-~]/.test(character),
  print: (character) => /[ -~]/.test(character),
  graph: (character) => /[!-~]/.test(character),
  cntrl: (character) => character < " " || character === "\x7f",
  xdigit: (character) => /[0-9A-Fa-f]/.test(character),
};

/** Letters, digits and the underscore, as the C locale has them. */
export function isWordByte(byte: number): boolean {
  return byte === 0x5f || (CLASSES.alnum?.(String.fromCharCode(byte)) ?? false);
}

/** A bracket expression that was read. */
export interface ByteSet {
  /** Whether a byte is in it. */
  has: ByteTest;
  /** The place behind its `]`. */
  end: number;
}

/**
 * Reads a bracket expression, its `[` already behind. A backslash is a plain character in it; `]` is one right at its
 * beginning.
 *
 * @returns The set, or what the C library says is wrong with it.
 */
export function readByteSet(bytes: Uint8Array, start: number): ByteSet | string {
  const text = String.fromCharCode(...bytes.subarray(start));
  const negated = text.startsWith("^");
  let at = negated ? 1 : 0;
  if (at >= text.length) return "Invalid regular expression";
  const tests: ByteTest[] = [];
  for (let first = true; text[at] !== "]" || first; first = false) {
    const item = readItem(text, at);
    if (typeof item === "string") return item;
    tests.push(item.has);
    at = item.end;
    if (at >= text.length) return UNMATCHED;
  }
  return { has: (byte) => tests.some((has) => has(byte)) !== negated, end: start + at + 1 };
}

const UNMATCHED = "Unmatched [, [^, [:, [., or [=";
const BAD_COLLATION = "Invalid collation character";

/** A class, a range or one byte. */
function readItem(text: string, at: number): ByteSet | string {
  if (text.startsWith("[:", at)) {
    const close = text.indexOf(":]", at + 2);
    if (close < 0) return UNMATCHED;
    const name = text.slice(at + 2, close);
    const named = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
    if (named === undefined) return "Invalid character class name";
    return { has: (byte) => named(String.fromCharCode(byte)), end: close + 2 };
  }
  const low = readOne(text, at);
  if (typeof low === "string") return low;
  if (text[low.end] !== "-" || text[low.end + 1] === "]") {
    return { has: (byte) => byte === low.byte, end: low.end };
  }
  const high = readOne(text, low.end + 1);
  if (typeof high === "string") return high;
  if (high.byte < low.byte) return "Invalid range end";
  return { has: (byte) => byte >= low.byte && byte <= high.byte, end: high.end };
}

/** One byte, plain or as `[.x.]` or `[=x=]`. */
function readOne(text: string, at: number): { byte: number; end: number } | string {
  const mark = text[at] === "[" ? text[at + 1] : undefined;
  if (mark !== "." && mark !== "=") {
    return at < text.length ? { byte: text.charCodeAt(at), end: at + 1 } : UNMATCHED;
  }
  const close = text.indexOf(`${mark}]`, at + 2);
  if (close < 0) return UNMATCHED;
  return close === at + 3 ? { byte: text.charCodeAt(at + 2), end: close + 2 } : BAD_COLLATION;
}
