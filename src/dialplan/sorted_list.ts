/** Items of a chunk before it is split. */
const CHUNK = 512;

/**
 * Items in an order, in chunks: putting one in or taking one out of a hundred thousand costs little more than out of a
 * hundred.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  #chunks: T[][] = [];
  #length = 0;

  /** An empty list; no two items may be equal in that order. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  /** How many items there are. */
  get length(): number {
    return this.#length;
  }

  /** The items in their order. */
  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** The item that is neither before nor behind; `order` is negative for an item that is before it. */
  find(order: (item: T) => number): T | undefined {
    const { chunk, at } = this.#place(order);
    const item = this.#chunks[chunk]?.[at];
    return item !== undefined && order(item) === 0 ? item : undefined;
  }

  /** Puts an item in its place. */
  add(item: T): void {
    const { chunk, at } = this.#place((other) => this.#compare(other, item));
    const items = this.#chunks[chunk];
    this.#length++;
    if (items === undefined) return void this.#chunks.push([item]);
    items.splice(at, 0, item);
    if (items.length > CHUNK) this.#chunks.splice(chunk + 1, 0, items.splice(CHUNK / 2));
  }

  /** Takes an item out. Says whether it was there. */
  delete(item: T): boolean {
    const { chunk, at } = this.#place((other) => this.#compare(other, item));
    const items = this.#chunks[chunk];
    if (items?.[at] !== item) return false;
    items.splice(at, 1);
    if (items.length === 0) this.#chunks.splice(chunk, 1);
    this.#length--;
    return true;
  }

  /** The first place whose item is not before what is looked for; the end of the last chunk when there is none. */
  #place(order: (item: T) => number): { chunk: number; at: number } {
    const last = this.#chunks.length - 1;
    const chunk = Math.min(firstOf(last + 1, (index) => order(this.#chunks[index]!.at(-1)!) >= 0), Math.max(last, 0));
    const items = this.#chunks[chunk] ?? [];
    return { chunk, at: firstOf(items.length, (index) => order(items[index]!) >= 0) };
  }
}

/** The first of so many numbers that holds, of which all behind it hold too. */
function firstOf(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
