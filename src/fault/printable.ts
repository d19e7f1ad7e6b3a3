// Control characters, line and paragraph separators, bidirectional controls and invisible marks: what could forge a line
// or turn text around on an operator's terminal.
const UNSAFE_REGEXP =
  // deno-lint-ignore no-control-regex -- finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text that cannot move the cursor, forge a line or reverse what is read: unsafe characters become `\n`, `\t` or
 * `\u{…}`, and text longer than `limit` characters is cut, which the result says.
 */
export function printable(text: string, limit = 4096): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${text.length - limit} more characters)` : text;
  return cut.replace(UNSAFE_REGEXP, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

/** Text that cannot do any of that, at its full length, with its line ends and tabs: what a command prints. */
export function printableText(text: string): string {
  return text.replace(
    UNSAFE_REGEXP,
    (character) =>
      character === "\n" || character === "\t" ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/**
 * A value as JSON on several lines, with escapes of JSON in place of unsafe characters: what is read from it is the same,
 * and a terminal that shows it obeys nothing in it.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    UNSAFE_REGEXP,
    (character) => character === "\n" ? "\n" : units(character),
  );
}

function units(text: string): string {
  return text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
