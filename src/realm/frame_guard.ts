/**
 * What a realm sends is judged on the frame: who is called, how long the call is and what is in it, before Cap'n Web
 * makes anything of it. Calls that a realm may not make are put into the words of a refusal, so that they fail where they
 * were made and nothing else does; what is no frame of a call ends the realm.
 */
import { printable } from "../fault/mod.ts";
import { type Bounds, boundsOf, FUNCTION_BOUNDS, MAX_NODES } from "./bounds.ts";
import { hasMoreNodes } from "./json_nodes.ts";
import { ANYTHING } from "./shape.ts";
import { MAX_MESSAGE_LENGTH } from "./wire.ts";

/** What a realm may leave lying at its host. */
export interface GuardLimits {
  /** Longest message, in UTF-16 units. */
  readonly message: number;
  /** Calls that have not come to their end. */
  readonly queue: number;
  /** UTF-16 units of all calls that have not come to their end, with their answers. @default {MAX_HELD} */
  readonly held?: number | undefined;
}

/** A message for Cap'n Web, or why the realm ends. */
export type Judgement =
  | { readonly message: Frame; readonly refusal?: string | undefined }
  | { readonly fault: string };

/** A message of Cap'n Web before it is decoded. */
export type Frame = readonly unknown[];

/** UTF-16 units that may lie with the host for a realm, and with a realm for the host. */
export const MAX_HELD = 32 * 1024 * 1024;
/** Messages shorter than this are decoded without being counted: they cannot hold too much. */
const UNCOUNTED = 16 * 1024;
/** Longest message that names an id and nothing else. */
const MAX_BARE = 100;
/** Longest message with which a realm ends its session. */
const MAX_ABORT = 64 * 1024;
/** Most functions of a realm that its host has in its hands. */
const MAX_FUNCTIONS = 20_000;

/** The beginning of a call: whom it is for, and what is called; the name is missing when a function is. */
const CALL_REGEXP = /^\["(?:push|stream)",\["pipeline",-?\d{1,16},\[(?:"(\w{1,64})")?(?:,"(\w{1,64})")?\]/;

/** How a function is written in a message. */
const FUNCTION_MARK = '"export",';
/** Longest place in the arguments that is shown. */
const MAX_PLACE = 100;
/** Longest reason of a refusal. */
const MAX_WHY = 500;

/** What is sent in place of a message. */
export interface Replacement {
  readonly instead: Frame;
  /** Functions of the host that would have gone with the message. */
  readonly dropped: readonly number[];
}

/** Judges what one realm sends, and counts what it leaves behind. */
export class FrameGuard {
  readonly #limits: { readonly message: number; readonly queue: number; readonly held: number };
  /** Size of each call of the realm that has not come to its end, with its answer. */
  readonly #calls = new Map<number, number>();
  #lastCall = 0;
  #held = 0;
  /** Size of each call of the host that the realm has not answered. */
  readonly #asked = new Map<number, number>();
  #lastAsked = 0;
  #unanswered = 0;
  #functions = 0;

  /** A guard of a session that begins. */
  constructor({ message, queue, held = MAX_HELD }: GuardLimits) {
    this.#limits = { message, queue, held };
  }

  /** Judges a message of the realm. */
  judge(text: string): Judgement {
    if (text.length > this.#limits.message) return { fault: "a message that is too long" };
    const judgement = this.#judge(text);
    if ("fault" in judgement) return judgement;
    return this.#count(judgement.message, text) ?? judgement;
  }

  /**
   * Looks at what the host sends.
   *
   * @param text the frame as it would be sent
   * @returns what is sent in its place, when the realm could not take it; and functions that go with what is not sent
   * @throws {RangeError} when the realm does not take what it has asked for
   */
  send(frame: Frame, text: string): Replacement | undefined {
    const [kind, id] = frame;
    const { length } = text;
    if (kind === "push") return this.#ask(frame, length);
    if (kind === "release") {
      this.#released(Number(id), Number(frame[2]));
      return undefined;
    }
    if (kind !== "resolve" && kind !== "reject") return undefined;
    if (length > MAX_MESSAGE_LENGTH) {
      const message = `the answer has ${length} characters: ${MAX_MESSAGE_LENGTH} at most`;
      this.#addTo(Number(id), message.length);
      return { instead: ["reject", id, ["error", "RangeError", message]], dropped: functionsIn(frame[2]) };
    }
    this.#addTo(Number(id), length);
    if (this.#held > this.#limits.held) throw new RangeError("it does not take what it has asked for");
    return undefined;
  }

  #judge(text: string): Judgement {
    if (text.startsWith('["push",') || text.startsWith('["stream",')) return this.#judgeCall(text);
    if (text === '["pipe"]') return refuse("push", "Cannot take a stream");
    if (text.startsWith('["resolve",')) return judgeAnswer(text);
    if (text.startsWith('["reject",')) return judgeFailure(text);
    const most = text.startsWith('["abort",') ? MAX_ABORT : MAX_BARE;
    if (text.length > most) return { fault: "a message of no known kind" };
    const frame = parse(text);
    return frame !== undefined && isBare(frame) ? { message: frame } : { fault: "a message of no known kind" };
  }

  #judgeCall(text: string): Judgement {
    const kind = text.startsWith('["push",') ? "push" : "stream";
    const [head, first, second] = CALL_REGEXP.exec(text) ?? [];
    if (head === undefined) return refuse(kind, "Cannot do that: only methods can be called, one at a time");
    const what = second ?? first ?? "a function";
    const bounds = boundsFor(first, second);
    if (bounds === undefined || kind === "stream") return refuse(kind, `Cannot call ${what}: there is no such method`);
    if (text.length > bounds.length) {
      return refuse(
        kind,
        `Cannot call ${what}: its arguments have ${text.length} characters, ${bounds.length} at most`,
      );
    }
    if (text.length > UNCOUNTED && hasMoreNodes(text, MAX_NODES)) {
      return refuse(kind, `Cannot call ${what}: its arguments have more than ${MAX_NODES} parts`);
    }
    const frame = parse(text);
    if (frame === undefined || frame.length !== 2) return { fault: "a message that cannot be read" };
    const fault = callFault(frame[1] as Frame, what, bounds);
    return fault === undefined ? { message: frame } : refuse(kind, fault);
  }

  /** Counts what the message leaves at the host, or takes away; says when that is too much. */
  #count(frame: Frame, text: string): Judgement | undefined {
    const [kind, id, references] = frame;
    if (text.includes(FUNCTION_MARK)) this.#functions += functionsIn(frame).length;
    if (kind === "push" || kind === "stream") {
      if (kind === "push") this.#addTo(++this.#lastCall, text.length);
      // It is over by itself.
      else this.#lastCall++;
      const { queue, held } = this.#limits;
      if (this.#calls.size > queue) return { fault: `more than ${queue} calls whose end it did not await` };
      if (this.#held > held) return { fault: `calls of more than ${held} characters whose end it did not await` };
    } else if (kind === "resolve" || kind === "reject") {
      this.#answered(Number(id));
    } else if (kind === "release" && Number(id) > 0 && Number(references) > 0) {
      this.#held -= this.#calls.get(Number(id)) ?? 0;
      this.#calls.delete(Number(id));
    }
    if (this.#functions > MAX_FUNCTIONS) return { fault: `more than ${MAX_FUNCTIONS} functions at a time` };
    return undefined;
  }

  #addTo(call: number, length: number): void {
    const known = this.#calls.get(call);
    if (known === undefined && call !== this.#lastCall) return;
    this.#calls.set(call, (known ?? 0) + length);
    this.#held += length;
  }

  #ask(frame: Frame, length: number): Replacement | undefined {
    const id = ++this.#lastAsked;
    const { held } = this.#limits;
    const why = length > MAX_MESSAGE_LENGTH
      ? `the call has ${length} characters: ${MAX_MESSAGE_LENGTH} at most`
      : this.#unanswered + length > held
      ? `calls of ${this.#unanswered} characters are in progress there already`
      : undefined;
    if (why !== undefined) {
      return { instead: refusal("push", `Cannot call it: ${why}`), dropped: functionsIn(frame[1]) };
    }
    this.#asked.set(id, length);
    this.#unanswered += length;
    return undefined;
  }

  #answered(id: number): void {
    this.#unanswered -= this.#asked.get(id) ?? 0;
    this.#asked.delete(id);
  }

  /** The host has given something of the realm's back: a function, or the answer to a call that is not awaited. */
  #released(id: number, references: number): void {
    if (id < 0) this.#functions = Math.max(0, this.#functions - references);
    else this.#answered(id);
  }
}

function boundsFor(first: string | undefined, second: string | undefined): Bounds | undefined {
  if (first === undefined) return FUNCTION_BOUNDS;
  if (second === undefined) return boundsOf(first);
  // A method of a service whose use has not been answered yet.
  return first === "methods" ? FUNCTION_BOUNDS : undefined;
}

/** Why a call is refused; the name was read off the same text. */
function callFault(call: Frame, what: string, { takes }: Bounds): string | undefined {
  const args = call[3];
  if (!Array.isArray(args) || call.length !== 4) return `Cannot call ${what}: it has no arguments that can be read`;
  if (args.length > takes.length) return `Cannot call ${what}: it takes ${takes.length} arguments, not ${args.length}`;
  for (const [index, shape] of takes.entries()) {
    if (index >= args.length && shape.optional) continue;
    const misfit = shape.misfit(args[index]);
    if (misfit === undefined) continue;
    const { at, expected, found } = misfit;
    return `Cannot call ${what}: argument ${index + 1}${placeOf(at)} is ${found}, expected ${expected}`;
  }
  return undefined;
}

function judgeAnswer(text: string): Judgement {
  const id = Number(/^\["resolve",(-?\d{1,16}),/.exec(text)?.[1]);
  if (!Number.isSafeInteger(id)) return { fault: "an answer that cannot be read" };
  const failed = (why: string): Judgement => ({
    message: ["reject", id, ["error", "TypeError", `Cannot take the answer: ${why}`]],
  });
  if (text.length > UNCOUNTED && hasMoreNodes(text, MAX_NODES)) return failed(`it has more than ${MAX_NODES} parts`);
  const frame = parse(text);
  if (frame?.length !== 3) return { fault: "an answer that cannot be read" };
  const misfit = ANYTHING.misfit(frame[2]);
  if (misfit === undefined) return { message: frame };
  return failed(`its value${placeOf(misfit.at)} is ${misfit.found}, expected ${misfit.expected}`);
}

function judgeFailure(text: string): Judgement {
  const counted = text.length > UNCOUNTED && hasMoreNodes(text, MAX_NODES);
  const frame = counted ? undefined : parse(text);
  if (frame?.length !== 3 || ANYTHING.misfit(frame[2]) !== undefined) return { fault: "a failure that cannot be read" };
  return { message: frame };
}

/** A place in the arguments as it is shown: its beginning, when it is long. */
function placeOf(at: string): string {
  return printable(at.length <= MAX_PLACE ? at : `${at.slice(0, MAX_PLACE)}…`);
}

/** `["pull", id]`, `["release", id, count]`, `["abort", error]`. */
function isBare(frame: Frame): boolean {
  const [kind, id, count] = frame;
  if (kind === "pull") return frame.length === 2 && Number.isSafeInteger(id);
  if (kind === "release") {
    return frame.length === 3 && Number.isSafeInteger(id) && Number.isSafeInteger(count) && Number(count) > 0;
  }
  return kind === "abort" && frame.length === 2 && ANYTHING.misfit(id) === undefined;
}

/** The same place in the order of calls, taken by one that says why. */
function refuse(kind: "push" | "stream", why: string): Judgement {
  return { message: refusal(kind, why), refusal: why };
}

function refusal(kind: "push" | "stream", why: string): Frame {
  return [kind, ["pipeline", 0, ["refused"], [why.slice(0, MAX_WHY)]]];
}

function parse(text: string): Frame | undefined {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Ids of functions that are handed over in an encoded value; its depth was checked, or is the host's own. */
function functionsIn(value: unknown): number[] {
  const found: number[] = [];
  const look = (part: unknown) => {
    if (typeof part !== "object" || part === null) return;
    if (Array.isArray(part) && part[0] === "export" && part.length === 2) found.push(Number(part[1]));
    else for (const inner of Array.isArray(part) ? part : Object.values(part)) look(inner);
  };
  look(value);
  return found;
}
