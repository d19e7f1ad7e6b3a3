import { type CommandWords, enough as enoughOf } from "../registry/mod.ts";

/** How far typed words follow a command. */
export interface Walk {
  /** How many typed words belong to it. */
  readonly taken: number;
  /** Index of its first word that was not reached. */
  readonly reached: number;
  /** Whether nothing of it is missing; optional words never are. */
  readonly complete: boolean;
  /** The optional and chosen words, as the command spells them. */
  readonly args: readonly string[];
  /** After how many typed words nothing would be missing, and after how many only the last word would. */
  readonly close: ReadonlySet<number>;
}

/**
 * Follows a command with typed words. Words are never abbreviated, as in Asterisk.
 *
 * @param keys what was typed, in small letters
 */
export function walkPattern({ pattern, keys: known }: CommandWords, keys: readonly string[]): Walk {
  const args: string[] = [];
  const close = new Set<number>();
  const enough = enoughOf(pattern);
  let taken = 0;
  let reached = 0;
  for (; reached < pattern.length && taken < keys.length; reached++) {
    const word = known[reached]?.get(keys[taken] ?? "");
    const kind = pattern[reached]?.kind;
    if (word === undefined && kind !== "optional") break;
    if (word === undefined) continue;
    if (kind !== "fixed") args.push(word);
    taken++;
    if (reached + 1 >= enough) close.add(taken);
  }
  if (taken < keys.length && reached === pattern.length - 1) close.add(taken + 1);
  return { taken, reached, complete: reached >= enough, args, close };
}
