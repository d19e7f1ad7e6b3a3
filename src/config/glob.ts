/** Alternatives that the braces of one pattern may stand for: twenty pairs of braces are a million names. */
const MAX_ALTERNATIVES = 1000;

/** No path is longer. */
const MAX_PATTERN_LENGTH = 4096;

const MAGIC_REGEXP = /[*?[{\\]/;

/** Names in one directory, in any order; nothing when it cannot be listed. */
export type ListDirectory = (directory: string) => Iterable<string> | undefined;

/** Whether a name is a pattern, or has a backslash that a pattern would take away. */
export function isPattern(name: string): boolean {
  return MAGIC_REGEXP.test(name);
}

/** A pattern that stands for exactly this text. */
export function escapePattern(text: string): string {
  return text.replace(/[*?[\]{}\\,]/g, "\\$&");
}

/**
 * The paths that a pattern stands for, as glob(3) with GLOB_BRACE gives them: braces first, each alternative sorted by
 * byte value, hidden names only where the pattern names the dot, no `~`. Too many alternatives stand for nothing, so does
 * a pattern that is too long.
 *
 * @param pattern An absolute pattern, or one relative to what `list` calls `.`.
 * @param list Tells what is in a directory.
 */
export function expandGlob(pattern: string, list: ListDirectory): string[] {
  if (pattern.length > MAX_PATTERN_LENGTH) return [];
  const patterns: string[] = [];
  if (!expandBraces(pattern, patterns)) return [];
  return patterns.flatMap((each) => walk(each, list));
}

/** Adds the alternatives in order; false when there are too many. */
function expandBraces(pattern: string, found: string[]): boolean {
  const open = indexOutside(pattern, 0, (character) => character === "{");
  const parts = open < 0 ? undefined : splitBraces(pattern, open + 1);
  if (parts === undefined) return found.push(pattern) <= MAX_ALTERNATIVES;
  const head = pattern.slice(0, open);
  return parts.alternatives.every((each) => expandBraces(head + each + parts.rest, found));
}

/** What stands between the braces, divided by its own commas; nothing when they are never closed. */
function splitBraces(pattern: string, start: number): { alternatives: string[]; rest: string } | undefined {
  const alternatives: string[] = [];
  for (;;) {
    let depth = 0;
    const end = indexOutside(pattern, start, (character) => {
      if (depth === 0 && (character === "," || character === "}")) return true;
      depth += character === "{" ? 1 : character === "}" ? -1 : 0;
      return false;
    });
    if (end < 0) return undefined;
    alternatives.push(pattern.slice(start, end));
    if (pattern[end] === "}") return { alternatives, rest: pattern.slice(end + 1) };
    start = end + 1;
  }
}

/** The first character from `start` on that is wanted and not escaped. */
function indexOutside(pattern: string, start: number, wanted: (character: string) => boolean): number {
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (wanted(pattern[at] ?? "")) return at;
  }
  return -1;
}

function walk(pattern: string, list: ListDirectory): string[] {
  const absolute = pattern.startsWith("/");
  let paths = [absolute ? "/" : ""];
  for (const part of pattern.split("/").filter((each) => each !== "")) {
    const tokens = tokenize(part);
    const literal = tokens.every((token) => typeof token === "string") ? tokens.join("") : undefined;
    paths = paths.flatMap((path) => {
      if (literal !== undefined) return [join(path, literal)];
      const names = [...list(path === "" ? "." : path) ?? []];
      return names.filter((name) => matchesName(name, tokens)).map((name) => join(path, name));
    });
  }
  return paths.sort(compareBytes);
}

function join(directory: string, name: string): string {
  return directory === "" || directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** The order of UTF-8 bytes, which is that of code points and not that of UTF-16 units. */
function compareBytes(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at > 0 && isLow(a.charCodeAt(at)) && isLow(b.charCodeAt(at))) at--;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** A character itself, any one, any number, or one of a set. */
type Token = string | { any: "one" | "many" } | { has: (character: string) => boolean };

const ONE: Token = { any: "one" };
const MANY: Token = { any: "many" };

function tokenize(part: string): Token[] {
  const characters = [...part];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const set = character === "[" ? readSet(characters, at + 1) : undefined;
    if (set !== undefined) {
      tokens.push({ has: set.has });
      at = set.end;
    } else if (character === "*") tokens.push(MANY);
    else if (character === "?") tokens.push(ONE);
    else if (character === "\\" && at + 1 < characters.length) tokens.push(characters[++at] ?? "");
    else tokens.push(character);
  }
  return tokens;
}

/** Reads `[a-z]` or `[!a-z]` from behind the bracket; nothing when it is never closed, it is then a plain character. */
function readSet(
  characters: string[],
  start: number,
): { has: (character: string) => boolean; end: number } | undefined {
  const negated = characters[start] === "!" || characters[start] === "^";
  const first = negated ? start + 1 : start;
  const ranges: [string, string][] = [];
  for (let at = first; at < characters.length; at++) {
    let low = characters[at] ?? "";
    if (low === "]" && at > first) {
      return { end: at, has: (each) => ranges.some(([from, to]) => from <= each && each <= to) !== negated };
    }
    if (low === "\\") low = characters[++at] ?? "";
    const ranged = characters[at + 1] === "-" && characters[at + 2] !== undefined && characters[at + 2] !== "]";
    if (ranged) at += 2;
    ranges.push([low, ranged ? characters[at] ?? "" : low]);
  }
  return undefined;
}

/** Without backing up further than to the last `*`, so that no pattern takes longer than name times pattern. */
function matchesName(name: string, tokens: Token[]): boolean {
  if (name.startsWith(".") && tokens[0] !== ".") return false;
  const characters = [...name];
  let at = 0;
  let token = 0;
  let star = -1;
  let retry = 0;
  while (at < characters.length) {
    const wanted = tokens[token];
    if (wanted === MANY) {
      star = token++;
      retry = at;
    } else if (wanted !== undefined && matchesOne(characters[at] ?? "", wanted)) {
      at++;
      token++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++retry;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === MANY);
}

function matchesOne(character: string, token: Token): boolean {
  if (typeof token === "string") return token === character;
  return "any" in token || token.has(character);
}
