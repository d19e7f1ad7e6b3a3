/** Time for which calls keep the thread together before other work has its turn, in milliseconds. */
const TURN_MS = 5;
/** Time that other work has when calls would take all there is, in milliseconds. */
const REST_MS = 4;
/** When calls did nothing for so long, other work has had its turn, in milliseconds. */
const GAP_MS = 1;

/**
 * Whose turn it is: calls that never wait for anything share the thread with all other work, owners of calls share
 * what calls have of it, and calls of one owner share what that owner has.
 */
export class Turns {
  /** Calls that wait for their turn, by owner; whoever had one last comes last. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #began = 0;
  #left = -Infinity;
  /** Calls that work in this thread, or could with nothing to wait for but each other. */
  #inside = 0;
  #timer = false;
  /** Whether a call was given its turn and has not given it back. */
  #given = false;
  #restDue = false;

  /** Whether calls have had the thread long enough. */
  get over(): boolean {
    return performance.now() - this.#began >= TURN_MS;
  }

  /** A call goes on with work in this thread; {@linkcode leave} is called as often. */
  enter(): void {
    if (this.#inside++ > 0) return;
    const now = performance.now();
    if (now - this.#left >= GAP_MS) this.#began = now;
  }

  /** A call waits for something that another thread does. */
  leave(): void {
    if (--this.#inside === 0) this.#left = performance.now();
  }

  /** Runs what another thread does: the call leaves meanwhile. */
  async outside<T>(work: () => T | Promise<T>): Promise<T> {
    this.leave();
    try {
      return await work();
    } finally {
      this.enter();
    }
  }

  /** The turn of a call of that owner is over; fulfilled when it has another. */
  async next(owner: string): Promise<void> {
    if (this.#given) this.#restDue = true;
    this.#given = false;
    await this.outside(() => this.#queue(owner));
  }

  #queue(owner: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(owner);
      if (queue === undefined) this.#waiting.set(owner, [resolve]);
      else queue.push(resolve);
      if (!this.#timer) this.#later(0);
    });
  }

  #later(milliseconds: number): void {
    this.#timer = true;
    setTimeout(() => this.#turn(), milliseconds);
  }

  #turn(): void {
    if (this.#restDue) {
      this.#restDue = false;
      return this.#later(REST_MS);
    }
    const [owner, queue = []] = this.#waiting.entries().next().value ?? [""];
    const wake = queue.shift();
    this.#waiting.delete(owner);
    if (queue.length > 0) this.#waiting.set(owner, queue);
    this.#began = performance.now();
    this.#given = true;
    wake?.();
    this.#timer = false;
    if (this.#waiting.size > 0) this.#later(0);
  }
}
