// Control characters, line and paragraph separators, what is shown as nothing (bidirectional controls, zero widths, tags,
// fillers), marks of annotations, and halves of pairs: what could forge a line, hide text or turn it around where it is
// shown.
const UNSAFE_REGEXP = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

/** What stands for an unsafe character, by its code point. Filled as they come; there are some thousands. */
type Escapes = Map<number, string>;

const SHOWN: Escapes = new Map([[0x0a, "\\n"], [0x09, "\\t"]]);
const SHOWN_IN_LINE: Escapes = new Map([[0x0a, "\\n"], [0x09, "\t"]]);
const SHOWN_IN_TEXT: Escapes = new Map([[0x0a, "\n"], [0x09, "\t"]]);
const SHOWN_IN_JSON: Escapes = new Map([[0x0a, "\n"]]);

/**
 * Text that cannot move the cursor, forge a line or reverse what is read: unsafe characters become `\n`, `\t` or
 * `\u{…}`, and text longer than `limit` characters is cut, which the result says.
 */
export function printable(text: string, limit = 4096): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${text.length - limit} more characters)` : text;
  return escaped(cut, SHOWN, braced);
}

/** Text that stays within its line, at its full length and with its tabs: what a protocol of lines carries. */
export function printableLine(text: string): string {
  return escaped(text, SHOWN_IN_LINE, braced);
}

/** Text that cannot do any of that, at its full length, with its line ends and tabs: what a command prints. */
export function printableText(text: string): string {
  return escaped(text, SHOWN_IN_TEXT, braced);
}

/**
 * A value as JSON, with escapes of JSON in place of unsafe characters: what is read from it is the same, and a terminal
 * that shows it obeys nothing in it.
 *
 * @param blanks by which each depth is set in; 0 for all on one line
 */
export function printableJson(value: unknown, blanks = 2): string {
  return escaped(JSON.stringify(value, null, blanks), SHOWN_IN_JSON, units);
}

/** A copy of a value of plain data, with its texts as {@linkcode printable} shows them: for a page, which sets them as they are. */
export function printableData<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, part) => typeof part === "string" ? printable(part, Infinity) : part));
}

function braced(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

function units(codePoint: number): string {
  return String.fromCodePoint(codePoint).split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

/** Units of text that are made safe in one go, and most that may come of one of them. */
const CHUNK = 4096;
const LONGEST = 12;
const buffer = new Uint16Array(CHUNK * LONGEST);

/**
 * Text with something else in place of unsafe characters. Unit by unit: with an expression that calls a function for each,
 * a megabyte of them took seconds.
 */
function escaped(text: string, escapes: Escapes, escape: (codePoint: number) => string): string {
  if (!UNSAFE_REGEXP.test(text)) return text;
  let result = "";
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const codePoint = text.codePointAt(at) ?? 0;
    const paired = codePoint > 0xffff;
    if (isUnsafe(codePoint)) {
      let shown = escapes.get(codePoint);
      if (shown === undefined) escapes.set(codePoint, shown = escape(codePoint));
      for (let place = 0; place < shown.length; place++) buffer[length++] = shown.charCodeAt(place);
    } else {
      buffer[length++] = text.charCodeAt(at);
      if (paired) buffer[length++] = text.charCodeAt(at + 1);
    }
    if (paired) at++;
    if (length <= CHUNK * (LONGEST - 1)) continue;
    result += decode(length);
    length = 0;
  }
  return result + decode(length);
}

/** Whether a code point is one of those in the expression above; most are none, hence the steps. */
function isUnsafe(code: number): boolean {
  if (code < 0x7f) return code < 0x20;
  if (code < 0xa0) return true;
  if (code < 0x2000) return UNSAFE_BELOW_2000.has(code);
  if (code < 0x2070) return isUnsafeMark(code);
  if (code < 0xd800) return code === 0x3164;
  if (code < 0xe000) return true;
  if (code < 0xfe00) return false;
  if (code < 0x10000) return code < 0xfe10 || code === 0xfeff || code === 0xffa0 || (code >= 0xfff0 && code < 0xfffc);
  return isUnsafePair(code);
}

/** Soft hyphen, joiners and fillers of single scripts. */
const UNSAFE_BELOW_2000: ReadonlySet<number> = new Set(
  [0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f],
);

function isUnsafeMark(code: number): boolean {
  return (code >= 0x200b && code < 0x2010) || (code >= 0x2028 && code < 0x202f) || code >= 0x2060;
}

/** Of shorthand, of music, tags and variants. */
function isUnsafePair(code: number): boolean {
  return (code >= 0x1bca0 && code < 0x1bca4) || (code >= 0x1d173 && code < 0x1d17b) ||
    (code >= 0xe0000 && code < 0xe1000);
}

/** The text of what is in the buffer; a decoder would change halves of pairs. */
function decode(length: number): string {
  let text = "";
  for (let begin = 0; begin < length; begin += CHUNK) {
    const part: ArrayLike<number> = buffer.subarray(begin, Math.min(length, begin + CHUNK));
    // Spread, each unit would pass an iterator.
    text += String.fromCharCode.apply(undefined, part as number[]);
  }
  return text;
}
