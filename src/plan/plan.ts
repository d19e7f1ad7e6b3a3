import { type CatalogEntry, type CatalogFault, type Manifest, nameKey, type Need } from "../manifest/mod.ts";
import type { Policy, PolicyLine } from "../policy/mod.ts";
import { type ConfigError, formatPosition, messageOf } from "../fault/mod.ts";
import { components, cycleThrough } from "./graph.ts";

/** What the plan is made from. Nothing in it is changed. */
export interface PlanInput {
  /** Every module there is. */
  readonly catalog: readonly CatalogEntry[];
  /** Manifests that cannot be used. */
  readonly faults: readonly CatalogFault[];
  readonly policy: Policy;
  /** Keys (`nameKey`) of modules that run already. */
  readonly running: ReadonlySet<string>;
  /** Modules (`nameKey`) that must not be tried again, each with why: they failed in this very operation. */
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
  /** The line of modules.conf, for messages; none for autoload and the console. */
  readonly line?: PolicyLine | undefined;
}

/** What a module uses and which module will provide it. */
export interface Binding {
  readonly need: Need;
  /** Name of the provider. */
  readonly provider: string;
}

/** A module to start, in order. */
export interface PlanStep {
  readonly name: string;
  readonly entry: CatalogEntry;
  readonly required: boolean;
  readonly preload: boolean;
  /** Whether the administrator wants it, or only another module. */
  readonly wanted: boolean;
  /** What it holds while it runs. */
  readonly bindings: readonly Binding[];
}

/** A module that cannot start. */
export interface Refusal {
  readonly name: string;
  readonly required: boolean;
  /** Why, as a sentence without the module's name in front. */
  readonly reason: string;
}

/** Ordered steps, and for every module left out the reason. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly refused: readonly Refusal[];
}

/** A module while the plan is made. The plan keeps its marks here, never on what it was given. */
interface Node {
  readonly entry: CatalogEntry;
  readonly key: string;
  required: boolean;
  preload: boolean;
  wanted: boolean;
  /** Order of first mention; decides among equal priorities. */
  readonly order: number;
  bindings: Binding[];
  needs: number[];
  /** Only order: started before when it starts at all. */
  after: number[];
  refusal: string | undefined;
}

/**
 * Decides what starts and in which order. Pure.
 *
 * 1. Wanted names become modules, or refusals with the reason (no manifest, banned, faulty).
 * 2. What each uses is bound to a provider: one that runs, else one that is wanted, else by service priority, else (with
 *    `load_uses`) any other; that one becomes part of the plan. Nothing that is `noload` or `neverload` is ever taken.
 * 3. Modules on a cycle of uses are refused, the cycle named; then whatever needs a refused one, naming it.
 * 4. Order: preloaded first, then by load priority, then as first mentioned; what a module uses is pulled in before it
 *    (Asterisk's order).
 */
export function plan(input: PlanInput): Plan {
  const draft = new Draft(input);
  for (const wanted of input.wanted) draft.want(wanted);
  draft.bindAll();
  draft.refuseCycles();
  draft.refuseDependents();
  return { steps: draft.order(), refused: draft.refused() };
}

class Draft {
  readonly #input: PlanInput;
  readonly #entries = new Map<string, CatalogEntry>();
  readonly #banned: ReadonlyMap<string, PolicyLine>;
  readonly #nodes: Node[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #unknown: Refusal[] = [];
  #providers: Map<string, CatalogEntry[]> | undefined;

  constructor(input: PlanInput) {
    this.#input = input;
    for (const entry of input.catalog) this.#entries.set(nameKey(entry.manifest.name), entry);
    this.#banned = bannedModules(input.policy);
  }

  want(wanted: Wanted): void {
    const key = nameKey(wanted.name);
    const entry = this.#entries.get(key);
    // `noload` keeps a module off the load list and from being a dependency; the console may still load it.
    const line = this.#banned.get(key);
    const ban = line?.directive === "neverload" ? line : undefined;
    if (entry === undefined || ban !== undefined) {
      const reason = ban === undefined ? this.#whyUnknown(wanted) : describeBan(ban);
      this.#unknown.push({ name: wanted.name, required: wanted.required, reason });
      return;
    }
    const node = this.#nodes[this.#add(entry)] as Node;
    node.wanted = true;
    node.required ||= wanted.required;
    node.preload ||= wanted.preload;
  }

  /** Binds the uses of every node, those that are added on the way included. */
  bindAll(): void {
    for (let index = 0; index < this.#nodes.length; index++) this.#bind(this.#nodes[index] as Node);
    for (const node of this.#nodes) this.#orderAfter(node);
  }

  refuseCycles(): void {
    const edges = this.#nodes.map((node) => node.needs);
    const { of, count } = components(edges);
    const sizes = new Int32Array(count);
    for (const component of of) sizes[component] = (sizes[component] ?? 0) + 1;
    this.#nodes.forEach((node, index) => {
      const alone = (sizes[of[index] as number] ?? 0) === 1;
      if (alone && !node.needs.includes(index)) return;
      const names = cycleThrough(index, edges, of).map((member) => this.#nodes[member]?.entry.manifest.name);
      node.refusal ??= `it is on a cycle of uses: ${[...names, names[0]].join(" -> ")}`;
    });
  }

  /** A refusal spreads to all that need the refused one. */
  refuseDependents(): void {
    const dependents = this.#nodes.map((): number[] => []);
    this.#nodes.forEach((node, index) => node.needs.forEach((need) => dependents[need]?.push(index)));
    const queue = this.#nodes.flatMap((node, index) => (node.refusal === undefined ? [] : [index]));
    for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
      for (const dependent of dependents[index] ?? []) {
        const node = this.#nodes[dependent] as Node;
        if (node.refusal !== undefined) continue;
        node.refusal = `it uses "${this.#nodes[index]?.entry.manifest.name}", which cannot load`;
        queue.push(dependent);
      }
    }
  }

  /** Asterisk's order, depth first without recursion. What nobody wants comes only with what uses it. */
  order(): PlanStep[] {
    const sorted = this.#nodes.map((_, index) => index)
      .filter((index) => this.#nodes[index]?.wanted && this.#nodes[index]?.refusal === undefined)
      .sort((a, b) => this.#compare(a, b));
    const done = new Set<number>();
    const steps: PlanStep[] = [];
    const entered = new Set<number>();
    for (const root of sorted) {
      const path = [root];
      while (path.length > 0) {
        const index = path.at(-1) as number;
        if (done.has(index)) {
          path.pop();
          continue;
        }
        const waiting = entered.has(index)
          ? []
          : this.#pulled(index).filter((need) => !done.has(need) && !entered.has(need));
        entered.add(index);
        if (waiting.length > 0) {
          path.push(...waiting.reverse());
          continue;
        }
        done.add(index);
        path.pop();
        steps.push(toStep(this.#nodes[index] as Node));
      }
    }
    return steps;
  }

  refused(): Refusal[] {
    const refused = this.#nodes.flatMap((node) =>
      node.refusal === undefined || this.#input.failed?.has(node.key)
        ? []
        : [{ name: node.entry.manifest.name, required: node.required, reason: node.refusal }]
    );
    return [...this.#unknown, ...refused];
  }

  #add(entry: CatalogEntry): number {
    const key = nameKey(entry.manifest.name);
    const existing = this.#indexes.get(key);
    if (existing !== undefined) return existing;
    const index = this.#nodes.length;
    this.#indexes.set(key, index);
    this.#nodes.push({
      entry,
      key,
      required: false,
      preload: false,
      wanted: false,
      order: index,
      bindings: [],
      needs: [],
      after: [],
      refusal: this.#input.failed?.get(key),
    });
    return index;
  }

  #bind(node: Node): void {
    for (const need of this.#needsOf(node)) {
      const provider = this.#chooseProvider(need);
      if (provider === undefined) {
        node.refusal ??= `${formatPosition(need.position)}: it uses ${need.type}=${need.name}, ${
          this.#whyNoProvider(need)
        }`;
        continue;
      }
      node.bindings.push({ need, provider: provider.manifest.name });
      if (!this.#input.running.has(nameKey(provider.manifest.name))) node.needs.push(this.#add(provider));
    }
  }

  /** What its manifest uses and enhances, and what the administrator makes it use. */
  #needsOf(node: Node): Need[] {
    const { manifest } = node.entry;
    const admin = this.#input.policy.uses.filter((use) => nameKey(use.user) === node.key);
    return [...manifest.enhances, ...manifest.uses, ...admin];
  }

  /** Optional modules, and the enhancers of what it uses, start before it when they start at all. */
  #orderAfter(node: Node): void {
    for (const { name } of node.entry.manifest.optionalModules) {
      const index = this.#indexes.get(nameKey(name));
      if (index !== undefined) node.after.push(index);
    }
  }

  #chooseProvider(need: Need): CatalogEntry | undefined {
    const candidates = (this.#providerIndex().get(needKey(need)) ?? [])
      .filter(({ manifest }) => !this.#banned.has(nameKey(manifest.name)));
    const running = candidates.filter(({ manifest }) => this.#input.running.has(nameKey(manifest.name)));
    if (running.length > 0) return best(running, need);
    const planned = candidates.filter(({ manifest }) => this.#indexes.has(nameKey(manifest.name)));
    if (planned.length > 0) return best(planned, need);
    return this.#input.policy.loadUses ? best(candidates, need) : undefined;
  }

  #providerIndex(): Map<string, CatalogEntry[]> {
    if (this.#providers !== undefined) return this.#providers;
    const index = new Map<string, CatalogEntry[]>();
    for (const entry of this.#input.catalog) {
      for (const provided of entry.manifest.provides) {
        const key = needKey(provided);
        const list = index.get(key);
        if (list === undefined) index.set(key, [entry]);
        else list.push(entry);
      }
    }
    this.#providers = index;
    return index;
  }

  #whyNoProvider(need: Need): string {
    const all = this.#providerIndex().get(needKey(need)) ?? [];
    const bans = all.flatMap(({ manifest }) => this.#banned.get(nameKey(manifest.name)) ?? []);
    const [first] = all;
    if (first === undefined) return need.type === "module" ? "which is not installed" : "which no module provides";
    if (bans.length === all.length) return `whose only provider is excluded: ${bans.map(describeBan).join("; ")}`;
    return `which "${first.manifest.name}" provides but is not on the load list: add load = ${first.manifest.name}, or load_uses = yes`;
  }

  #whyUnknown(wanted: Wanted): string {
    const fault = this.#input.faults.find(({ name }) => nameKey(name) === nameKey(wanted.name));
    return fault === undefined ? "there is no manifest of that name" : messageOf(fault.error as ConfigError);
  }

  #pulled(index: number): number[] {
    const node = this.#nodes[index] as Node;
    return [...node.needs, ...node.after]
      .filter((need) => this.#nodes[need]?.refusal === undefined)
      .sort((a, b) => this.#compare(a, b));
  }

  #compare(a: number, b: number): number {
    const x = this.#nodes[a] as Node;
    const y = this.#nodes[b] as Node;
    return Number(y.preload) - Number(x.preload) ||
      x.entry.manifest.loadPriority - y.entry.manifest.loadPriority ||
      x.order - y.order;
  }
}

/** The provider with the highest priority; the first of the catalog among equals. */
function best(candidates: readonly CatalogEntry[], need: Need): CatalogEntry | undefined {
  let chosen: CatalogEntry | undefined;
  let highest = -Infinity;
  for (const candidate of candidates) {
    const priority = priorityOf(candidate.manifest, need);
    if (priority > highest) {
      chosen = candidate;
      highest = priority;
    }
  }
  return chosen;
}

function priorityOf(manifest: Manifest, need: Need): number {
  const key = needKey(need);
  return manifest.provides.find((provided) => needKey(provided) === key)?.priority ?? 0;
}

/** Modules are compared by Asterisk's rule for names; other things by name in any case of letters. */
function needKey({ type, name }: Pick<Need, "type" | "name">): string {
  return `${type}=${type === "module" ? nameKey(name) : name.toLowerCase()}`;
}

function bannedModules(policy: Policy): Map<string, PolicyLine> {
  const bans = policy.lines.filter(({ directive }) => directive === "noload" || directive === "neverload");
  return new Map(bans.map((line) => [nameKey(line.name), line]));
}

function describeBan(line: PolicyLine): string {
  return `${formatPosition(line.position)} says ${line.directive} = ${line.name}`;
}

function toStep(node: Node): PlanStep {
  return {
    name: node.entry.manifest.name,
    entry: node.entry,
    required: node.required,
    preload: node.preload,
    wanted: node.wanted,
    bindings: node.bindings,
  };
}
