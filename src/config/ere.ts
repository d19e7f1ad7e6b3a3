import { EreError, type EreNode, parseEre, type PlaceTest } from "./ere_syntax.ts";
import type { ByteTest } from "./ere_set.ts";
import { encodeText } from "./text.ts";

export { EreError } from "./ere_syntax.ts";

/** What one expression may come to; `a{250}{250}` would be more. */
const MAX_INSTRUCTIONS = 2000;

/** What to do at one place in the text: take a byte, look around, go on in two ways, or be done. */
type Instruction =
  | { kind: "byte"; has: ByteTest }
  | { kind: "place"; holds: PlaceTest }
  | { kind: "fork"; other: number }
  | { kind: "jump"; to: number }
  | { kind: "done" };

/**
 * A compiled expression. Walks all ways through it at once, so that its time is at most its length times the text's:
 * a JavaScript expression from a file could take for ever.
 */
export class Ere {
  readonly #program: readonly Instruction[];

  /** Takes a program that ends in `done`. */
  constructor(program: readonly Instruction[]) {
    this.#program = program;
  }

  /** Whether it matches anywhere in the text; `spend` is told of the work done. */
  test(text: string, spend: (steps: number) => void): boolean {
    const bytes = encodeText(text);
    const program = this.#program;
    // The place in the text at which an instruction was last reached.
    const reached = new Int32Array(program.length).fill(-1);
    let ways: number[] = [];
    for (let at = 0; at <= bytes.length; at++) {
      const pending = [0, ...ways.reverse()];
      ways = [];
      for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
        if (reached[way] === at) continue;
        reached[way] = at;
        const instruction = program[way];
        if (instruction === undefined || instruction.kind === "done") return true;
        if (instruction.kind === "byte") {
          if (at < bytes.length && instruction.has(bytes[at] ?? 0)) ways.push(way + 1);
        } else if (instruction.kind === "jump") pending.push(instruction.to);
        else if (instruction.kind === "fork") pending.push(instruction.other, way + 1);
        else if (instruction.holds(bytes, at)) pending.push(way + 1);
      }
      spend(program.length);
    }
    return false;
  }
}

/**
 * Compiles a POSIX extended regular expression.
 *
 * @throws {EreError} When it is none, or too big.
 */
export function compileEre(pattern: string): Ere {
  const program: Instruction[] = [];
  emit(parseEre(pattern), program);
  program.push({ kind: "done" });
  return new Ere(program);
}

function emit(node: EreNode, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS) throw new EreError("Regular expression too big");
  if (node.kind === "byte" || node.kind === "place") program.push(node);
  else if (node.kind === "sequence") { for (const part of node.parts) emit(part, program); }
  else if (node.kind === "choice") emitChoice(node.parts, program);
  else emitRepeat(node, program);
}

function emitChoice(parts: EreNode[], program: Instruction[]): void {
  const jumps: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(part, program);
      break;
    }
    const start = emitOptional(part, program);
    jumps.push(program.push({ kind: "jump", to: 0 }) - 1);
    skipTo(program, start);
  }
  for (const jump of jumps) program[jump] = { kind: "jump", to: program.length };
}

function emitRepeat({ part, least, most }: EreNode & { kind: "repeat" }, program: Instruction[]): void {
  for (let count = 0; count < least; count++) emit(part, program);
  if (most === Infinity) {
    const start = emitOptional(part, program);
    // Inside the option, so that leaving it leaves the loop.
    program.push({ kind: "jump", to: start });
    skipTo(program, start);
  } else {
    for (let count = least; count < most; count++) skipTo(program, emitOptional(part, program));
  }
}

/** Emits a part that may be passed over; where to is still open. */
function emitOptional(part: EreNode, program: Instruction[]): number {
  const start = program.push({ kind: "fork", other: 0 }) - 1;
  emit(part, program);
  return start;
}

function skipTo(program: Instruction[], start: number): void {
  program[start] = { kind: "fork", other: program.length };
}
