import { HostError } from "../fault/mod.ts";
import type { DialplanContext, DialplanPriority } from "../module_api/mod.ts";
import { Slices } from "../work/mod.ts";
import { Context, type ExtensionEntry } from "./context.ts";
import { digitsOf } from "./pattern.ts";
import { Share, type TableLimits } from "./share.ts";

/** How many contexts one lookup goes through, as in Asterisk. */
const MAX_INCLUDES = 128;
/** Steps of one lookup, some milliseconds: what a dialplan is must not hold up the host. */
const MAX_LOOKUP = 1_000_000;
/** Most sentences about what was left out. */
const MAX_FAULTS = 1000;

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
  /** The module it is from. */
  readonly registrar: string;
}

/** What a replacement changed. */
export interface Replaced {
  /** What was left out, as sentences. */
  readonly faults: string[];
  /** Contexts that are new. */
  readonly added: readonly Context[];
  /** Contexts that are gone. */
  readonly removed: readonly Context[];
  /** Those of them that were another's and had to go. */
  readonly evicted: readonly Context[];
}

/** What an addition changed. */
export interface Added {
  /** Why nothing changed, as a sentence. */
  readonly fault?: string | undefined;
  /** The step that had to go for it. */
  readonly old?: DialplanPriority | undefined;
}

/** What of a table is decided elsewhere. */
export interface TableRules {
  /** Whether a context takes in what another has. @default {every one} */
  mayInclude?(context: Context, include: string): boolean;
  /** Whether a registrar's contexts take the place of another's of the same name. @default {none} */
  goesFirst?(registrar: string): boolean;
}

/** Contexts by name, each of one registrar, which has so much room and no more. */
export class DialplanTable {
  readonly #contexts = new Map<string, Context>();
  readonly #shares = new Map<string, Share>();
  readonly #limits: Partial<TableLimits>;
  readonly #rules: TableRules;

  /** No contexts; limits that are left out are those of {@linkcode Share}. */
  constructor(limits: Partial<TableLimits> = {}, rules: TableRules = {}) {
    this.#limits = limits;
    this.#rules = rules;
  }

  /** Every context, sorted by name. */
  contexts(): Context[] {
    return [...this.#contexts.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** A context by its name. */
  context(name: string): Context | undefined {
    return this.#contexts.get(name);
  }

  /**
   * Makes contexts for a registrar, in slices of time. They are in nobody's way until {@linkcode put}.
   *
   * @throws {HostError} with code `limit` when it is more than a registrar may have
   */
  async draft(registrar: string, contexts: readonly DialplanContext[]): Promise<Draft> {
    const slices = new Slices();
    const share = new Share(registrar, this.#limits);
    const made: Draft["made"][number][] = [];
    for (const { name, includes, priorities } of contexts) {
      if (slices.over) await slices.next();
      const context = new Context(name, registrar, [...includes]);
      const faults: string[] = [];
      mustFit(share.addContext(context));
      for (const step of priorities) {
        if (slices.over) await slices.next();
        const { taken, made } = context.put(step, false);
        if (!taken) mustFit(share.take(context, { step, counts: true, extension: made }));
        else if (faults.length <= MAX_FAULTS) faults.push(inUse(name, step));
      }
      made.push({ context, faults });
    }
    return { registrar, share, made };
  }

  /**
   * Puts contexts that were made in place of those their registrar had, all at once. A name that another has is refused,
   * unless this registrar goes first; the others are taken.
   */
  put({ registrar, share, made }: Draft): Replaced {
    const removed = this.removeRegistrar(registrar);
    this.#shares.set(registrar, share);
    const faults: string[] = [];
    const evicted = this.#rules.goesFirst?.(registrar) === true ? this.#evict(made) : [];
    for (const { context, faults: own } of made) {
      const other = this.#contexts.get(context.name);
      if (other === undefined) {
        this.#contexts.set(context.name, context);
        for (const fault of own) faults.push(fault);
      } else {
        share.removeContext(context);
        faults.push(`Context '${context.name}' is left out: another module has one of that name`);
      }
    }
    return { faults: cut(faults), added: share.contexts, removed: [...removed, ...evicted], evicted };
  }

  /** Takes contexts of others away whose names are wanted. */
  #evict(made: Draft["made"]): Context[] {
    return made.flatMap(({ context: { name } }) => {
      const other = this.#contexts.get(name);
      if (other === undefined || this.#rules.goesFirst?.(other.registrar) === true) return [];
      this.#shares.get(other.registrar)?.removeContext(other);
      this.#contexts.delete(name);
      return [other];
    });
  }

  /** Adds one priority to a context, which is made when it is not there. */
  add(registrar: string, { context: name, priority, replace }: Addition): Added {
    const known = this.#contexts.get(name);
    if (known !== undefined && known.registrar !== registrar) {
      return { fault: `Context '${name}' is from another module` };
    }
    const share = this.#shares.get(registrar) ?? new Share(registrar, this.#limits);
    const context = known ?? new Context(name, registrar, []);
    const charge = { step: priority, counts: true, extension: true };
    const full = (known === undefined ? share.addContext(context) : undefined) ?? share.take(context, charge);
    if (full !== undefined) {
      if (known === undefined) share.removeContext(context);
      return { fault: `Cannot add to the dialplan: ${full}` };
    }
    this.#shares.set(registrar, share);
    this.#contexts.set(name, context);
    const { taken, old, made } = context.put(priority, replace);
    if (!made) share.give(context, { ...charge, counts: taken });
    if (taken) return { fault: inUse(name, priority) };
    if (old !== undefined) share.give(context, { step: old, counts: true, extension: false });
    return { old };
  }

  /**
   * Removes an extension, or one priority of it.
   *
   * @returns the priorities that went
   */
  async remove(registrar: string, { context: name, extension, priority }: Removal): Promise<DialplanPriority[]> {
    const context = this.#contexts.get(name);
    const share = this.#shares.get(registrar);
    if (context === undefined || share === undefined || context.registrar !== registrar) return [];
    const slices = new Slices();
    const gone: DialplanPriority[] = [];
    for (const entry of context.named(extension)) {
      if (slices.over) await slices.next();
      for (const step of priority === undefined ? [...entry.priorities] : [entry.step(priority)]) {
        if (step === undefined) continue;
        if (priority !== undefined) entry.delete(step);
        share.give(context, { step, counts: true, extension: false });
        gone.push(step);
      }
      if (priority !== undefined && entry.priorities.length > 0) continue;
      context.delete(entry);
      share.give(context, { step: { extension, caller: entry.caller?.name }, counts: false, extension: true });
    }
    return gone;
  }

  /** Removes every context of a registrar: those that went. */
  removeRegistrar(registrar: string): Context[] {
    const contexts = this.#shares.get(registrar)?.contexts ?? [];
    this.#shares.delete(registrar);
    for (const { name } of contexts) this.#contexts.delete(name);
    return contexts;
  }

  /**
   * The priority a call is at: of the extensions that match, the first that has it, those of the context itself before
   * those of what it includes.
   *
   * @param wanted its number, or its label
   * @throws {HostError} with code `limit` when it takes too many steps
   */
  find(dialed: Dialed, wanted: number | string): FoundPriority | undefined {
    const { context, extension, caller } = dialed;
    const digits = { extension: digitsOf(extension), caller: digitsOf(caller) };
    return this.#findIn(context, { dialed, digits, wanted, seen: new Set<string>(), left: MAX_LOOKUP });
  }

  #findIn(name: string, search: Search): FoundPriority | undefined {
    const context = this.#contexts.get(name);
    const { seen } = search;
    if (context === undefined || seen.has(name) || seen.size >= MAX_INCLUDES) return undefined;
    seen.add(name);
    for (const entry of context.candidates(search.digits.extension)) {
      spend(search, entry.pattern.cost + (entry.caller?.cost ?? 0));
      const priority = takes(entry, search.digits) ? entry.step(search.wanted) : undefined;
      if (priority !== undefined) return { priority, context: name, registrar: context.registrar };
    }
    for (const include of context.includes) {
      if (seen.size >= MAX_INCLUDES) return undefined;
      spend(search, 1);
      if (this.#rules.mayInclude?.(context, include) === false) continue;
      const found = this.#findIn(include, search);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Contexts that were made for a registrar, and what of each was left out. */
export interface Draft {
  /** Whose they are. */
  readonly registrar: string;
  /** What they take of what the registrar may have. */
  readonly share: Share;
  /** Each, and sentences about it. */
  readonly made: readonly { readonly context: Context; readonly faults: readonly string[] }[];
}

interface Search {
  readonly dialed: Dialed;
  readonly digits: Pick<Dialed, "extension" | "caller">;
  readonly wanted: number | string;
  readonly seen: Set<string>;
  left: number;
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

function takes({ pattern, caller }: ExtensionEntry, digits: Search["digits"]): boolean {
  return pattern.matchesDigits(digits.extension) && caller?.matchesDigits(digits.caller) !== false;
}

function spend(search: Search, steps: number): void {
  search.left -= steps;
  if (search.left >= 0) return;
  const { extension, context } = search.dialed;
  throw new HostError(
    "limit",
    `Cannot look up ${extension.slice(0, 80)}@${context.slice(0, 80)}: it takes over ${MAX_LOOKUP} steps; ` +
      "make the context smaller",
  );
}

function inUse(context: string, { extension, priority }: DialplanPriority): string {
  return `Unable to register extension '${extension}' priority ${priority} in '${context}', already in use`;
}

function mustFit(fault: string | undefined): void {
  if (fault !== undefined) throw new HostError("limit", `Cannot take the dialplan: ${fault}`);
}

function cut(faults: string[]): string[] {
  if (faults.length <= MAX_FAULTS) return faults;
  return [...faults.slice(0, MAX_FAULTS), `${faults.length - MAX_FAULTS} more were left out`];
}
