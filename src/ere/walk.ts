import { Op, type Program } from "./program.ts";

/** Ways through a program that wait for the next unit, the preferred first, each with two places it has noted. */
class Ways {
  readonly instructions: Int32Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
  count = 0;

  constructor(size: number) {
    this.instructions = new Int32Array(size);
    this.first = new Int32Array(size);
    this.second = new Int32Array(size);
  }

  add(instruction: number, first: number, second: number): void {
    this.instructions[this.count] = instruction;
    this.first[this.count] = first;
    this.second[this.count++] = second;
  }
}

/**
 * One walk along a text on all ways through a program at once. No instruction is reached twice at one place: the way
 * that was there first is preferred, and what it has noted is kept.
 */
export class Walk {
  /** The place in the text. */
  at: number;
  /** Whether a way ended at this place. */
  done = false;
  /** What that way has noted. */
  doneFirst = -1;
  /** What that way has noted. */
  doneSecond = -1;
  readonly #program: Program;
  readonly #text: string;
  readonly #notesGroup: boolean;
  readonly #reached: Int32Array;
  readonly #pending: Ways;
  #now: Ways;
  #next: Ways;

  /** A walk from a place on. With `notesGroup` ways note where the first group lies, otherwise what they began with. */
  constructor(program: Program, text: string, { from, notesGroup }: { from: number; notesGroup: boolean }) {
    const size = program.ops.length;
    this.at = from;
    this.#program = program;
    this.#text = text;
    this.#notesGroup = notesGroup;
    this.#reached = new Int32Array(size).fill(-1);
    this.#pending = new Ways(2 * size + 2);
    this.#now = new Ways(size);
    this.#next = new Ways(size);
  }

  /** Whether ways lead beyond this place. */
  get goesOn(): boolean {
    return this.#next.count > 0;
  }

  /** Goes to the next place. */
  advance(): void {
    this.at++;
    this.done = false;
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#next.count = 0;
  }

  /**
   * Follows the ways that have come here, in their order, those with a first note up to `most`.
   *
   * @returns the steps it took
   */
  follow(most: number): number {
    const { instructions, first, second, count } = this.#now;
    let steps = 0;
    for (let way = 0; way < count && first[way]! <= most; way++) {
      steps += this.begin(instructions[way]!, first[way]!, second[way]!);
    }
    return steps;
  }

  /** Follows one more way from an instruction; the steps it took. */
  begin(instruction: number, first: number, second: number): number {
    const { ops, targets, sets, places } = this.#program;
    const pending = this.#pending;
    const unit = this.at < this.#text.length ? this.#text.charCodeAt(this.at) : -1;
    let steps = 0;
    pending.count = 0;
    pending.add(instruction, first, second);
    while (pending.count > 0) {
      const here = pending.instructions[--pending.count]!;
      const one = pending.first[pending.count]!;
      const other = pending.second[pending.count]!;
      steps++;
      if (this.#reached[here] === this.at) continue;
      this.#reached[here] = this.at;
      const op = ops[here];
      if (op === Op.UNIT) {
        const set = sets[here]!;
        if (unit < 256 ? unit >= 0 && set.low[unit] === 1 : set.has(unit)) this.#next.add(here + 1, one, other);
      } else if (op === Op.FORK) {
        pending.add(targets[here]!, one, other);
        pending.add(here + 1, one, other);
      } else if (op === Op.BACK) {
        pending.add(here + 1, one, other);
        pending.add(targets[here]!, one, other);
      } else if (op === Op.JUMP) pending.add(targets[here]!, one, other);
      else if (op === Op.OPEN) pending.add(here + 1, this.#notesGroup ? this.at : one, other);
      else if (op === Op.CLOSE) pending.add(here + 1, one, this.#notesGroup ? this.at : other);
      else if (op === Op.PLACE) {
        if (places[here]!(this.#text, this.at)) pending.add(here + 1, one, other);
      } else {
        this.done = true;
        this.doneFirst = one;
        this.doneSecond = other;
      }
    }
    return steps;
  }
}
