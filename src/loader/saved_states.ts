/** Most characters that all modules together leave to their next loads. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/**
 * What modules leave to their next loads, by `nameKey`, as JSON. One that is not loaded again for long loses what it left
 * when others leave more than all may: the oldest goes first.
 */
export class SavedStates {
  readonly #limit: number;
  /** The latest saved stands last. */
  readonly #texts = new Map<string, string>();
  #characters = 0;

  /** Nothing is saved yet. */
  constructor(limit: number = MAX_CHARACTERS) {
    this.#limit = limit;
  }

  /** What a module has left, if anything. */
  get(key: string): string | undefined {
    return this.#texts.get(key);
  }

  /** Keeps a text for a module, instead of what it left before. */
  set(key: string, text: string): void {
    this.delete(key);
    this.#texts.set(key, text);
    this.#characters += text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#characters <= this.#limit) return;
      this.delete(oldest);
    }
  }

  /** Forgets what a module has left. */
  delete(key: string): void {
    this.#characters -= this.#texts.get(key)?.length ?? 0;
    this.#texts.delete(key);
  }
}
