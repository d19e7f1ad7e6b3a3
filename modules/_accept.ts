/**
 * What doors share: taking connections one after the other whatever happens, and telling of those that are refused.
 *
 * @module
 */

/** How long nothing is accepted after that failed, in milliseconds: as a rule the program has no descriptor left. */
const PAUSE_MS = 100;

/** How often it is told how many more were refused, in milliseconds. */
const TELL_MS = 60_000;

/** What was refused for one kind of reason since the last warning. */
interface Refused {
  last: string;
  more: number;
}

/**
 * Warns of what is refused: of the first of a kind at once, of those that follow once a minute, with their number. A
 * stranger must not be able to fill the log.
 */
export class Refusals {
  readonly #warn: (text: string) => void;
  readonly #everyMs: number;
  readonly #kinds = new Map<string, Refused>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Nothing was refused yet. */
  constructor(warn: (text: string) => void, everyMs: number = TELL_MS) {
    this.#warn = warn;
    this.#everyMs = everyMs;
  }

  /**
   * One more was refused.
   *
   * @param kind of which there are few
   * @param reason the warning
   */
  tell(kind: string, reason: string): void {
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      this.#kinds.set(kind, { last: reason, more: 0 });
      this.#warn(reason);
    } else {
      known.last = reason;
      known.more++;
    }
    this.#timer ??= setTimeout(() => this.#summarize(), this.#everyMs);
  }

  /** Forgets those that were not told of yet. Safe to call twice. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#kinds.clear();
  }

  #summarize(): void {
    this.#timer = undefined;
    for (const [kind, { last, more }] of this.#kinds) {
      if (more === 0) this.#kinds.delete(kind);
      else {
        this.#kinds.set(kind, { last, more: 0 });
        this.#warn(`${last} (${more} times since the last warning)`);
      }
    }
    if (this.#kinds.size > 0) this.#timer = setTimeout(() => this.#summarize(), this.#everyMs);
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
      refusals.tell("accept", `Cannot accept a connection: ${error instanceof Error ? error.message : error}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
