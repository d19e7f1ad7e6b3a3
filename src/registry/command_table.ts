import type { ConsoleCommand } from "./command.ts";
import { checkPattern, type CommandWords, commandWords, fixedPart, overlap, parsePattern } from "./pattern.ts";
import { CORE, type Owner, type Registration, RegistrationTable } from "./table.ts";
import { type Path, WordTree } from "./word_tree.ts";

/** Most others that a new command is compared with: what has more counts as taken. */
const MOST_COMPARED = 1_000;

/**
 * Console commands by their words. They are found by those that must be typed first, so that neither a line nor a new
 * command costs more when modules have many.
 */
export class CommandTable extends RegistrationTable<ConsoleCommand> {
  readonly #tree = new WordTree<Registration<ConsoleCommand>>();
  readonly #words = new WeakMap<ConsoleCommand, CommandWords>();

  /**
   * Adds a command.
   *
   * @throws {TypeError} when its words are wrong or too many
   */
  override add(registration: Registration<ConsoleCommand>): Disposable {
    checkPattern(registration.value.command);
    return super.add(registration);
  }

  /** The words of a command. */
  wordsOf(command: ConsoleCommand): CommandWords {
    let words = this.#words.get(command);
    if (words === undefined) this.#words.set(command, words = commandWords(command.command));
    return words;
  }

  /**
   * What there is along typed words: the commands, of each name the preferred one, whose first words were typed as far as
   * they must be; and how the line may go on.
   *
   * @param keys the words in small letters
   */
  along(keys: readonly string[]): Path<Registration<ConsoleCommand>> {
    const path = this.#tree.path(keys);
    return { ...path, things: path.things.filter((one) => this.isPreferred(one)) };
  }

  /**
   * The command of somebody else that could be called with the same words, or with a beginning of them: one of the two
   * would take lines from the other. The core's first; undefined when there is none. A command that a thousand begin as is
   * not compared with all of them: it has a twin.
   *
   * @param self whose own commands are none
   */
  twinOf(self: Owner, command: string): Registration<ConsoleCommand> | undefined {
    const twins = this.twinsOf(self, command);
    return twins.find(({ owner }) => owner === CORE) ?? twins[0];
  }

  /** All commands that {@linkcode twinOf} chooses from, a thousand at most. */
  twinsOf(self: Owner, command: string): Registration<ConsoleCommand>[] {
    const words = commandWords(command);
    const keys = words.keys.map((one) => [...one.keys()]);
    const found: Registration<ConsoleCommand>[] = [];
    let compared = 0;
    for (const one of this.#tree.near(keys, (at) => words.pattern[at]?.kind === "optional")) {
      if (one.owner === self) continue;
      if (++compared > MOST_COMPARED) return [...found, one];
      const theirs = this.wordsOf(one.value);
      // Of the core's no word is free that only begins as one does: what is mistyped is the core's to answer.
      if (overlap(words, one.owner === CORE ? fixedPart(theirs) : theirs)) found.push(one);
    }
    return found;
  }

  /** Places one that was added in the tree. */
  protected override added(registration: Registration<ConsoleCommand>): void {
    const { fixed, whole } = this.#place(registration);
    this.#tree.add(registration, fixed, whole);
  }

  /** Takes one that was removed out of the tree. */
  protected override removed(registration: Registration<ConsoleCommand>): void {
    const { fixed, whole } = this.#place(registration);
    this.#tree.delete(registration, fixed, whole);
  }

  /** The words that must be typed first, and whether these are all. */
  #place({ value }: Registration<ConsoleCommand>): { fixed: string[]; whole: boolean } {
    // Not kept: what was never typed need not be taken apart for lines.
    const pattern = parsePattern(value.command);
    const end = pattern.findIndex(({ kind }) => kind !== "fixed");
    const fixed = (end < 0 ? pattern : pattern.slice(0, end)).flatMap(({ words }) => words);
    return { fixed, whole: end < 0 };
  }
}
