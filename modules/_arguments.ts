/**
 * How the dialplan takes an argument string apart: at commas that are outside quotes, parentheses and brackets.
 *
 * @module
 */

/**
 * Reads `App(args)` or `App`, with blanks around either: the name and what is in the parentheses. The name is empty when
 * the text is neither.
 */
export function readCall(text: string): { name: string; args: string } {
  const whole = text.trim();
  const open = whole.indexOf("(");
  const name = (open < 0 ? whole : whole.slice(0, open)).trimEnd();
  if (name.includes(")") || (open >= 0 && !whole.endsWith(")"))) return { name: "", args: "" };
  return { name, args: open < 0 ? "" : whole.slice(open + 1, -1) };
}

/** Options of {@linkcode splitArguments}. */
export interface SplitOptions {
  /** The character between arguments. @default {","} */
  separator?: string;
  /** The last argument takes the rest from this many on. @default {no limit} */
  limit?: number;
  /** Leaves quotes and backslashes in the arguments. @default {false} */
  raw?: boolean;
}

/** How deep the reader is inside what protects a separator. */
class Nesting {
  #parentheses = 0;
  #brackets = 0;
  #quoted = false;

  /** Whether a separator here separates. */
  get open(): boolean {
    return !this.#quoted && this.#parentheses === 0 && this.#brackets === 0;
  }

  /** Notes a character; true when it is a quote. */
  read(character: string): boolean {
    if (character === '"') this.#quoted = !this.#quoted;
    else if (character === "(") this.#parentheses++;
    else if (character === "[") this.#brackets++;
    else if (character === ")") this.#parentheses = Math.max(0, this.#parentheses - 1);
    else if (character === "]") this.#brackets = Math.max(0, this.#brackets - 1);
    return character === '"';
  }
}

/**
 * Splits an argument string. As in the dialplan an empty string has no arguments and a separator at the very end starts
 * none: `a,` is one argument.
 */
export function splitArguments(text: string, options: SplitOptions = {}): string[] {
  const { separator = ",", limit = Infinity, raw = false } = options;
  const found: string[] = [];
  const nesting = new Nesting();
  let current = "";
  let start = 0;
  for (let at = 0; at < text.length && found.length + 1 < limit; at++) {
    const character = text[at]!;
    if (character === "\\") {
      at++;
      current += (raw ? character : "") + (text[at] ?? "");
    } else if (character === separator && nesting.open) {
      found.push(current);
      current = "";
      start = at + 1;
    } else if (!nesting.read(character) || raw) {
      current += character;
    }
  }
  const tail = found.length + 1 < limit ? current : text.slice(start);
  return start < text.length ? [...found, tail] : found;
}
