/** A word of a command as it was registered. */
export interface PatternWord {
  /** `show`, `{now|gracefully}` or `[like]`. */
  readonly kind: "fixed" | "choice" | "optional";
  /** What may be typed for it. */
  readonly words: readonly string[];
}

/** How far typed words follow a pattern. */
export interface Walk {
  /** How many typed words belong to the pattern. */
  readonly taken: number;
  /** Index of the first word of the pattern that was not reached. */
  readonly reached: number;
  /** Whether nothing of the pattern is missing; optional words never are. */
  readonly complete: boolean;
  /** The optional and chosen words, as the pattern spells them. */
  readonly args: readonly string[];
}

/** The words of a registered command: `module show [like]`, `core stop {now|gracefully}`. */
export function parsePattern(command: string): PatternWord[] {
  return command.split(/\s+/).filter((word) => word !== "").map((word) => {
    const kind = word.startsWith("[") ? "optional" : word.startsWith("{") ? "choice" : "fixed";
    return { kind, words: kind === "fixed" ? [word] : word.slice(1).replace(/[\]}]$/, "").split("|") };
  });
}

/** Follows a pattern with typed words, ignoring case. Words are never abbreviated, as in Asterisk. */
export function walkPattern(pattern: readonly PatternWord[], typed: readonly string[]): Walk {
  const args: string[] = [];
  let taken = 0;
  let reached = 0;
  for (; reached < pattern.length && taken < typed.length; reached++) {
    const expected = pattern[reached];
    const word = expected?.words.find((candidate) => candidate.toLowerCase() === typed[taken]?.toLowerCase());
    if (word === undefined && expected?.kind !== "optional") break;
    if (word === undefined) continue;
    if (expected?.kind !== "fixed") args.push(word);
    taken++;
  }
  return { taken, reached, complete: pattern.slice(reached).every(({ kind }) => kind === "optional"), args };
}
