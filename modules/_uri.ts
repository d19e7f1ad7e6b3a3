/**
 * Percent encoding as the dialplan functions URIENCODE and URIDECODE have it.
 *
 * @module
 */

const ESCAPES_REGEXP = /(?:%[0-9a-f]{2})+/gi;

/** Everything but letters, digits and `-_.!~*'()` becomes `%XX` of its UTF-8 bytes; half a surrogate pair becomes U+FFFD. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The reverse. What is no escape stays as it is, `+` too; bytes that are not UTF-8 become U+FFFD. */
export function uriDecode(text: string): string {
  return text.replace(ESCAPES_REGEXP, (run) => {
    const bytes = run.slice(1).split("%").map((digits) => parseInt(digits, 16));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(bytes));
  });
}
