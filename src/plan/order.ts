import { nameKey } from "../manifest/mod.ts";
import { components, EdgeList, forEachEdge, type Graph, postOrder } from "./graph.ts";
import type { Node } from "./node.ts";

/** Load priorities are bytes. */
const PRIORITIES = 256;

/** The nodes of a plan, each at its index, and what they need of each other. */
export interface Needs {
  /** Every node of the plan. */
  readonly nodes: readonly Node[];
  /** From each node to those it needs. */
  readonly needs: Graph;
  /** From each node to those that need it. */
  readonly users: Graph;
}

/**
 * The modules to start, in order: preloaded first, then by load priority, then as first mentioned; before each what it
 * needs, and what it starts after although it does not need it. What is refused, or needed only by what is refused, is
 * left out.
 */
export function startOrder(plan: Needs): Node[] {
  const ranked = rankedNodes(plan);
  // What nobody wants comes only with what needs it.
  const roots = ranked.filter(({ wanted }) => wanted).map(({ index }) => index);
  return postOrder(predecessors(plan, ranked), roots).map((index) => plan.nodes[index] as Node);
}

/** What starts, in Asterisk's order among modules that do not need each other: preload, load priority, mention. */
function rankedNodes({ nodes, needs }: Needs): Node[] {
  const roots = nodes.filter(({ wanted, reason }) => wanted && reason === undefined).map(({ index }) => index);
  const starting = new Uint8Array(nodes.length);
  for (const index of postOrder(needs, roots)) starting[index] = 1;
  const ranks = Array.from({ length: 2 * PRIORITIES }, (): Node[] => []);
  for (const node of nodes) {
    if (starting[node.index] === 1) {
      ranks[(node.preload ? 0 : PRIORITIES) + node.entry.manifest.loadPriority]?.push(node);
    }
  }
  return ranks.flat();
}

/**
 * From each node to what starts before it: what it needs, and what it merely starts after. The latter gives way when the
 * two contradict each other; a circle of nothing but the latter is no order at all and is dropped.
 *
 * The edges are added in the order of the ranks, and so every node has its own in that order.
 */
function predecessors(plan: Needs, ranked: readonly Node[]): Graph {
  const { nodes, users } = plan;
  const before = new EdgeList();
  const soft = softSuccessors(plan, ranked);
  for (const { index } of ranked) {
    forEachEdge(users, index, (later) => before.add(later, index));
    if (soft !== undefined) forEachEdge(soft, index, (later) => before.add(later, index));
  }
  return before.toGraph(nodes.length);
}

/**
 * From each node to what starts after it although it does not need it: those that have it as optional module or, when
 * it enhances a module, those that use that one or have that one as optional module. Edges within a circle, that of a
 * node with itself too, are left out. Nothing when there are none.
 */
function softSuccessors({ nodes, users }: Needs, ranked: readonly Node[]): Graph | undefined {
  const soft = softEdges(ranked);
  if (soft.sources.length === 0) return undefined;
  const all = new EdgeList();
  for (const { index } of nodes) forEachEdge(users, index, (user) => all.add(index, user));
  soft.sources.forEach((source, edge) => all.add(source, soft.targets[edge] as number));
  const { of } = components(all.toGraph(nodes.length));
  const kept = new EdgeList();
  soft.sources.forEach((source, edge) => {
    const target = soft.targets[edge] as number;
    if (of[source] !== of[target]) kept.add(source, target);
  });
  return kept.toGraph(nodes.length);
}

function softEdges(ranked: readonly Node[]): EdgeList {
  const soft = new EdgeList();
  const enhancers = enhancersByKey(ranked);
  if (enhancers.size === 0 && ranked.every(({ entry }) => entry.manifest.optionalModules.length === 0)) return soft;
  const byKey = new Map(ranked.map((node) => [node.key, [node.index]]));
  for (const { index, bindings, entry: { manifest: { optionalModules, enhances } } } of ranked) {
    const optional = optionalModules.map(({ name }) => nameKey(name));
    const used = bindings.filter(({ need }) => !enhances.includes(need)).map(({ provider }) => nameKey(provider));
    const earlier = [
      ...optional.flatMap((key) => byKey.get(key) ?? []),
      ...[...optional, ...used].flatMap((key) => enhancers.get(key) ?? []),
    ];
    for (const other of earlier) soft.add(other, index);
  }
  return soft;
}

/** Who enhances what, by key of the latter. */
function enhancersByKey(ranked: readonly Node[]): Map<string, number[]> {
  const enhancers = new Map<string, number[]>();
  for (const { index, bindings, entry: { manifest: { enhances } } } of ranked) {
    if (enhances.length === 0) continue;
    for (const { need, provider } of bindings) {
      if (!enhances.includes(need)) continue;
      const key = nameKey(provider);
      const list = enhancers.get(key);
      if (list === undefined) enhancers.set(key, [index]);
      else list.push(index);
    }
  }
  return enhancers;
}
