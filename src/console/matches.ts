import { printable } from "../fault/mod.ts";
import { startsWithIgnoringCase } from "./tree.ts";

/** Most words that are told: more than anybody reads. */
const MAX_MATCHES = 2_000;

/** What fits at the cursor, gathered from candidates of whatever number. */
export class Matches {
  readonly #word: string;
  readonly #found = new Set<string>();
  /** A word that fits, and how much of it all that fit have in common. */
  #common: { word: string; length: number } | undefined;

  /** Nothing yet for the beginning of a word. */
  constructor(word: string) {
    this.#word = word;
  }

  /** Takes a candidate, when it fits and can be typed. */
  offer(candidate: string): void {
    if (!startsWithIgnoringCase(candidate, this.#word) || this.#found.has(candidate) || !isPlain(candidate)) return;
    this.#common ??= { word: candidate, length: candidate.length };
    this.#common.length = commonLength(this.#common.word.slice(0, this.#common.length), candidate);
    if (this.#found.size < MAX_MATCHES) this.#found.add(candidate);
  }

  /** The longest beginning that all share, ignoring case; empty when there are none. */
  get prefix(): string {
    return this.sorted()[0]?.slice(0, this.#common?.length) ?? "";
  }

  /** Words that fit, each once, sorted, ignoring case. */
  sorted(): string[] {
    const rows = [...this.#found].map((word) => ({ word, key: word.toLowerCase() }));
    return rows.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ word }) => word);
  }
}

/** Whether a candidate can be typed as one word and sent between blanks. */
function isPlain(candidate: string): boolean {
  return !/[\s"\\]/.test(candidate) && candidate !== "" && printable(candidate) === candidate;
}

/** How many characters two words begin with in common, ignoring case. */
export function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length]?.toLowerCase() === other[length]?.toLowerCase()) length++;
  return length;
}
