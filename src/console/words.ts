/** A line of a beginning and further words, quoted where {@linkcode splitLine} would part or change them. */
export function joinLine(beginning: string, words: readonly string[]): string {
  const quoted = words.map((word) => /^[^\s"\\;]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`);
  return [beginning, ...quoted].join(" ");
}

/** A typed line in words. */
export interface SplitLine {
  /** The words, quotes and backslashes resolved. */
  readonly words: string[];
  /** Whether a further character would begin a new word: the line is empty or ends in blanks. */
  readonly atWordStart: boolean;
}

/**
 * Splits a line into words by Asterisk's rules: blanks and tabs separate, double quotes hold them together (`""` is an
 * empty word), a backslash takes the next character as it is. A quote that is never closed holds to the end of the line.
 */
export function splitLine(line: string): SplitLine {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  let escaped = false;
  for (const character of line) {
    if (escaped) {
      word = (word ?? "") + character;
      escaped = false;
    } else if (character === "\\") escaped = true;
    else if (character === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && (character === " " || character === "\t")) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return { words, atWordStart: word === undefined };
}
