import { HostError } from "../fault/mod.ts";

/** Milliseconds that everybody waits for a module: one that is quick changes the order of nothing. */
const PATIENCE_MS = 100;

/** Most operations that one module may have asked for and that have not ended. */
export const MAX_ASKED = 100;

/** Who an operation is for, and how it goes about waiting. */
export interface TurnOptions {
  /**
   * The module that has asked for it: the operation comes after all that the administrator and the host itself have
   * asked for, and counts against the module's {@linkcode MAX_ASKED}. @default {whoever {@linkcode Turn.by} names}
   */
  readonly module?: string | undefined;
  /** Comes after all that the administrator has asked for. @default {whether a module has asked for it} */
  readonly last?: boolean | undefined;
  /** Keeps its turn while it waits: nothing else happens until it has ended. @default {false} */
  readonly whole?: boolean | undefined;
}

/** One operation, from its first turn to its end. */
class Operation {
  readonly whole: boolean;
  /** Whose claims it waits for now. */
  waitsFor: ReadonlySet<Operation> = new Set();

  constructor(whole: boolean) {
    this.whole = whole;
  }
}

/** An operation that waits for its turn. */
interface Place {
  readonly operation: Operation;
  readonly begin: () => void;
}

/**
 * The turns of the loader's operations. What they decide and change they do one at a time. While one waits for the code of
 * a module that takes its time, it gives its turn away ({@linkcode outside}), and what it is at work on stays its own, for it has claimed that
 * before ({@linkcode claim}): another operation on the same modules waits, in order; all others go on.
 */
export class Turn {
  #holder: Operation | undefined;
  /** Those that had a turn come first: others may wait for what they have claimed. */
  readonly #returning: Place[] = [];
  readonly #first: Place[] = [];
  readonly #last: Place[] = [];
  readonly #owners = new Map<string, Operation>();
  /** Who waits for claims of whom, in order. */
  #blocked: { readonly blockers: ReadonlySet<Operation>; readonly wake: () => void }[] = [];
  /** Operations of each module that have not ended. */
  readonly #asked = new Map<string, number>();
  #asking: string | undefined;
  /** What has begun or waits for its turn, until it has ended; none of them rejects. */
  readonly #open = new Set<Promise<unknown>>();

  /**
   * Runs an operation when its turn has come.
   *
   * @throws {HostError} with code `limit` when its module has asked for too many that have not ended
   */
  run<T>(work: () => Promise<T>, options: TurnOptions = {}): Promise<T> {
    const result = this.#perform(work, options);
    const ended: Promise<unknown> = result.then(() => {}, () => {}).then(() => this.#open.delete(ended));
    this.#open.add(ended);
    return result;
  }

  /** Fulfilled when no operation is under way or waits for its turn. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async #perform<T>(work: () => Promise<T>, options: TurnOptions): Promise<T> {
    const { module = this.#asking, last = module !== undefined, whole = false } = options;
    if (module !== undefined) this.#count(module);
    const operation = new Operation(whole);
    try {
      await this.#take(operation, last ? this.#last : this.#first);
      return await work();
    } finally {
      this.#free(operation, [...this.#owners].filter(([, owner]) => owner === operation).map(([key]) => key));
      if (this.#holder === operation) this.#pass();
      if (module !== undefined) this.#uncount(module);
    }
  }

  /** Operations that begin while the function runs are that module's; what the function does later is not. */
  by<T>(module: string, ask: () => T): T {
    const before = this.#asking;
    this.#asking = module;
    try {
      return ask();
    } finally {
      this.#asking = before;
    }
  }

  /**
   * Waits for something that others need not wait for: when it takes long, the operation whose turn it is gives it away
   * meanwhile. Whatever it knew of modules that it has not claimed may be different afterwards.
   */
  async outside<T>(wait: () => Promise<T>): Promise<T> {
    const operation = this.#holder;
    if (operation === undefined || operation.whole) return await wait();
    const answer = wait();
    if (await settles(answer, PATIENCE_MS)) return await answer;
    this.#pass();
    try {
      return await answer;
    } finally {
      await this.#take(operation, this.#returning);
    }
  }

  /**
   * Claims modules for the operation whose turn it is, all at once, when no other has claimed any of them. What it has
   * claimed before it may claim again.
   *
   * @param keysOf names of the modules, by `nameKey`; asked again after each wait, for they may be others then
   * @returns the claim, until disposed or until the operation ends; undefined when one of those that it would wait for
   *   waits for it
   */
  async claim(keysOf: () => Iterable<string>): Promise<Disposable | undefined> {
    const operation = this.#holder as Operation;
    for (;;) {
      const keys = new Set(keysOf());
      const blockers = this.#blockers(operation, keys);
      if (blockers.size === 0) return this.#own(operation, keys);
      if ([...blockers].some((blocker) => reaches(blocker, operation))) return undefined;
      operation.waitsFor = blockers;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#blocked.push({ blockers, wake: resolve });
      this.#pass();
      await promise;
      await this.#take(operation, this.#returning);
      operation.waitsFor = new Set();
    }
  }

  /** Whether another operation than the one whose turn it is has claimed a module. */
  isOthers(key: string): boolean {
    const owner = this.#owners.get(key);
    return owner !== undefined && owner !== this.#holder;
  }

  #blockers(operation: Operation, keys: ReadonlySet<string>): Set<Operation> {
    const owners = [...keys].flatMap((key) => this.#owners.get(key) ?? []);
    return new Set(owners.filter((owner) => owner !== operation));
  }

  #own(operation: Operation, keys: ReadonlySet<string>): Disposable {
    const fresh = [...keys].filter((key) => !this.#owners.has(key));
    for (const key of fresh) this.#owners.set(key, operation);
    return { [Symbol.dispose]: () => this.#free(operation, fresh) };
  }

  #free(operation: Operation, keys: readonly string[]): void {
    const own = keys.filter((key) => this.#owners.get(key) === operation);
    if (own.length === 0) return;
    for (const key of own) this.#owners.delete(key);
    const [woken, others] = [true, false].map((is) =>
      this.#blocked.filter(({ blockers }) => blockers.has(operation) === is)
    );
    this.#blocked = others ?? [];
    for (const { wake } of woken ?? []) wake();
  }

  async #take(operation: Operation, queue: Place[]): Promise<void> {
    if (this.#holder === undefined) {
      this.#holder = operation;
      return await Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.push({ operation, begin: resolve });
    await promise;
  }

  /** The next one's turn. */
  #pass(): void {
    const next = this.#returning.shift() ?? this.#first.shift() ?? this.#last.shift();
    this.#holder = next?.operation;
    next?.begin();
  }

  #count(module: string): void {
    const count = this.#asked.get(module) ?? 0;
    if (count >= MAX_ASKED) {
      throw new HostError(
        "limit",
        `Cannot do more for module "${module}" now: it has asked the loader for ${MAX_ASKED} things that are not done yet`,
      );
    }
    this.#asked.set(module, count + 1);
  }

  #uncount(module: string): void {
    const count = (this.#asked.get(module) ?? 1) - 1;
    if (count === 0) this.#asked.delete(module);
    else this.#asked.set(module, count);
  }
}

/** Whether a promise settles within so many milliseconds. */
async function settles(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const settled = promise.then(() => true, () => true);
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an operation waits for another one, or for one that does. */
function reaches({ waitsFor }: Operation, other: Operation): boolean {
  return waitsFor.has(other) || [...waitsFor].some((next) => reaches(next, other));
}
