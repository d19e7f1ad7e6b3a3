import type { CatalogEntry, CatalogFault, Need } from "../manifest/mod.ts";
import type { Policy, PolicyLine } from "../policy/mod.ts";
import type { Graph } from "./graph.ts";

/** What the plan is made from. Nothing in it is changed. */
export interface PlanInput {
  /** Every module there is. */
  readonly catalog: readonly CatalogEntry[];
  /** Manifests that cannot be used. */
  readonly faults: readonly CatalogFault[];
  /** What the administrator wants. */
  readonly policy: Policy;
  /** Keys (`nameKey`) of modules that run already. */
  readonly running: ReadonlySet<string>;
  /** What the program itself provides, as `type=name` in lower case: whoever needs it needs no module for it. */
  readonly provided?: ReadonlySet<string> | undefined;
  /**
   * Modules (`nameKey`) that must not be tried again, each with why: they failed in this very operation. They are not
   * among the refused, but what needs them is.
   */
  readonly failed?: ReadonlyMap<string, string> | undefined;
  /** What is to run: the names, in order, each with why. Built by {@linkcode loadList} at start-up. */
  readonly wanted: readonly Wanted[];
}

/** A module that somebody wants to run. */
export interface Wanted {
  /** The name as written. */
  readonly name: string;
  /** The program must not start without it. */
  readonly required: boolean;
  /** It starts before all that is not preloaded. */
  readonly preload: boolean;
  /**
   * The line of modules.conf, for messages: the one that makes it required, else the first. None for autoload and the
   * console.
   */
  readonly line?: PolicyLine | undefined;
}

/** What a module uses and which module will provide it. */
export interface Binding {
  /** What is used: a line of the manifest, or of `[uses]` in modules.conf. */
  readonly need: Need;
  /** Name of the provider. */
  readonly provider: string;
}

/** A module of a plan. */
export interface PlanStep {
  /** The module's name. */
  readonly name: string;
  /** Its manifest and where its file is. */
  readonly entry: CatalogEntry;
  /** Whether the program must not start without it. */
  readonly required: boolean;
  /** Whether modules.conf preloads it. What it uses comes before it without being marked. */
  readonly preload: boolean;
  /** Whether the administrator wants it, or only another module. */
  readonly wanted: boolean;
  /** What it holds while it runs. */
  readonly bindings: readonly Binding[];
  /** Why it cannot start, when that is known already: a sentence without the module's name in front. */
  readonly reason: string | undefined;
  /** Whether something that it needs is not to be had at all, or a conflict keeps it out. */
  readonly lacks: boolean;
  /** Whether it is to be opened. With `load_uses` only what may start, and is wanted or needed by one that may. */
  readonly opens: boolean;
}

/** A module that cannot even be opened. */
export interface Refusal {
  /** The name as written. */
  readonly name: string;
  /** Whether the program must not start without it. */
  readonly required: boolean;
  /** Why, as a sentence without the module's name in front. */
  readonly reason: string;
}

/** What belongs to a start, and what comes before what. {@linkcode StartSequence} makes an order of it. */
export interface Plan {
  /** Every module concerned, in the order of opening: as first mentioned. */
  readonly steps: readonly PlanStep[];
  /** What is wanted and unknown, faulty or banned. */
  readonly refused: readonly Refusal[];
  /** From each step to those that come before it, by index. */
  readonly relations: {
    /** What it uses or enhances. */
    readonly needs: Graph;
    /** Its optional modules. */
    readonly optional: Graph;
    /** What enhances something it uses, or an optional module of it. */
    readonly enhancers: Graph;
    /** Edge for edge what that enhances; -1 for what runs already. */
    readonly enhanced: Graph;
  };
}
