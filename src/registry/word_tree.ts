/** A word of a tree, and what follows it. */
interface Node<T> {
  readonly children: Map<string, Node<T>>;
  /** The word as the first that brought it spells it. */
  readonly spelled: string;
  /** Things whose words end here. */
  readonly here: Set<T>;
  /** Things here and below. */
  count: number;
  /** Things that end in one of the children with nothing more to come. */
  ending: number;
}

/** What there is along typed words. */
export interface Path<T> {
  /** Things all of whose words were typed. */
  readonly things: readonly T[];
  /** How many typed words there would be if the last one were that of something that ends with it. */
  readonly almost: readonly number[];
  /** Words that may follow all that was typed; none when nothing begins so. */
  readonly next: Iterable<string>;
}

/** Things by words in a row, so that a look-up costs as many steps as there are words, however many things there are. */
export class WordTree<T> {
  readonly #root: Node<T> = node("");

  /**
   * Adds a thing.
   *
   * @param words in the spelling that is shown
   * @param whole whether nothing may follow these words
   */
  add(thing: T, words: readonly string[], whole: boolean): void {
    let at = this.#root;
    at.count++;
    for (const [index, word] of words.entries()) {
      const key = word.toLowerCase();
      const child: Node<T> = at.children.get(key) ?? node(word);
      at.children.set(key, child);
      if (whole && index === words.length - 1) at.ending++;
      at = child;
      at.count++;
    }
    at.here.add(thing);
  }

  /** Removes a thing that was added with these words. */
  delete(thing: T, words: readonly string[], whole: boolean): void {
    let at = this.#root;
    at.count--;
    for (const [index, word] of words.entries()) {
      const key = word.toLowerCase();
      const child = at.children.get(key);
      if (child === undefined) return;
      if (whole && index === words.length - 1) at.ending--;
      if (--child.count === 0) at.children.delete(key);
      at = child;
    }
    at.here.delete(thing);
  }

  /** What there is along words in small letters. */
  path(keys: readonly string[]): Path<T> {
    const things = [...this.#root.here];
    const almost: number[] = [];
    let at: Node<T> | undefined = this.#root;
    for (const [index, key] of keys.entries()) {
      if (at.ending > 0) almost.push(index + 1);
      at = at.children.get(key);
      if (at === undefined) return { things, almost, next: [] };
      for (const thing of at.here) things.push(thing);
    }
    return { things, almost, next: spellings(at) };
  }

  /**
   * Things that some words of a pattern could lead to, or lead past: those whose words are a beginning of what the pattern
   * takes, and, where all is there that the pattern needs, those whose words go on.
   *
   * @param keys for each word of the pattern what may stand for it, in small letters
   * @param optional whether a word may be left out
   */
  *near(keys: readonly Iterable<string>[], optional: (place: number) => boolean): Generator<T> {
    let enough = keys.length;
    while (enough > 0 && optional(enough - 1)) enough--;
    const seen = new Map<Node<T>, Set<number>>();
    const queue: [at: Node<T>, place: number][] = [];
    const visit = (at: Node<T>, place: number) => {
      const places = seen.getOrInsertComputed(at, () => new Set());
      if (!places.has(place)) queue.push([at, place]);
      places.add(place);
    };
    visit(this.#root, 0);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [at, place] = next;
      if (place >= enough) yield* below(at);
      else yield* at.here;
      if (optional(place)) visit(at, place + 1);
      for (const key of keys[place] ?? []) {
        const child = at.children.get(key);
        if (child !== undefined) visit(child, place + 1);
      }
    }
  }
}

function* below<T>(top: Node<T>): Generator<T> {
  const queue = [top];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    yield* at.here;
    for (const child of at.children.values()) queue.push(child);
  }
}

function node<T>(spelled: string): Node<T> {
  return { children: new Map(), spelled, here: new Set(), count: 0, ending: 0 };
}

function* spellings({ children }: Node<unknown>): Generator<string> {
  for (const { spelled } of children.values()) yield spelled;
}
