import { type ConsoleCommand, fixedWords } from "./command.ts";
import { checkPattern, type CommandWords, commandWords } from "./pattern.ts";
import { CORE, type Owner, type Registration, RegistrationTable } from "./table.ts";

/**
 * Console commands by their words. Lines are looked up by their first word, and twins by the words that must be typed, so
 * that neither costs more when modules have many commands.
 */
export class CommandTable extends RegistrationTable<ConsoleCommand> {
  readonly #byFirst = new Map<string, Set<Registration<ConsoleCommand>>>();
  readonly #byFixed = new Map<string, Set<Registration<ConsoleCommand>>>();
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
    if (words === undefined) {
      this.#words.set(command, words = commandWords(command.command));
    }
    return words;
  }

  /** What a line may begin with, in small letters, in no particular order. */
  firstWords(): string[] {
    return [...this.#byFirst.keys()];
  }

  /** The commands that a line may call whose first word is that one, of each name the preferred one. */
  beginningWith(first: string): Registration<ConsoleCommand>[] {
    const found = this.#byFirst.get(first.toLowerCase());
    return found === undefined ? [] : [...found].filter((one) => this.get(one.name) === one);
  }

  /**
   * The command of somebody else that has the same words, or of the core that these words would take a part of; undefined
   * when there is none.
   *
   * @param self whose own commands are none
   */
  twinOf(self: Owner, command: string): Registration<ConsoleCommand> | undefined {
    const words = fixedWords(command);
    const others = [...this.#byFixed.get(words) ?? []].filter(({ owner }) => owner !== self);
    if (others[0] !== undefined) return others[0];
    for (let end = words.lastIndexOf(" "); end > 0; end = words.lastIndexOf(" ", end - 1)) {
      for (const one of this.#byFixed.get(words.slice(0, end)) ?? []) {
        if (one.owner === CORE && one.owner !== self) return one;
      }
    }
    return undefined;
  }

  protected override added(registration: Registration<ConsoleCommand>): void {
    for (const first of this.#firstOf(registration)) addTo(this.#byFirst, first, registration);
    addTo(this.#byFixed, fixedWords(registration.value.command), registration);
  }

  protected override removed(registration: Registration<ConsoleCommand>): void {
    for (const first of this.#firstOf(registration)) removeFrom(this.#byFirst, first, registration);
    removeFrom(this.#byFixed, fixedWords(registration.value.command), registration);
  }

  /** Every word that may be the first: optional ones and the one behind them. */
  #firstOf({ value }: Registration<ConsoleCommand>): Set<string> {
    const { pattern, keys } = this.wordsOf(value);
    const end = pattern.findIndex(({ kind }) => kind !== "optional");
    return new Set(keys.slice(0, end < 0 ? keys.length : end + 1).flatMap((words) => [...words.keys()]));
  }
}

function addTo<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

function removeFrom<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
