/**
 * A large graph of modules, the same at every run, and the least that any plan of it must do.
 *
 * @module
 */
import { type CatalogEntry, DiskSource, type Need } from "../src/manifest/mod.ts";

/** A module and the names of what it needs. */
export interface Vertex {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Marsaglia's xorshift: small numbers that look random and are the same everywhere. */
function randomizer(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * A graph without cycles: every vertex needs earlier ones only. The vertices come in an order that is none of those that
 * a sort would give.
 */
export function makeGraph(vertices: number, edges: number): Vertex[] {
  const random = randomizer(2463534242);
  const needs = Array.from({ length: vertices }, () => new Set<number>());
  for (let made = 0; made < edges;) {
    const from = 1 + random(vertices - 1);
    const known = needs[from] as Set<number>;
    const before = known.size;
    if (before < from) known.add(random(from));
    made += known.size - before;
  }
  const graph = needs.map((set, index): Vertex => ({ name: nameOf(index), needs: [...set].map(nameOf) }));
  for (let index = graph.length - 1; index > 0; index--) {
    const other = random(index + 1);
    [graph[index], graph[other]] = [graph[other] as Vertex, graph[index] as Vertex];
  }
  return graph;
}

function nameOf(index: number): string {
  return `module_${String(index).padStart(5, "0")}`;
}

/** The graph as a catalog of manifests in which each need is a use of a module. */
export function toCatalog(graph: readonly Vertex[]): CatalogEntry[] {
  const source = new DiskSource("/nowhere");
  return graph.map(({ name, needs }) => {
    const file = `/nowhere/${name}.manifest`;
    const need = (other: string, line: number): Need => ({ type: "module", name: other, position: { file, line } });
    const manifest: CatalogEntry["manifest"] = {
      name,
      file,
      checksum: undefined,
      description: name,
      supportLevel: "extended",
      license: "MIT",
      loadPriority: 255,
      exportGlobals: false,
      blockUnload: undefined,
      defaultEnabled: true,
      optionalModules: [],
      enhances: [],
      conflicts: [],
      configs: [],
      uses: needs.map((other, index) => need(other, index + 1)),
      canUse: [],
      provides: [{ ...need(name, 1), priority: 0 }],
      permissions: [],
    };
    return { manifest, source };
  });
}

/** The bare topological sort: what is needed comes before what needs it. Depth first, names resolved once. */
export function sortGraph(graph: readonly Vertex[]): string[] {
  const indexes = new Map(graph.map(({ name }, index) => [name, index]));
  const needs = graph.map((vertex) => vertex.needs.map((name) => indexes.get(name) as number));
  const next = new Int32Array(graph.length);
  const entered = new Uint8Array(graph.length);
  const sorted: string[] = [];
  const path: number[] = [];
  for (let root = 0; root < graph.length; root++) {
    if (entered[root]) continue;
    entered[root] = 1;
    path.push(root);
    for (let vertex = path.at(-1); vertex !== undefined; vertex = path.at(-1)) {
      const edge = next[vertex] as number;
      next[vertex] = edge + 1;
      const need = needs[vertex]?.[edge];
      if (need === undefined) {
        sorted.push(graph[vertex]?.name as string);
        path.pop();
      } else if (!entered[need]) {
        entered[need] = 1;
        path.push(need);
      }
    }
  }
  return sorted;
}
