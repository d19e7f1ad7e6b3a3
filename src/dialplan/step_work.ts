import type { Logger } from "../log/mod.ts";
import { Budget } from "../work/mod.ts";

/** Steps that the text of one priority may take, some tens of milliseconds. */
const MAX_STEPS = 2_000_000;
/** Steps that all regular expressions in it may take: a match cannot give the thread back. */
const MAX_MATCH_STEPS = 250_000;
/** Warnings and errors about one priority. */
const MAX_MESSAGES = 10;
/** Characters of one: what is quoted may be long. */
const MAX_MESSAGE = 400;

/** The work for the text of one priority: counted, and not more is said of it than somebody would read. */
export class StepWork {
  readonly #steps = new Budget(MAX_STEPS, "the arguments");
  readonly #matching = new Budget(MAX_MATCH_STEPS, "the regular expression");
  readonly #log: Pick<Logger, "warning" | "error">;
  readonly #said = new Set<string>();

  /** No work yet; the log is told what is odd, each thing once. */
  constructor(log: Pick<Logger, "warning" | "error">) {
    this.#log = log;
  }

  /** Counts work, in steps of some ten nanoseconds. Throws a HostError with code `limit` when it is too much. */
  spend(steps: number): void {
    this.#steps.spend(steps);
  }

  /** Counts the work of regular expressions; what is too much ends these alone. */
  match(steps: number): void {
    this.#matching.spend(steps);
  }

  /** Says what is odd. */
  warn(message: string): void {
    this.#say("warning", message);
  }

  /** Says what is wrong. */
  error(message: string): void {
    this.#say("error", message);
  }

  #say(level: "warning" | "error", message: string): void {
    const cut = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
    if (this.#said.has(cut) || this.#said.size >= MAX_MESSAGES) return;
    this.#said.add(cut);
    this.#log[level](this.#said.size < MAX_MESSAGES ? cut : `${cut} (what follows is left out)`);
  }
}
