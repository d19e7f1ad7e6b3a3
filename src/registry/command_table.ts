import { type ConsoleCommand, fixedWords } from "./command.ts";
import { canBeginWith, checkPattern, type CommandWords, commandWords, parsePattern } from "./pattern.ts";
import { CORE, type Owner, type Registration, RegistrationTable } from "./table.ts";
import { type Path, WordTree } from "./word_tree.ts";

/** A command of the core. */
interface CoreCommand {
  readonly registration: Registration<ConsoleCommand>;
  readonly fixed: readonly string[];
}

/**
 * Console commands by their words. They are found by those that must be typed first, so that neither a line nor a new
 * command costs more when modules have many.
 */
export class CommandTable extends RegistrationTable<ConsoleCommand> {
  readonly #tree = new WordTree<Registration<ConsoleCommand>>();
  /** The core's own, by their first word. */
  readonly #core = new Map<string, readonly CoreCommand[]>();
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
   * The command of somebody else that has the same words, or of the core that these words would take a part of; undefined
   * when there is none.
   *
   * @param self whose own commands are none
   */
  twinOf(self: Owner, command: string): Registration<ConsoleCommand> | undefined {
    const keys = splitWords(fixedWords(command));
    for (const twin of this.#tree.at(keys)) if (twin.owner !== self) return twin;
    if (self === CORE) return undefined;
    // Whatever it can be called by: a choice or an option may stand where the core has its word.
    const pattern = parsePattern(command);
    return this.#ofCore(keys[0] ?? "").find(({ fixed }) => canBeginWith(pattern, fixed))?.registration;
  }

  /** Commands of the core that begin with a word, and their words that must be typed first. */
  #ofCore(first: string): readonly CoreCommand[] {
    return this.#core.get(first) ?? [];
  }

  /** Places one that was added in the tree. */
  protected override added(registration: Registration<ConsoleCommand>): void {
    const { fixed, whole } = this.#place(registration);
    this.#tree.add(registration, fixed, whole);
    const first = fixed[0]?.toLowerCase();
    if (registration.owner !== CORE || first === undefined) return;
    const words = fixed.map((word) => word.toLowerCase());
    this.#core.set(first, [...this.#ofCore(first), { registration, fixed: words }]);
  }

  /** Takes one that was removed out of the tree. */
  protected override removed(registration: Registration<ConsoleCommand>): void {
    const { fixed, whole } = this.#place(registration);
    this.#tree.delete(registration, fixed, whole);
    const first = fixed[0]?.toLowerCase();
    if (registration.owner !== CORE || first === undefined) return;
    this.#core.set(first, this.#ofCore(first).filter((one) => one.registration !== registration));
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

function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
