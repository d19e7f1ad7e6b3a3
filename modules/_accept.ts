/**
 * What doors share: taking connections one after the other whatever happens, and telling of those that are refused.
 *
 * @module
 */

/** How long nothing is accepted after that failed, in milliseconds: as a rule the program has no descriptor left. */
const PAUSE_MS = 100;

/** How often it is told how many more were refused, in milliseconds. */
const TELL_MS = 60_000;

/**
 * Warns of what is refused: of the first at once, of those that follow once a minute, with their number. A stranger must
 * not be able to fill the log.
 */
export class Refusals {
  readonly #warn: (text: string) => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = "";
  #more = 0;

  /** Nothing was refused yet. */
  constructor(warn: (text: string) => void, everyMs: number = TELL_MS) {
    this.#warn = warn;
    this.#everyMs = everyMs;
  }

  /** One more was refused, for that reason. */
  tell(reason: string): void {
    if (this.#timer !== undefined) {
      this.#last = reason;
      this.#more++;
      return;
    }
    this.#warn(reason);
    this.#timer = setTimeout(() => this.#summarize(), this.#everyMs);
  }

  /** Forgets those that were not told of yet. Safe to call twice. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#more = 0;
  }

  #summarize(): void {
    this.#timer = undefined;
    const more = this.#more;
    this.#more = 0;
    if (more === 0) return;
    this.#warn(`${this.#last} (${more} times since the last warning)`);
    this.#timer = setTimeout(() => this.#summarize(), this.#everyMs);
  }
}

/** What takes the connections of a listener. */
export interface Welcome<T extends Deno.Conn> {
  /** Takes one over. Must not throw. */
  welcome(connection: T): void;
  /** Whether any are wanted still. */
  isOpen(): boolean;
  /** Told why one could not be accepted. */
  readonly refusals: Refusals;
}

/** Accepts until none are wanted. Never rejects: one that cannot be accepted keeps nobody else away. */
export async function acceptAll<T extends Deno.Conn>(
  listener: { accept(): Promise<T> },
  { welcome, isOpen, refusals }: Welcome<T>,
): Promise<void> {
  while (isOpen()) {
    try {
      welcome(await listener.accept());
    } catch (error) {
      if (!isOpen()) return;
      refusals.tell(`Cannot accept a connection: ${error instanceof Error ? error.message : error}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
