/** A word of a command as it was registered. */
export interface PatternWord {
  /** `show`, `{now|gracefully}` or `[like]`. */
  readonly kind: "fixed" | "choice" | "optional";
  /** What may be typed for it. */
  readonly words: readonly string[];
}

/** Most words of a command, most that may be typed for one of them, and most characters of it all. */
const MAX_WORDS = 32;
const MAX_ALTERNATIVES = 100;
const MAX_LENGTH = 1_000;

/** The words of a registered command: `module show [like]`, `core stop {now|gracefully}`. */
export function parsePattern(command: string): PatternWord[] {
  return command.split(/\s+/).filter((word) => word !== "").map((word) => {
    const kind = word.startsWith("[") ? "optional" : word.startsWith("{") ? "choice" : "fixed";
    return { kind, words: kind === "fixed" ? [word] : word.slice(1).replace(/[\]}]$/, "").split("|") };
  });
}

/**
 * Checks the first word of a command: whose the command is must not depend on what is typed.
 *
 * @throws {TypeError} when it is in braces or brackets
 */
export function checkFirstWord(command: string): void {
  if (parsePattern(command)[0]?.kind === "fixed") return;
  throw new TypeError(
    `Cannot register command "${
      command.slice(0, 200)
    }": its first word is in braces or brackets; begin with a plain word`,
  );
}

/** What is known of the words of a command. */
export interface CommandWords {
  /** Its words. */
  readonly pattern: readonly PatternWord[];
  /** For each of them what may be typed, in small letters, and how the command spells it. */
  readonly keys: readonly ReadonlyMap<string, string>[];
  /** At which places each word may be typed, in small letters: one bit for each place. */
  readonly places: ReadonlyMap<string, number>;
  /** Places that may be left out, one bit for each. */
  readonly optional: number;
}

/** The words of a command, and how to find what was typed among them. */
export function commandWords(command: string): CommandWords {
  return wordsOf(parsePattern(command));
}

function wordsOf(pattern: readonly PatternWord[]): CommandWords {
  const keys = pattern.map(({ words }) => new Map(words.map((word) => [word.toLowerCase(), word])));
  const places = new Map<string, number>();
  let optional = 0;
  for (const [at, { kind }] of pattern.slice(0, MAX_WORDS).entries()) {
    if (kind === "optional") optional |= 1 << at;
    for (const word of keys[at]?.keys() ?? []) places.set(word, (places.get(word) ?? 0) | (1 << at));
  }
  return { pattern, keys, places, optional };
}

/**
 * Whether a line that calls one command in full could begin with all that the other needs: of two such commands one would
 * take lines from the other, for more words win. Alternatives and words that may be left out are all looked at; words are
 * never abbreviated.
 */
export function overlap(one: CommandWords, other: CommandWords): boolean {
  const [enoughOfOne, enoughOfOther] = [enough(one.pattern), enough(other.pattern)];
  if (enoughOfOne === 0 || enoughOfOther === 0) return true;
  // One bit for each place in the other that the same words lead to; all words of one place are looked at together.
  let reached = 1;
  for (let at = 0; at < enoughOfOne; at++) {
    for (let more = reached; more !== 0; reached |= more) more = ((reached & other.optional) << 1) & ~reached;
    let both = 0;
    for (const word of one.keys[at]?.keys() ?? []) both |= other.places.get(word) ?? 0;
    both &= reached;
    // The last that either needs is typed.
    if (both !== 0 && (at === enoughOfOne - 1 || (both >>> (enoughOfOther - 1) & 1) === 1)) return true;
    reached = both << 1 | (one.pattern[at]?.kind === "optional" ? reached : 0);
    if (reached === 0) return false;
  }
  return false;
}

/** The words of a command that must be typed first, and no others. */
export function fixedPart(words: CommandWords): CommandWords {
  const end = words.pattern.findIndex(({ kind }) => kind !== "fixed");
  return end < 0 ? words : wordsOf(words.pattern.slice(0, end));
}

/** From which word on there are only such as may be left out. */
export function enough(pattern: readonly PatternWord[]): number {
  return pattern.findLastIndex(({ kind }) => kind !== "optional") + 1;
}

/**
 * Checks the words of a command before it is registered: each is a plain one, or alternatives in braces or brackets around
 * the whole word, and there are not too many.
 *
 * @throws {TypeError} saying what is wrong with it
 */
export function checkPattern(command: string): void {
  const wrong = (why: string) => new TypeError(`Cannot register command "${command.slice(0, 200)}": ${why}`);
  if (command.length > MAX_LENGTH) throw wrong(`it has ${command.length} characters, ${MAX_LENGTH} at most`);
  const words = parsePattern(command);
  if (words.length === 0) throw wrong("it has no words");
  if (words.length > MAX_WORDS) throw wrong(`it has ${words.length} words, ${MAX_WORDS} at most`);
  for (const word of command.split(/\s+/).filter((one) => one !== "")) {
    const inner = /^\{(.*)\}$/.exec(word)?.[1] ?? /^\[(.*)\]$/.exec(word)?.[1] ?? word;
    if (/[{}[\]]/.test(inner)) {
      throw wrong(`"${word}" has braces or brackets inside: expected them around the whole word, as in {now|later}`);
    }
    const alternatives = inner.split("|");
    if (alternatives.includes("")) throw wrong(`"${word}" has an empty alternative`);
    if (alternatives.length > MAX_ALTERNATIVES) {
      throw wrong(`it has ${alternatives.length} alternatives for one word, ${MAX_ALTERNATIVES} at most`);
    }
  }
}
