import type { UnitSet } from "./set.ts";
import { EreError, type EreNode, parseEre, type PlaceTest } from "./syntax.ts";

/** What one expression may come to; `a{250}{250}` would be more. */
const MAX_INSTRUCTIONS = 2000;
/** Parts that are visited to make the instructions: a part that is empty makes none, however often it is repeated. */
const MAX_VISITS = 20_000;

/** What an instruction does. */
export const Op = {
  /** Takes a unit of a set. */
  UNIT: 0,
  /** Goes on when the place is what an anchor asks for. */
  PLACE: 1,
  /** Goes on behind it, or else elsewhere. */
  FORK: 2,
  /** Goes on elsewhere, or else behind it. */
  BACK: 3,
  /** Goes on elsewhere. */
  JUMP: 4,
  /** The first group begins here. */
  OPEN: 5,
  /** The first group ends here. */
  CLOSE: 6,
  /** The whole has matched. */
  DONE: 7,
} as const;

/** An expression as instructions. */
export interface Program {
  /** What each does: one of {@linkcode Op}. */
  readonly ops: Uint8Array;
  /** Where else it goes on. */
  readonly targets: Int32Array;
  /** The set of a unit. */
  readonly sets: readonly (UnitSet | undefined)[];
  /** The test of a place. */
  readonly places: readonly (PlaceTest | undefined)[];
  /** How many groups the expression has. */
  readonly groups: number;
}

/**
 * Compiles a POSIX extended regular expression to instructions.
 *
 * @throws {EreError} when it is none, or too big
 */
export function compileProgram(pattern: string): Program {
  const { node, groups } = parseEre(pattern);
  const writer = new Writer();
  writer.emit(node);
  writer.push({ op: Op.DONE });
  const { instructions } = writer;
  return {
    ops: Uint8Array.from(instructions, ({ op }) => op),
    targets: Int32Array.from(instructions, ({ target = 0 }) => target),
    sets: instructions.map(({ set }) => set),
    places: instructions.map(({ holds }) => holds),
    groups,
  };
}

interface Instruction {
  readonly op: number;
  readonly target?: number;
  readonly set?: UnitSet;
  readonly holds?: PlaceTest;
}

class Writer {
  readonly instructions: Instruction[] = [];
  #visits = 0;

  push(instruction: Instruction): number {
    if (this.instructions.length > MAX_INSTRUCTIONS) throw new EreError("Regular expression too big");
    return this.instructions.push(instruction) - 1;
  }

  emit(node: EreNode): void {
    if (++this.#visits > MAX_VISITS) throw new EreError("Regular expression too big");
    if (node.kind === "unit") this.push({ op: Op.UNIT, set: node.set });
    else if (node.kind === "place") this.push({ op: Op.PLACE, holds: node.holds });
    else if (node.kind === "sequence") { for (const part of node.parts) this.emit(part); }
    else if (node.kind === "choice") this.#emitChoice(node.parts);
    else if (node.kind === "repeat") this.#emitRepeat(node);
    else {
      if (node.first) this.push({ op: Op.OPEN });
      this.emit(node.part);
      if (node.first) this.push({ op: Op.CLOSE });
    }
  }

  #emitChoice(parts: readonly EreNode[]): void {
    const jumps: number[] = [];
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      const fork = last ? -1 : this.push({ op: Op.FORK });
      this.emit(part);
      if (last) break;
      jumps.push(this.push({ op: Op.JUMP }));
      this.#toHere(fork, Op.FORK);
    }
    for (const jump of jumps) this.#toHere(jump, Op.JUMP);
  }

  /** What may be passed over is passed over to the end at once: `x{0,2}` is `(x(x)?)?`. */
  #emitRepeat({ part, least, most }: EreNode & { kind: "repeat" }): void {
    const endless = most === Infinity;
    const forks: number[] = [];
    const count = endless ? Math.max(1, least) : most;
    for (let index = 0; index < count; index++) {
      if (index >= least) forks.push(this.push({ op: Op.FORK }));
      const start = this.instructions.length;
      this.emit(part);
      if (endless && index === count - 1) this.push({ op: Op.BACK, target: start });
    }
    for (const fork of forks) this.#toHere(fork, Op.FORK);
  }

  #toHere(at: number, op: number): void {
    this.instructions[at] = { op, target: this.instructions.length };
  }
}
