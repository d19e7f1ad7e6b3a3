import type { DialplanPriority } from "../module_api/mod.ts";
import { digitsOf, ExtensionPattern } from "./pattern.ts";
import { SortedList } from "./sorted_list.ts";

/** An extension of a context, with its priorities in order. */
export class ExtensionEntry {
  /** What it matches. */
  readonly pattern: ExtensionPattern;
  /** Callers it is for; nothing: all. */
  readonly caller: ExtensionPattern | undefined;
  /** Its place among those of the same name. */
  readonly age: number;
  /** Its steps, in order. */
  readonly priorities: SortedList<DialplanPriority> = new SortedList(comparePriorities);
  /** Steps by their labels, those of one in order; most have none. */
  #labels: Map<string, SortedList<DialplanPriority>> | undefined;

  /** An extension without steps. */
  constructor({ extension, caller }: Pick<DialplanPriority, "extension" | "caller">, age: number) {
    this.pattern = new ExtensionPattern(extension);
    this.caller = caller === undefined ? undefined : new ExtensionPattern(caller);
    this.age = age;
  }

  /** Its step of a number, or the first of a label. */
  step(wanted: number | string): DialplanPriority | undefined {
    if (typeof wanted === "number") return this.priorities.find((one) => one.priority - wanted);
    const [first] = this.#labels?.get(wanted) ?? [];
    return first;
  }

  /** Puts a step in, in place of the one of that number. */
  set(step: DialplanPriority, old: DialplanPriority | undefined): void {
    if (old !== undefined) this.delete(old);
    this.priorities.add(step);
    const { label } = step;
    if (label === undefined) return;
    this.#labels ??= new Map();
    const same = this.#labels.get(label) ?? new SortedList(comparePriorities);
    same.add(step);
    this.#labels.set(label, same);
  }

  /** Takes a step out. */
  delete(step: DialplanPriority): void {
    this.priorities.delete(step);
    const same = step.label === undefined ? undefined : this.#labels?.get(step.label);
    same?.delete(step);
    if (same?.length === 0) this.#labels?.delete(step.label!);
  }
}

function comparePriorities(a: DialplanPriority, b: DialplanPriority): number {
  return a.priority - b.priority;
}

/** One for certain callers is tried before the same one for all. */
function compareEntries(a: ExtensionEntry, b: ExtensionEntry): number {
  return a.pattern.compare(b.pattern) || Number(a.caller === undefined) - Number(b.caller === undefined) ||
    a.age - b.age;
}

/** What one putting in changed. */
export interface Put {
  /** Whether the number was taken, and is so still. */
  readonly taken: boolean;
  /** The step that had to go. */
  readonly old?: DialplanPriority | undefined;
  /** Whether the extension is new. */
  readonly made: boolean;
}

/** A context: names are found at once, patterns one after another. */
export class Context {
  /** Its name. */
  readonly name: string;
  /** The module it is from. */
  readonly registrar: string;
  /** Contexts that are looked through after it. */
  readonly includes: readonly string[];
  readonly #entries = new Map<string, ExtensionEntry>();
  /** By name, the callers there are extensions for. */
  readonly #callers = new Map<string, Set<string>>();
  readonly #byDigits = new Map<string, SortedList<ExtensionEntry>>();
  readonly #names = new SortedList<ExtensionEntry>(compareEntries);
  readonly #patterns = new SortedList<ExtensionEntry>(compareEntries);
  #age = 0;

  /** A context without extensions. */
  constructor(name: string, registrar: string, includes: readonly string[]) {
    this.name = name;
    this.registrar = registrar;
    this.includes = includes;
  }

  /** Its extensions, in the order in which they are tried. */
  *extensions(): Generator<ExtensionEntry> {
    yield* this.#names;
    yield* this.#patterns;
  }

  /** How many extensions it has. */
  get size(): number {
    return this.#entries.size;
  }

  /** Those that may match what was dialed, in the order in which they are tried; patterns are to be asked. */
  *candidates(digits: string): Generator<ExtensionEntry> {
    yield* this.#byDigits.get(digits) ?? [];
    yield* this.#patterns;
  }

  /** Puts a step in. */
  put(step: DialplanPriority, replace: boolean): Put {
    const key = keyOf(step.extension, step.caller);
    const known = this.#entries.get(key);
    const old = known?.step(step.priority);
    if (old !== undefined && !replace) return { taken: true, made: false };
    const entry = known ?? this.#make(key, step);
    entry.set(step, old);
    return { taken: false, old, made: known === undefined };
  }

  /** The extensions of a name as written, for whichever callers. */
  *named(extension: string): Generator<ExtensionEntry> {
    const all = this.#entries.get(keyOf(extension, undefined));
    for (const caller of [...this.#callers.get(extension) ?? []]) {
      const entry = this.#entries.get(keyOf(extension, caller));
      if (entry !== undefined) yield entry;
    }
    if (all !== undefined) yield all;
  }

  /** Takes an extension out. */
  delete(entry: ExtensionEntry): void {
    const { pattern: { name, isPattern }, caller } = entry;
    this.#entries.delete(keyOf(name, caller?.name));
    if (caller !== undefined) {
      const callers = this.#callers.get(name);
      callers?.delete(caller.name);
      if (callers?.size === 0) this.#callers.delete(name);
    }
    if (isPattern) return void this.#patterns.delete(entry);
    this.#names.delete(entry);
    const digits = digitsOf(name);
    const list = this.#byDigits.get(digits);
    list?.delete(entry);
    if (list?.length === 0) this.#byDigits.delete(digits);
  }

  #make(key: string, step: DialplanPriority): ExtensionEntry {
    const entry = new ExtensionEntry(step, this.#age++);
    const { pattern: { name, isPattern }, caller } = entry;
    this.#entries.set(key, entry);
    if (caller !== undefined) this.#callers.set(name, (this.#callers.get(name) ?? new Set()).add(caller.name));
    if (isPattern) this.#patterns.add(entry);
    else {
      this.#names.add(entry);
      const digits = digitsOf(name);
      const list = this.#byDigits.get(digits) ?? new SortedList(compareEntries);
      list.add(entry);
      this.#byDigits.set(digits, list);
    }
    return entry;
  }
}

/** No two extensions have the same: the one for all callers begins with no digit. */
function keyOf(extension: string, caller: string | undefined): string {
  return caller === undefined ? `=${extension}` : `${extension.length}/${extension}${caller}`;
}
