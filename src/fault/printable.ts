// Control characters, line and paragraph separators, bidirectional controls and invisible marks: what could forge a line
// or turn text around on an operator's terminal.
// deno-lint-ignore no-control-regex -- finding them is the purpose
const UNSAFE_REGEXP = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text that cannot move the cursor, forge a line or reverse what is read: unsafe characters become `\n`, `\t` or
 * `\u{…}`, and text longer than `limit` characters is cut, which the result says.
 */
export function printable(text: string, limit = 4096): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${text.length - limit} more characters)` : text;
  return cut.replace(UNSAFE_REGEXP, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u{${character.charCodeAt(0).toString(16)}}`;
  });
}
