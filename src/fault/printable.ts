// Control characters, line and paragraph separators, bidirectional controls and invisible marks: what could forge a line
// or turn text around on an operator's terminal.
const UNSAFE_REGEXP =
  // deno-lint-ignore no-control-regex -- finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** What stands for an unsafe character, by its code point. Filled as they come; there are some hundreds. */
type Escapes = Map<number, string>;

const SHOWN: Escapes = new Map([[0x0a, "\\n"], [0x09, "\\t"]]);
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

/** Text that cannot do any of that, at its full length, with its line ends and tabs: what a command prints. */
export function printableText(text: string): string {
  return escaped(text, SHOWN_IN_TEXT, braced);
}

/**
 * A value as JSON on several lines, with escapes of JSON in place of unsafe characters: what is read from it is the same,
 * and a terminal that shows it obeys nothing in it.
 */
export function printableJson(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2), SHOWN_IN_JSON, units);
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
    const unit = text.charCodeAt(at);
    const codePoint = unit === TAG && isTag(text.charCodeAt(at + 1)) ? text.codePointAt(at) ?? unit : unit;
    if (codePoint !== unit) at++;
    if (codePoint === unit && !isUnsafe(unit)) buffer[length++] = unit;
    else {
      let shown = escapes.get(codePoint);
      if (shown === undefined) escapes.set(codePoint, shown = escape(codePoint));
      for (let place = 0; place < shown.length; place++) buffer[length++] = shown.charCodeAt(place);
    }
    if (length <= CHUNK * (LONGEST - 1)) continue;
    result += decode(length);
    length = 0;
  }
  return result + decode(length);
}

/** The first half of an invisible tag, U+E0000 to U+E007F, and whether this is the second. */
const TAG = 0xdb40;

function isTag(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdc7f;
}

/** Whether a unit is one of those in the expression above. */
function isUnsafe(unit: number): boolean {
  if (unit < 0x7f) return unit < 0x20;
  if (unit < 0x2000) return unit < 0xa0 || unit === 0xad || unit === 0x61c || unit === 0x180e;
  if (unit < 0x2070) {
    return (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x2028 && unit <= 0x202e) || unit >= 0x2060;
  }
  return unit === 0xfeff || (unit >= 0xfff9 && unit <= 0xfffb);
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
