/**
 * The pure part of the Gosub family: targets, conditions and the stack of frames.
 *
 * @module
 */
import type { Call, CallLocation } from "asterism";
import { splitArguments } from "./_arguments.ts";

/** Most frames of a call: a dialplan that nests deeper calls itself without end. */
export const MAXIMUM_DEPTH = 512;

/**
 * Most calls whose frames are kept. A call that ends inside a subroutine leaves its frames behind and nobody says so;
 * beyond this many the longest untouched ones are forgotten.
 */
export const MAXIMUM_CALLS = 10_000;

/** Most arguments of a subroutine; the last takes what is left. Asterisk's. */
export const MAXIMUM_ARGUMENTS = 100;

/** Most variables of a frame. */
export const MAXIMUM_LOCALS = 1000;

/** A subroutine that a call is in. */
export interface GosubFrame {
  /** Where the call goes on after Return. */
  readonly back: CallLocation;
  /** Values that variables had before the frame set them; undefined when they did not exist. */
  readonly shadowed: Map<string, string | undefined>;
  /** Number of ARG variables the frame has set. */
  readonly argc: number;
}

/** `[[context,]exten,]priority[(arg1[,...])]`, read. Missing parts are undefined. */
export interface GosubTarget {
  readonly context: string | undefined;
  readonly extension: string | undefined;
  /** A number, one relative to the present priority, or a label. */
  readonly priority: { readonly value: number; readonly relative: boolean } | { readonly label: string };
  readonly args: readonly string[];
}

/**
 * Reads the arguments of Gosub.
 *
 * @throws {SyntaxError} when they are no target
 */
export function parseGosub(text: string): GosubTarget {
  const open = text.indexOf("(");
  const label = (open < 0 ? text : text.slice(0, open)).split(",").map((part) => part.trim());
  const close = text.lastIndexOf(")");
  if (open >= 0 && close < open) {
    throw new SyntaxError(`Gosub address is invalid: '${text}': the parenthesis is not closed`);
  }
  const [, sign, digits, name] = /^(?:([+-]?)(\d{1,9})|([A-Za-z_][\w.-]*))$/.exec(label.at(-1)!) ?? [];
  if (label.length > 3 || (digits === undefined && name === undefined) || (sign === "" && Number(digits) < 1)) {
    throw new SyntaxError(
      `Gosub address is invalid: '${text}': expected [[context,]exten,]priority[(arg1[,...])] with a number or a label ` +
        "as priority",
    );
  }
  return {
    context: label.at(-3) || undefined,
    extension: label.at(-2) || undefined,
    priority: name === undefined ? { value: Number(`${sign}${digits}`), relative: sign !== "" } : { label: name },
    args: open < 0 ? [] : splitArguments(text.slice(open + 1, close), { raw: true, limit: MAXIMUM_ARGUMENTS }),
  };
}

/**
 * The place a target means for a call that is at `here`.
 *
 * @param findLabel the priority of a label
 * @throws {RangeError} when a relative priority leads before the first, or there is no such label
 */
export async function resolveGosub(
  target: GosubTarget,
  here: CallLocation,
  findLabel: Call["findLabel"],
): Promise<CallLocation> {
  const place = { context: target.context ?? here.context, extension: target.extension ?? here.extension };
  if ("label" in target.priority) {
    const { label } = target.priority;
    const found = await findLabel({ ...place, label });
    if (found !== undefined) return { ...place, priority: found };
    throw new RangeError(`Gosub address is invalid: there is no label ${label} at ${place.extension}@${place.context}`);
  }
  const { value, relative } = target.priority;
  const priority = relative ? here.priority + value : value;
  if (priority < 1) {
    throw new RangeError(`Gosub address is invalid: priority ${here.priority}${value} is before the first`);
  }
  return { ...place, priority };
}

/** Whether a condition holds as the dialplan has it: empty does not, a number does when it is not 0, other text does. */
export function checkCondition(condition: string): boolean {
  const number = /^\s*[+-]?\d+/.exec(condition)?.[0];
  return number === undefined ? condition !== "" : Number(number) !== 0;
}

/** Which of two targets `condition?labeliftrue:labeliffalse` means; undefined for none, null when it cannot be read. */
export function chooseBranch(text: string): string | undefined | null {
  const [condition = "", labels] = splitArguments(text, { separator: "?", limit: 2, raw: true });
  if (labels === undefined) return null;
  const [yes, no] = splitArguments(labels, { separator: ":", limit: 2, raw: true });
  return (checkCondition(condition) ? yes : no) || undefined;
}

/** The frames of all calls. */
export class GosubStacks {
  readonly #frames = new Map<string, GosubFrame[]>();
  readonly #limit: number;

  constructor(limit: number = MAXIMUM_CALLS) {
    this.#limit = limit;
  }

  /** The frames of a call, innermost last; undefined when it has never been in a subroutine. */
  of(call: string): readonly GosubFrame[] | undefined {
    return this.#frames.get(call);
  }

  /** Adds a frame. Gives the name of the call whose frames were forgotten for it, if any. */
  push(call: string, frame: GosubFrame): string | undefined {
    const frames = this.#frames.get(call) ?? [];
    frames.push(frame);
    // Deleted and set again, so that the calls stand in the order in which they were last touched.
    this.#frames.delete(call);
    this.#frames.set(call, frames);
    if (this.#frames.size <= this.#limit) return undefined;
    const oldest = this.#frames.keys().next().value!;
    this.#frames.delete(oldest);
    return oldest;
  }

  /** Removes the innermost frame. A call that is back where it began is forgotten. */
  pop(call: string): GosubFrame | undefined {
    const frames = this.#frames.get(call);
    const frame = frames?.pop();
    if (frames?.length === 0) this.#frames.delete(call);
    return frame;
  }
}
