/** Keys in one block; twice as many are split. */
const BLOCK = 512;

/** Texts in order, each once. Adding and removing cost the same however many there are, as good as. */
export class SortedKeys {
  /** In order, none of them empty. */
  readonly #blocks: string[][] = [];

  /** Adds a key, if it is not there. */
  add(key: string): void {
    const index = this.#blockOf(key);
    const block = this.#blocks[index];
    if (block === undefined) return void this.#blocks.push([key]);
    const place = firstFrom(block, key);
    if (block[place] === key) return;
    block.splice(place, 0, key);
    if (block.length > 2 * BLOCK) this.#blocks.splice(index + 1, 0, block.splice(BLOCK));
  }

  /** Removes a key, if it is there. */
  delete(key: string): void {
    const index = this.#blockOf(key);
    const block = this.#blocks[index];
    if (block === undefined) return;
    const place = firstFrom(block, key);
    if (block[place] === key) block.splice(place, 1);
    if (block.length === 0) this.#blocks.splice(index, 1);
  }

  /** All keys, in order. */
  list(): string[] {
    return this.#blocks.flat();
  }

  /** Where the block is that has the key, or would have it. */
  #blockOf(key: string): number {
    let [low, high] = [0, this.#blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle]?.[0] ?? "") <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Where the first key is that is not before the given one. */
function firstFrom(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
