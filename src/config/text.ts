/** Lone low surrogates carry bytes: U+DC00 plus the byte. */
const ESCAPE_BASE = 0xdc00;

// deno-lint-ignore no-control-regex -- ASCII is the class meant
const NON_ASCII_REGEXP = /[^\x00-\x7f]/;

// Made on first use: importing this folder must cost nothing.
let utf8Decoder: TextDecoder | undefined;
let utf8Encoder: TextEncoder | undefined;

/**
 * Bytes to text without losing any: what is UTF-8 becomes its characters, and every byte that is not becomes one lone
 * surrogate, U+DC80 for 0x80 to U+DCFF for 0xff. Valid UTF-8 never decodes to a surrogate, so
 * {@linkcode encodeText} gives back exactly the same bytes. A byte order mark is kept.
 *
 * @param bytes The content of a file.
 * @returns The text; to be written back with {@linkcode encodeText}, not with a plain TextEncoder.
 */
export function decodeText(bytes: Uint8Array): string {
  utf8Decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  const text = utf8Decoder.decode(bytes);
  return text.includes("\ufffd") ? decodeEscaping(bytes) : text;
}

/**
 * Text to bytes, the inverse of {@linkcode decodeText}: U+DC80 to U+DCFF, when not half of a pair, become the byte they
 * stand for.
 *
 * @param text Text from this reader, or any other.
 * @returns Its bytes.
 */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  utf8Encoder ??= new TextEncoder();
  if (text.isWellFormed()) return utf8Encoder.encode(text);
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes[length++] = code - ESCAPE_BASE;
    else length += utf8Encoder.encodeInto(character, bytes.subarray(length)).written;
  }
  return bytes.slice(0, length);
}

/** How many bytes {@linkcode encodeText} would give. */
export function byteLength(text: string): number {
  return NON_ASCII_REGEXP.test(text) ? encodeText(text).length : text.length;
}

/** At most `limit` bytes of the text; a character cut through leaves its first bytes, as a C string would. */
export function cutBytes(text: string, limit: number): string {
  if (text.length * 3 <= limit || byteLength(text) <= limit) return text;
  return decodeText(encodeText(text).subarray(0, limit));
}

/** The same bytes read anew: joining two texts can complete a character whose bytes stood apart. */
export function rejoin(text: string): string {
  return text.isWellFormed() ? text : decodeText(encodeText(text));
}

/** ASCII letters in lower case and nothing else changed, as C's strcasecmp sees it outside any locale. */
export function foldCase(text: string): string {
  if (!NON_ASCII_REGEXP.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Blank in this dialect: every byte from 1 to 32, and no other. */
export function isBlank(code: number): boolean {
  return code <= 32 && code !== 0;
}

/** `text` from `start` to `end` without blanks at both ends. */
export function strip(text: string, start = 0, end = text.length): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function decodeEscaping(bytes: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (at > start) parts.push(strict.decode(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0)));
    start = ++at;
  }
  parts.push(strict.decode(bytes.subarray(start)));
  return parts.join("");
}

/** Length of the well-formed UTF-8 sequence at `at`, or 0 (Unicode, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let index = 2; index < length; index++) {
    if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
