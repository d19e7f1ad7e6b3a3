import type { DialplanPriority } from "../module_api/mod.ts";
import type { Context } from "./context.ts";

/** How much of the dialplan one registrar may have. */
export interface TableLimits {
  /** Contexts. */
  readonly contexts: number;
  /** Steps of all contexts together. */
  readonly steps: number;
  /** Includes of all contexts together. */
  readonly includes: number;
  /** Characters of all together; those of patterns count 16 times, for they take so much more memory. */
  readonly characters: number;
}

/** What the dialplan of one module may have when nothing else is said. */
export const DIALPLAN_LIMITS: TableLimits = {
  contexts: 10_000,
  steps: 200_000,
  includes: 50_000,
  characters: 32 * 1024 * 1024,
};
/** What a place of a pattern takes, in characters. */
const PATTERN_FACTOR = 16;

interface Used {
  steps: number;
  includes: number;
  characters: number;
}

/** What is charged: a step, the extension it is in, or both. */
export interface Charge {
  /** The step, or as much of it as says which extension is meant. */
  readonly step: Pick<DialplanPriority, "extension" | "caller"> & Partial<DialplanPriority>;
  /** Whether the step itself counts. */
  readonly counts: boolean;
  /** Whether the extension counts, too. */
  readonly extension: boolean;
}

/** What one registrar has of the dialplan. */
export class Share {
  readonly #registrar: string;
  readonly #limits: TableLimits;
  readonly #contexts = new Map<Context, Used>();
  readonly #used: Used = { steps: 0, includes: 0, characters: 0 };

  /** Nothing yet; limits that are left out have their defaults. */
  constructor(registrar: string, limits: Partial<TableLimits>) {
    this.#registrar = registrar;
    this.#limits = { ...DIALPLAN_LIMITS, ...limits };
  }

  /** Its contexts. */
  get contexts(): Context[] {
    return [...this.#contexts.keys()];
  }

  /** Takes a context on; why not, as the rest of a sentence. */
  addContext(context: Context): string | undefined {
    if (this.#contexts.size >= this.#limits.contexts) return this.#full("contexts");
    const { name, includes } = context;
    const characters = includes.reduce((sum, include) => sum + include.length, name.length);
    const used = { steps: 0, includes: 0, characters: 0 };
    const fault = this.#take(used, { steps: 0, includes: includes.length, characters });
    if (fault === undefined) this.#contexts.set(context, used);
    return fault;
  }

  /** Gives a context up with all that is in it. */
  removeContext(context: Context): void {
    const used = this.#contexts.get(context);
    if (used !== undefined) this.#give(used, { ...used });
    this.#contexts.delete(context);
  }

  /** Takes on what is put into a context; why not, as the rest of a sentence. */
  take(context: Context, charge: Charge): string | undefined {
    return this.#take(this.#contexts.get(context), costOf(charge));
  }

  /** Gives up what goes out of a context. */
  give(context: Context, charge: Charge): void {
    this.#give(this.#contexts.get(context), costOf(charge));
  }

  #take(used: Used | undefined, more: Used): string | undefined {
    for (const kind of ["steps", "includes", "characters"] as const) {
      if (more[kind] > 0 && this.#used[kind] + more[kind] > this.#limits[kind]) return this.#full(kind);
    }
    this.#give(used, { steps: -more.steps, includes: -more.includes, characters: -more.characters });
    return undefined;
  }

  #give(used: Used | undefined, less: Used): void {
    for (const one of [used, this.#used]) {
      if (one === undefined) continue;
      one.steps -= less.steps;
      one.includes -= less.includes;
      one.characters -= less.characters;
    }
  }

  #full(kind: keyof TableLimits): string {
    return `'${this.#registrar}' may have ${this.#limits[kind]} ${kind} and no more`;
  }
}

function costOf({ step, counts, extension }: Charge): Used {
  const { application = "", args = "", label = "", file = "" } = step;
  const own = application.length + args.length + label.length + file.length;
  const names = [step.extension, step.caller ?? ""];
  const places = names.map((name) => name.startsWith("_") ? PATTERN_FACTOR * name.length : name.length);
  return {
    steps: counts ? 1 : 0,
    includes: 0,
    characters: (counts ? own + names.join("").length : 0) + (extension ? places[0]! + places[1]! : 0),
  };
}
