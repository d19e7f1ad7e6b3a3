import { baseName, nameKey, type Need } from "../manifest/mod.ts";
import { formatPosition, nearest } from "../fault/mod.ts";
import type { AdminUse } from "../policy/mod.ts";
import { arrange, type Needs } from "./arrange.ts";
import { refuseConflicts } from "./conflicts.ts";
import { CLAIM } from "./claim.ts";
import { components, cycleThrough, EdgeList, forEachEdge, hasCycle } from "./graph.ts";
import type { Binding, Plan, PlanInput, Refusal, Wanted } from "./model.ts";
import { makeNodes, type Node, refuse } from "./node.ts";
import { describeBan, offerKey, Providers } from "./providers.ts";

/**
 * Decides what belongs to a start. Pure. In which order it starts is {@linkcode StartSequence}'s to say.
 *
 * 1. Wanted names become modules, or refusals with the reason (no manifest, banned, faulty). What runs already is left
 *    alone.
 * 2. What each uses or enhances is bound to a provider: one that runs, else one that is wanted, else by service
 *    priority (with `load_uses`) any other; that one becomes part of the plan. Nothing that is `noload` or `neverload`
 *    is ever loaded for the sake of another.
 * 3. Modules on a cycle of uses cannot start, the cycle is named; nor can of two that conflict the one that would come
 *    later, nor whatever needs one that cannot.
 */
export function plan(input: PlanInput): Plan {
  const draft = new Draft(input);
  for (const wanted of input.wanted) draft.want(wanted);
  const needs = draft.bindAll();
  refuseCycles(needs);
  refuseConflicts(needs, draft);
  refuseDependents(needs);
  return { ...arrange(needs, input.policy), refused: draft.unknown };
}

/** All that is known beforehand not to start: the refused, and the steps that cannot. */
export function refusalsOf({ steps, refused }: Pick<Plan, "steps" | "refused">): Refusal[] {
  const unable = steps.flatMap(({ name, required, reason }) =>
    reason === undefined ? [] : [{ name, required, reason }]
  );
  return [...refused, ...unable];
}

/** Gathers what belongs to the plan, and who provides what. */
class Draft {
  /** What is wanted and cannot even be a node. */
  readonly unknown: Refusal[] = [];
  readonly #nodes: Node[] = [];
  readonly #edges = new EdgeList();
  readonly byKey: ReadonlyMap<string, Node>;
  /** Modules of the plan, and running ones, that conflict with others. */
  readonly conflicting: Node[];
  readonly #listed: ReadonlySet<string>;
  readonly #providers: Providers;
  readonly #provided: ReadonlySet<string>;
  readonly #adminUses: ReadonlyMap<string, readonly AdminUse[]>;

  constructor(input: PlanInput) {
    this.byKey = makeNodes(input);
    this.conflicting = [...input.running].flatMap((key) => this.byKey.get(key) ?? [])
      .filter(({ entry }) => entry.manifest.conflicts.length > 0);
    this.#listed = new Set(
      input.policy.lines.filter(({ directive }) => !directive.startsWith("no") && directive !== "neverload")
        .map(({ name }) => nameKey(name)),
    );
    this.#providers = new Providers(this.byKey, input);
    this.#provided = input.provided ?? new Set();
    this.#adminUses = Map.groupBy(input.policy.uses, ({ user }) => nameKey(user));
  }

  /** See {@linkcode Conflicting.standing}. */
  standing({ required, key, entry: { shipped, source } }: Node): number {
    if (required) return CLAIM.required;
    if (shipped === true || source.builtin === true) return CLAIM.shipped;
    return this.#listed.has(key) ? CLAIM.listed : CLAIM.installed;
  }

  want({ name, required, preload, line }: Wanted): void {
    const node = this.byKey.get(nameKey(name));
    // `noload` keeps a module off the load list and from being a dependency; the console may still load it.
    // A name finds a module that is loaded in any case of letters, but a file only as it is spelled (loader.c).
    const found = node !== undefined && (node.running || node.entry.manifest.name === baseName(name));
    if (!found || node.ban?.directive === "neverload") {
      const banned = node?.ban?.directive === "neverload" ? node.ban : undefined;
      const why = banned === undefined ? this.#whyUnknown(name) : describeBan(banned);
      const reason = line === undefined || banned !== undefined ? why : `${formatPosition(line.position)}: ${why}`;
      this.unknown.push({ name, required, reason });
      return;
    }
    if (node.running) return;
    this.#add(node);
    node.wanted = true;
    node.required ||= required;
    node.preload ||= preload;
  }

  /** Binds the needs of every node, those that are added on the way included. */
  bindAll(): Needs {
    for (let index = 0; index < this.#nodes.length; index++) {
      const node = this.#nodes[index] as Node;
      const { enhances, uses, conflicts } = node.entry.manifest;
      if (conflicts.length > 0) this.conflicting.push(node);
      const admin = this.#adminUses.get(node.key);
      const needs = enhances.length === 0 && admin === undefined ? uses : [...enhances, ...uses, ...admin ?? []];
      const bindings = needs.map((need) => this.#bind(node, need));
      node.bindings = bindings.includes(undefined)
        ? bindings.filter((each) => each !== undefined)
        : bindings as Binding[];
    }
    const { length } = this.#nodes;
    return { nodes: this.#nodes, needs: this.#edges.toGraph(length), users: this.#edges.toReversedGraph(length) };
  }

  #add(node: Node): void {
    if (node.index !== -1) return;
    node.index = this.#nodes.length;
    this.#nodes.push(node);
  }

  #bind(node: Node, need: Need): Binding | undefined {
    if (this.#provided.size > 0 && this.#provided.has(offerKey(need.type, need.name))) return undefined;
    const provider = this.#providers.choose(need);
    if (provider === undefined) {
      const verb = node.entry.manifest.enhances.includes(need) ? "enhances" : "uses";
      const what = `it ${verb} ${need.type}=${need.name}, ${this.#providers.whyNone(need)}`;
      refuse(node, `${formatPosition(need.position)}: ${what}`);
      node.lacks = true;
      return undefined;
    }
    if (!provider.running) {
      this.#add(provider);
      this.#edges.add(node.index, provider.index);
    }
    return { need, provider: provider.entry.manifest.name };
  }

  #whyUnknown(name: string): string {
    const fault = this.#providers.faultOf(name);
    if (fault !== undefined) return fault;
    const near = nearest(baseName(name), [...this.byKey.values()].map(({ entry }) => entry.manifest.name));
    return `there is no manifest of that name${near === undefined ? "" : `; did you mean "${near}"`}`;
  }
}

function refuseCycles({ nodes, needs, users }: Needs): void {
  if (!hasCycle(needs, users)) return;
  const { of } = components(needs);
  const told = new Set<Node>();
  for (const node of nodes) {
    if (told.has(node)) continue;
    const members = cycleThrough(node.index, needs, of).map((index) => nodes[index] as Node);
    const names = [...members, ...members.slice(0, 1)].map(({ entry }) => entry.manifest.name);
    // One text for all on this cycle: a ring of thousands would else take memory by the square of its size.
    const reason = `it is on a cycle of uses: ${names.join(" -> ")}`;
    for (const member of members) {
      if (!told.has(member)) refuse(member, reason);
      told.add(member);
    }
  }
}

/** A refusal spreads to all that need the refused one. One that nobody wants for itself is told about with its user. */
function refuseDependents({ nodes, users }: Needs): void {
  const queue = nodes.filter(({ reason }) => reason !== undefined);
  const roots = new Map(queue.map((node) => [node, node.reason as string]));
  for (let next = 0; next < queue.length; next++) {
    const refused = queue[next] as Node;
    const { index, wanted, entry: { manifest: { name } } } = refused;
    const root = roots.get(refused) as string;
    forEachEdge(users, index, (user) => {
      const dependent = nodes[user] as Node;
      if (dependent.reason !== undefined) return;
      const need = dependent.bindings.find(({ provider }) => provider === name)?.need;
      const place = need === undefined ? "" : `${formatPosition(need.position)}: `;
      refuse(dependent, `${place}it uses "${name}", which cannot load${wanted ? "" : `: ${root}`}`);
      roots.set(dependent, root);
      queue.push(dependent);
    });
  }
}
