/** Room for characters, which may be a part of a larger room. */
export class Quota {
  /** How many there may be. */
  readonly most: number;
  readonly #whole: Quota | undefined;
  #used = 0;

  /** An empty room. */
  constructor(most: number, whole?: Quota) {
    this.most = most;
    this.#whole = whole;
  }

  /** Takes so much room, or gives it back when negative. Says whether there was so much; if not, nothing is taken. */
  take(characters: number): boolean {
    if (characters > 0 && this.#used + characters > this.most) return false;
    if (this.#whole?.take(characters) === false) return false;
    this.#used += characters;
    return true;
  }

  /** Gives all of it back. */
  clear(): void {
    this.take(-this.#used);
  }
}

/**
 * The same text with memory of its own. A part of a text keeps the whole one alive: a name of ten characters could keep
 * sixty thousand.
 */
export function ownText(text: string): string {
  return text.length < 2 ? text : [text.slice(0, 1), text.slice(1)].join("");
}
