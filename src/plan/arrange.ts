import { nameKey } from "../manifest/mod.ts";
import { EdgeList, type Graph, postOrder } from "./graph.ts";
import type { Plan, PlanStep } from "./model.ts";
import type { Node } from "./node.ts";

/** The nodes of a plan, each at its index, and what they need of each other. */
export interface Needs {
  /** Every node of the plan. */
  readonly nodes: readonly Node[];
  /** From each node to those it needs. */
  readonly needs: Graph;
  /** From each node to those that need it. */
  readonly users: Graph;
}

/** Makes steps of the nodes, and adds what they merely start after. */
export function arrange(
  { nodes, needs }: Needs,
  { loadUses }: { loadUses: boolean },
): Pick<Plan, "steps" | "relations"> {
  // Asterisk opens whatever is on the load list before it looks at what it needs.
  const worth = loadUses ? worthOpening(nodes, needs) : new Uint8Array(nodes.length).fill(1);
  const steps = nodes.map((node, index): PlanStep => ({
    name: node.entry.manifest.name,
    entry: node.entry,
    required: node.required,
    preload: node.preload,
    wanted: node.wanted,
    bindings: node.bindings,
    reason: node.reason,
    lacks: node.lacks,
    opens: worth[index] === 1,
  }));
  return { steps, relations: { needs, ...softRelations(nodes) } };
}

/** Marks what can start and is wanted, or needed by such a one. */
function worthOpening(nodes: readonly Node[], needs: Graph): Uint8Array {
  const roots = nodes.filter(({ wanted, reason }) => wanted && reason === undefined).map(({ index }) => index);
  const marks = new Uint8Array(nodes.length);
  for (const index of postOrder(needs, roots)) marks[index] = 1;
  return marks;
}

/** Optional modules, and enhancers of these and of what is used. Most modules have none. */
function softRelations(nodes: readonly Node[]): Omit<Plan["relations"], "needs"> {
  const optional = new EdgeList();
  const enhancers = new EdgeList();
  const enhanced = new EdgeList();
  const enhancing = enhancersByKey(nodes);
  if (enhancing.size > 0 || nodes.some(({ entry }) => entry.manifest.optionalModules.length > 0)) {
    const byKey = new Map(nodes.map((node) => [node.key, node.index]));
    for (const { index, bindings, entry: { manifest: { optionalModules, enhances } } } of nodes) {
      const wished = optionalModules.map(({ name }) => nameKey(name));
      for (const target of wished.map((key) => byKey.get(key))) if (target !== undefined) optional.add(index, target);
      const used = bindings.filter(({ need }) => !enhances.includes(need)).map(({ provider }) => nameKey(provider));
      for (const key of [...wished, ...used]) {
        for (const other of enhancing.get(key) ?? []) {
          // One that enhances what it uses itself would wait for itself.
          if (other === index) continue;
          enhancers.add(index, other);
          enhanced.add(index, byKey.get(key) ?? -1);
        }
      }
    }
  }
  const { length } = nodes;
  return {
    optional: optional.toGraph(length),
    enhancers: enhancers.toGraph(length),
    enhanced: enhanced.toGraph(length),
  };
}

/** Who enhances what, by key of the latter. */
function enhancersByKey(nodes: readonly Node[]): Map<string, number[]> {
  const enhancers = new Map<string, number[]>();
  for (const node of nodes) {
    const { enhances } = node.entry.manifest;
    if (enhances.length === 0) continue;
    for (const { need, provider } of node.bindings) {
      if (!enhances.includes(need)) continue;
      const key = nameKey(provider);
      const list = enhancers.get(key);
      if (list === undefined) enhancers.set(key, [node.index]);
      else list.push(node.index);
    }
  }
  return enhancers;
}
