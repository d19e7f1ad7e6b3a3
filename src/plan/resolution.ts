import { MARK, type Standing } from "./standing.ts";

/**
 * Starting what a module lacks: rounds over all of it in the order of the load priorities, each starting what can start by
 * then, until a round starts nothing (loader.c, start_resource_list).
 *
 * Only those that are ready are ever looked at: in the present round the ones behind the last that was tried, in the next
 * the others.
 */
export class Resolution {
  readonly #order: readonly number[];
  readonly #places: ReadonlyMap<number, number>;
  readonly #standing: Standing;
  #thisRound = new Heap();
  #nextRound = new Heap();
  #place = -1;

  /** Over what is lacking, in order. */
  constructor(order: readonly number[], standing: Standing) {
    this.#order = order;
    this.#places = new Map(order.map((node, place) => [node, place]));
    this.#standing = standing;
    this.rewind(-1);
  }

  /** The place of the one tried last, to come back to with {@linkcode rewind}. */
  get place(): number {
    return this.#place;
  }

  /** The next to try, or nothing when no more can start. */
  next(): number | undefined {
    for (;;) {
      if (this.#thisRound.size === 0) {
        if (this.#nextRound.size === 0) return undefined;
        [this.#thisRound, this.#nextRound] = [this.#nextRound, this.#thisRound];
      }
      this.#place = this.#thisRound.pop();
      const node = this.#order[this.#place] as number;
      if (this.#standing.ready(node)) return node;
    }
  }

  /** A module has become ready. */
  offer(node: number): void {
    const place = this.#places.get(node);
    if (place === undefined) return;
    (place > this.#place ? this.#thisRound : this.#nextRound).push(place);
  }

  /** Goes on from the one that was tried at that place, as things stand now. */
  rewind(place: number): void {
    this.#place = place;
    this.#thisRound = new Heap();
    this.#nextRound = new Heap();
    for (const node of this.#order) if (this.#standing.ready(node)) this.offer(node);
  }

  /** Whether all of it runs. */
  get done(): boolean {
    return this.#order.every((node) => this.#standing.mark(node) === MARK.running);
  }

  /** The first that waits although all it needs runs: what it would merely start after gives way. */
  get yielding(): number | undefined {
    return this.#order.find((node) => this.#standing.mark(node) === MARK.waiting && this.#standing.needsMet(node));
  }
}

/** Numbers, the least first. */
class Heap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: number): void {
    const items = this.#items;
    let place = items.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((items[parent] as number) <= item) break;
      items[place] = items[parent] as number;
      place = parent;
    }
    items[place] = item;
  }

  /** The least; there must be one. */
  pop(): number {
    const items = this.#items;
    const least = items[0] as number;
    const last = items.pop() as number;
    if (items.length === 0) return least;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[place] = items[child] as number;
      place = child;
    }
    items[place] = last;
    return least;
  }
}
