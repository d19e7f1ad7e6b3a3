/** Characters that stand for several digits in a pattern. */
const SETS: Readonly<Record<string, string>> = { X: "0123456789", Z: "123456789", N: "23456789" };

/** One place of a pattern: the characters it takes, or any number of further ones. */
type Element = { readonly characters: string } | { readonly rest: "." | "!" };

/**
 * What an extension's name matches. A name that begins with `_` is a pattern: `X` 0-9, `Z` 1-9, `N` 2-9, `[…]` a set, `.`
 * one or more of anything, `!` none or more. Dashes mean nothing, in a pattern or in what is dialed.
 */
export class ExtensionPattern {
  /** As written. */
  readonly name: string;
  readonly #elements: readonly Element[] | undefined;

  /** Reads a name; any text is one. */
  constructor(name: string) {
    this.name = name;
    this.#elements = name.startsWith("_") ? readElements(name.slice(1)) : undefined;
  }

  /** Whether it matches what was dialed. */
  matches(dialed: string): boolean {
    const digits = dialed.replaceAll("-", "");
    if (this.#elements === undefined) return digits === this.name.replaceAll("-", "");
    for (const [index, element] of this.#elements.entries()) {
      if ("rest" in element) return element.rest === "!" || index < digits.length;
      const digit = digits[index];
      if (digit === undefined || !element.characters.includes(digit)) return false;
    }
    return digits.length === this.#elements.length;
  }

  /**
   * Which is to be tried first: names before patterns, and of patterns, at the first place where they differ, the one
   * that takes fewer characters; `.` and then `!` come last.
   */
  compare(other: ExtensionPattern): number {
    const [mine, theirs] = [this.#elements, other.#elements];
    if (mine === undefined || theirs === undefined) {
      if (mine === theirs) return order(this.name, other.name);
      return mine === undefined ? -1 : 1;
    }
    for (let index = 0; index < Math.max(mine.length, theirs.length); index++) {
      const difference = order(weight(mine[index]), weight(theirs[index]));
      if (difference !== 0) return difference;
    }
    return order(this.name, other.name);
  }
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Sorts as places are to be tried: the end of a pattern, few characters, many, all. */
function weight(element: Element | undefined): string {
  if (element === undefined) return "";
  if ("rest" in element) return element.rest === "." ? "\uffff1" : "\uffff2";
  return `${String(element.characters.length).padStart(5, "0")}${element.characters}`;
}

function readElements(pattern: string): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "-") continue;
    if (character === "." || character === "!") {
      // Nothing can follow what takes everything.
      elements.push({ rest: character });
      break;
    }
    const end = character === "[" ? pattern.indexOf("]", at) : -1;
    if (end > 0) {
      elements.push({ characters: readSet(pattern.slice(at + 1, end)) });
      at = end;
    } else elements.push({ characters: SETS[character.toUpperCase()] ?? character });
  }
  return elements;
}

function readSet(text: string): string {
  const characters = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const from = text[at]!;
    const to = text[at + 1] === "-" ? text[at + 2] : undefined;
    if (to === undefined || to < from) {
      characters.add(from);
      continue;
    }
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) characters.add(String.fromCharCode(code));
    at += 2;
  }
  return [...characters].sort().join("");
}
