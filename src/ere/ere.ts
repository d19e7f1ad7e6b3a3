import { compileProgram, type Program } from "./program.ts";
import { Walk } from "./walk.ts";

/** What an expression found. */
export interface EreMatch {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Text of the first group; undefined when there is none or it took no part. */
  readonly group: string | undefined;
}

/** Told of work, in steps of some ten nanoseconds; throws to end it. */
export type Spend = (steps: number) => void;

/**
 * A compiled expression. Walks all ways through it at once, so that its time is at most its length times the text's: a
 * JavaScript expression from a file or a module could take for ever.
 */
export class Ere {
  /** How many groups there are. */
  readonly groups: number;
  readonly #program: Program;

  /** An expression by its instructions. */
  constructor(program: Program) {
    this.#program = program;
    this.groups = program.groups;
  }

  /**
   * Whether it matches anywhere in the text.
   *
   * @param spend told of the work; what it throws is thrown on
   */
  test(text: string, spend: Spend): boolean {
    return this.#find(text, spend, true) !== undefined;
  }

  /**
   * The first match in the text, the longest of those that begin there. Its first group is the one of GNU's C library:
   * of all ways to that match, of the one that tries first what is written first and repeats as long as it can.
   *
   * @param spend told of the work; what it throws is thrown on
   */
  match(text: string, spend: Spend): EreMatch | undefined {
    const found = this.#find(text, spend, false);
    if (found === undefined) return undefined;
    return { ...found, group: this.groups === 0 ? undefined : this.#group(text, found, spend) };
  }

  /** Ways note where they began and keep that order: whichever is somewhere first belongs to the leftmost match. */
  #find(text: string, spend: Spend, any: boolean): { start: number; end: number } | undefined {
    const walk = new Walk(this.#program, text, { from: 0, notesGroup: false });
    let start = -1;
    let end = -1;
    for (; walk.at <= text.length; walk.advance()) {
      let steps = 1 + walk.follow(start < 0 ? Infinity : start);
      if (start < 0) steps += walk.begin(0, walk.at, -1);
      spend(steps);
      if (walk.done) [start, end] = [walk.doneFirst, walk.at];
      if (start >= 0 && (any || !walk.goesOn)) break;
    }
    return start < 0 ? undefined : { start, end };
  }

  /** The first group of a match: ways from its start, the preferred first, of which the first to end at its end counts. */
  #group(text: string, { start, end }: { start: number; end: number }, spend: Spend): string | undefined {
    const walk = new Walk(this.#program, text, { from: start, notesGroup: true });
    spend(walk.begin(0, -1, -1));
    while (walk.at < end) {
      walk.advance();
      spend(1 + walk.follow(Infinity));
    }
    return walk.doneSecond < 0 ? undefined : text.slice(walk.doneFirst, walk.doneSecond);
  }
}

/**
 * Compiles a POSIX extended regular expression.
 *
 * @throws {EreError} when it is none, or too big
 */
export function compileEre(pattern: string): Ere {
  return new Ere(compileProgram(pattern));
}
