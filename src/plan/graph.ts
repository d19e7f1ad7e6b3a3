/**
 * A directed graph with vertices 0 to n-1, in two arrays however many edges it has: those of `v` lead to `targets[i]`
 * with `starts[v] <= i < starts[v + 1]`.
 */
export interface Graph {
  /** Where the edges of each vertex begin; one more entry than there are vertices. */
  readonly starts: Int32Array;
  /** Where edges lead, those of a vertex in the order in which they were added. */
  readonly targets: Int32Array;
}

/** Edges before they become a {@linkcode Graph}: `sources[i]` leads to `targets[i]`. */
export class EdgeList {
  /** Where each edge comes from. */
  readonly sources: number[] = [];
  /** Where each edge leads. */
  readonly targets: number[] = [];

  /** Adds an edge. */
  add(source: number, target: number): void {
    this.sources.push(source);
    this.targets.push(target);
  }

  /** The graph of these edges. */
  toGraph(vertices: number): Graph {
    return makeGraph(vertices, this.sources, this.targets);
  }

  /** The graph of these edges, every one turned round. */
  toReversedGraph(vertices: number): Graph {
    return makeGraph(vertices, this.targets, this.sources);
  }
}

function makeGraph(vertices: number, from: ArrayLike<number> & Iterable<number>, to: ArrayLike<number>): Graph {
  const starts = new Int32Array(vertices + 1);
  for (const vertex of from) starts[vertex + 1] = at(starts, vertex + 1) + 1;
  for (let vertex = 0; vertex < vertices; vertex++) starts[vertex + 1] = at(starts, vertex) + at(starts, vertex + 1);
  const free = starts.slice();
  const targets = new Int32Array(to.length);
  for (let edge = 0; edge < to.length; edge++) {
    const source = from[edge] as number;
    const place = at(free, source);
    targets[place] = to[edge] as number;
    free[source] = place + 1;
  }
  return { starts, targets };
}

/** An element that is known to be there. */
function at(array: Int32Array, index: number): number {
  return array[index] as number;
}

/** The same graph with every edge turned round. */
export function reversed({ starts, targets }: Graph): Graph {
  const sources = new Int32Array(targets.length);
  for (let vertex = 0; vertex < starts.length - 1; vertex++) {
    sources.fill(vertex, at(starts, vertex), at(starts, vertex + 1));
  }
  return makeGraph(starts.length - 1, targets, sources);
}

/** Calls for every vertex that an edge from this one leads to, in order. */
export function forEachEdge({ starts, targets }: Graph, vertex: number, visit: (target: number) => void): void {
  for (let edge = at(starts, vertex); edge < at(starts, vertex + 1); edge++) visit(at(targets, edge));
}

/**
 * Orders the vertices so that all that a vertex leads to comes before it; depth first without recursion, for a chain of
 * ten thousand modules must not exhaust the stack. In a cycle, the edge that closes it counts for nothing.
 *
 * @param roots where to begin, in this order; what cannot be reached from them is left out
 */
export function postOrder({ starts, targets }: Graph, roots: Iterable<number>): number[] {
  const entered = new Uint8Array(starts.length);
  const next = starts.slice();
  const ordered: number[] = [];
  const path: number[] = [];
  const descend = () => {
    while (path.length > 0) {
      const vertex = path[path.length - 1] as number;
      const edge = at(next, vertex);
      if (edge === at(starts, vertex + 1)) {
        ordered.push(vertex);
        path.pop();
        continue;
      }
      next[vertex] = edge + 1;
      const target = at(targets, edge);
      if (entered[target] === 0) path.push(target);
      entered[target] = 1;
    }
  };
  for (const root of roots) {
    if (entered[root] === 0) path.push(root);
    entered[root] = 1;
    descend();
  }
  return ordered;
}

/** Whether there is a cycle: what leads to nothing that is left is taken away until nothing can be. */
export function hasCycle(graph: Graph, reversed: Graph): boolean {
  const left = graph.starts.slice();
  const vertices = left.length - 1;
  const free: number[] = [];
  for (let vertex = 0; vertex < vertices; vertex++) {
    left[vertex] = at(graph.starts, vertex + 1) - at(graph.starts, vertex);
    if (left[vertex] === 0) free.push(vertex);
  }
  for (let taken = 0; taken < free.length; taken++) {
    forEachEdge(reversed, free[taken] as number, (source) => {
      left[source] = at(left, source) - 1;
      if (left[source] === 0) free.push(source);
    });
  }
  return free.length < vertices;
}

/**
 * Strongly connected components by Tarjan's algorithm, without recursion.
 *
 * @returns for each vertex the number of its component; components are numbered targets first
 */
export function components({ starts, targets }: Graph): { of: Int32Array; count: number } {
  const n = starts.length - 1;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const of = new Int32Array(n).fill(-1);
  const nextEdge = starts.slice();
  const stack: number[] = [];
  const path: number[] = [];
  let counter = 0;
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (index[root] === -1) path.push(root);
    while (path.length > 0) {
      const vertex = path[path.length - 1] as number;
      if (index[vertex] === -1) {
        index[vertex] = low[vertex] = counter++;
        stack.push(vertex);
      }
      const edge = at(nextEdge, vertex);
      if (edge < at(starts, vertex + 1)) {
        nextEdge[vertex] = edge + 1;
        const next = at(targets, edge);
        if (index[next] === -1) path.push(next);
        else if (of[next] === -1) low[vertex] = Math.min(at(low, vertex), at(index, next));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(at(low, parent), at(low, vertex));
      if (low[vertex] === index[vertex]) {
        let member: number;
        do {
          member = stack.pop() as number;
          of[member] = count;
        } while (member !== vertex);
        count++;
      }
    }
  }
  return { of, count };
}

/**
 * One cycle through a vertex that lies in a component of several, or leads to itself: the shortest way back to it.
 *
 * @returns the vertices from `start` on, without `start` again at the end; nothing when there is no way back
 */
export function cycleThrough(start: number, graph: Graph, of: Int32Array): number[] {
  const from = new Map<number, number>();
  const queue = [start];
  let last: number | undefined;
  for (let place = 0; place < queue.length && last === undefined; place++) {
    const vertex = queue[place] as number;
    forEachEdge(graph, vertex, (next) => {
      if (next === start) last ??= vertex;
      if (of[next] !== of[start] || next === start || from.has(next)) return;
      from.set(next, vertex);
      queue.push(next);
    });
  }
  const way: number[] = [];
  for (let vertex = last; vertex !== undefined; vertex = from.get(vertex)) way.push(vertex);
  return way.reverse();
}
