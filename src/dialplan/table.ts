import type { DialplanContext, DialplanPriority } from "../module_api/mod.ts";
import { ExtensionPattern } from "./pattern.ts";

/** How deep contexts may include one another, as in Asterisk. */
const MAX_INCLUDES = 128;

/** What a call is looked up by. */
export interface Dialed {
  /** Where it is looked for. */
  readonly context: string;
  /** What was dialed. */
  readonly extension: string;
  /** Number of the caller, for `exten => name/caller`. */
  readonly caller: string;
}

/** A priority, and where it was found. */
export interface FoundPriority {
  /** The step. */
  readonly priority: DialplanPriority;
  /** The context it stands in, which may be an included one. */
  readonly context: string;
}

/** An extension of a context, with its priorities in order. */
export interface ExtensionEntry {
  /** What it matches. */
  readonly pattern: ExtensionPattern;
  /** Callers it is for; nothing: all. */
  readonly caller: ExtensionPattern | undefined;
  /** Its steps, in order. */
  readonly priorities: DialplanPriority[];
}

/** A context in use. */
export interface ContextEntry {
  /** Its name. */
  readonly name: string;
  /** The module it is from. */
  readonly registrar: string;
  /** Contexts that are looked through after it. */
  readonly includes: readonly string[];
  /** In the order in which they are tried. */
  readonly extensions: ExtensionEntry[];
}

/** Contexts by name, each of one registrar. */
export class DialplanTable {
  readonly #contexts = new Map<string, ContextEntry>();

  /** Every context, sorted by name. */
  contexts(): ContextEntry[] {
    return [...this.#contexts.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** A context by its name. */
  context(name: string): ContextEntry | undefined {
    return this.#contexts.get(name);
  }

  /**
   * Puts all contexts of a registrar in place of those it had. A name that another has is refused; the others are taken.
   *
   * @returns what was refused, as sentences
   */
  replace(registrar: string, contexts: readonly DialplanContext[]): string[] {
    this.removeRegistrar(registrar);
    return contexts.flatMap(({ name, includes, priorities }) => {
      const other = this.#contexts.get(name);
      if (other !== undefined) return [`Context '${name}' is left out: '${other.registrar}' has one of that name`];
      const context = { name, registrar, includes: [...includes], extensions: [] };
      this.#contexts.set(name, context);
      return priorities.flatMap((priority) => addPriority(context, priority, false) ?? []);
    });
  }

  /**
   * Adds one priority to a context, which is made when it is not there.
   *
   * @returns why not, as a sentence
   */
  add(registrar: string, { context: name, priority, replace }: Addition): string | undefined {
    const known = this.#contexts.get(name);
    if (known !== undefined && known.registrar !== registrar) return `Context '${name}' is from '${known.registrar}'`;
    const context = known ?? { name, registrar, includes: [], extensions: [] };
    const fault = addPriority(context, priority, replace);
    if (fault === undefined) this.#contexts.set(name, context);
    return fault;
  }

  /** Removes an extension, or one priority of it. Says how many priorities went. */
  remove(registrar: string, { context: name, extension, priority }: Removal): number {
    const context = this.#contexts.get(name);
    if (context === undefined || context.registrar !== registrar) return 0;
    let count = 0;
    for (const entry of [...context.extensions]) {
      if (entry.pattern.name !== extension) continue;
      const kept = entry.priorities.filter((one) => priority !== undefined && one.priority !== priority);
      count += entry.priorities.length - kept.length;
      entry.priorities.splice(0, Infinity, ...kept);
      if (kept.length === 0) context.extensions.splice(context.extensions.indexOf(entry), 1);
    }
    return count;
  }

  /** Removes every context of a registrar. */
  removeRegistrar(registrar: string): void {
    for (const [name, context] of this.#contexts) if (context.registrar === registrar) this.#contexts.delete(name);
  }

  /**
   * The priority a call is at: of the extensions that match, the first that has it, those of the context itself before
   * those of what it includes.
   *
   * @param wanted its number, or its label
   */
  find(dialed: Dialed, wanted: number | string): FoundPriority | undefined {
    const search = { dialed, wanted, seen: new Set<string>() };
    return this.#findIn(dialed.context, search);
  }

  #findIn(name: string, search: Search): FoundPriority | undefined {
    const context = this.#contexts.get(name);
    if (context === undefined || search.seen.has(name) || search.seen.size >= MAX_INCLUDES) return undefined;
    search.seen.add(name);
    const { dialed: { extension, caller }, wanted } = search;
    for (const entry of context.extensions) {
      if (!entry.pattern.matches(extension) || entry.caller?.matches(caller) === false) continue;
      const priority = entry.priorities.find((one) =>
        wanted === (typeof wanted === "number" ? one.priority : one.label)
      );
      if (priority !== undefined) return { priority, context: name };
    }
    for (const include of context.includes) {
      const found = this.#findIn(include, search);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

interface Search {
  readonly dialed: Dialed;
  readonly wanted: number | string;
  readonly seen: Set<string>;
}

/** A priority to add. */
export interface Addition {
  /** The context. */
  readonly context: string;
  /** The step. */
  readonly priority: DialplanPriority;
  /** Takes the place of one that is there. */
  readonly replace: boolean;
}

/** What to remove; without a priority the whole extension. */
export interface Removal {
  /** The context. */
  readonly context: string;
  /** The extension, as written. */
  readonly extension: string;
  /** Its step. */
  readonly priority?: number | undefined;
}

function addPriority(context: ContextEntry, priority: DialplanPriority, replace: boolean): string | undefined {
  const { extension, caller } = priority;
  const entry = context.extensions.find((one) => one.pattern.name === extension && one.caller?.name === caller) ??
    addExtension(context, priority);
  const at = entry.priorities.findIndex((one) => one.priority >= priority.priority);
  const same = entry.priorities[at]?.priority === priority.priority;
  if (same && !replace) {
    return `Unable to register extension '${extension}' priority ${priority.priority} in '${context.name}', already in use`;
  }
  entry.priorities.splice(at < 0 ? entry.priorities.length : at, same ? 1 : 0, priority);
  return undefined;
}

/** One for certain callers is tried before the same one for all. */
function addExtension(context: ContextEntry, { extension, caller }: DialplanPriority): ExtensionEntry {
  const pattern = new ExtensionPattern(extension);
  const entry = {
    pattern,
    caller: caller === undefined ? undefined : new ExtensionPattern(caller),
    priorities: [],
  };
  const place = context.extensions.findIndex((other) => {
    const difference = pattern.compare(other.pattern);
    return difference < 0 || (difference === 0 && caller !== undefined && other.caller === undefined);
  });
  context.extensions.splice(place < 0 ? context.extensions.length : place, 0, entry);
  return entry;
}
