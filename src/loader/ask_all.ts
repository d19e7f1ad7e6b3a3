import { Slices } from "../work/mod.ts";

/** Most questions that one module is asked at the same time. */
const AT_ONCE = 32;

/** Something that code of a module is asked to do before another module stops. */
export interface Question {
  /** Whose code answers; empty when the host itself does. */
  readonly module: string;
  /** What it is asked, for people: `cancel of extension 100`. */
  readonly what: string;
  /** Asks. A failure is an answer, too. */
  ask(): void | Promise<void>;
}

/** A module that was given up. */
export interface Unanswered {
  readonly module: string;
  /** What it did not answer first, and how much else. */
  readonly what: string;
}

/**
 * Asks all modules at once, each some questions at a time, in order.
 *
 * @param milliseconds when what is not answered is given up
 * @returns who was given up
 */
export async function askAll(questions: readonly Question[], milliseconds: number): Promise<Unanswered[]> {
  if (questions.length === 0) return [];
  const lanes = [...Map.groupBy(questions, ({ module }) => module).values()].map((list) => new Lane(list));
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([Promise.all(lanes.map((lane) => lane.run())), late]);
  clearTimeout(timer);
  return lanes.flatMap((lane) => lane.giveUp() ?? []);
}

/** What one module is asked. */
class Lane {
  readonly #questions: readonly Question[];
  readonly #pending = new Set<Question>();
  #next = 0;
  #over = false;

  constructor(questions: readonly Question[]) {
    this.#questions = questions;
  }

  async run(): Promise<void> {
    const slices = new Slices();
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, this.#questions.length) }, () => this.#ask(slices)));
  }

  /** Asks no more. Who did not answer, if there is something that is not answered. */
  giveUp(): Unanswered | undefined {
    this.#over = true;
    const [first] = this.#pending;
    if (first === undefined) return undefined;
    const others = this.#pending.size + this.#questions.length - this.#next - 1;
    return { module: first.module, what: others === 0 ? first.what : `${first.what} and ${others} more` };
  }

  async #ask(slices: Slices): Promise<void> {
    while (!this.#over) {
      const question = this.#questions[this.#next];
      if (question === undefined) return;
      this.#next++;
      this.#pending.add(question);
      try {
        await question.ask();
      } catch {
        // Whoever fails at letting go keeps nobody from stopping.
      }
      this.#pending.delete(question);
      if (slices.over && !this.#over) await slices.next();
    }
  }
}
