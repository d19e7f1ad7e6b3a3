/**
 * Strongly connected components of a directed graph with vertices 0..n-1, by Tarjan's algorithm without recursion: a
 * chain of ten thousand modules must not exhaust the stack.
 *
 * @param edges per vertex, the vertices it needs
 * @returns for each vertex the number of its component; components are numbered needs first
 */
export function components(edges: readonly (readonly number[])[]): { of: Int32Array; count: number } {
  const n = edges.length;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const of = new Int32Array(n).fill(-1);
  const nextEdge = new Int32Array(n);
  const stack: number[] = [];
  const path: number[] = [];
  let counter = 0;
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (index[root] !== -1) continue;
    path.push(root);
    while (path.length > 0) {
      const vertex = path.at(-1) as number;
      if (index[vertex] === -1) {
        index[vertex] = low[vertex] = counter++;
        stack.push(vertex);
      }
      const needs = edges[vertex] as readonly number[];
      const edge = nextEdge[vertex] as number;
      if (edge < needs.length) {
        nextEdge[vertex] = edge + 1;
        const next = needs[edge] as number;
        if (index[next] === -1) path.push(next);
        else if (of[next] === -1) low[vertex] = Math.min(low[vertex] as number, index[next] as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[vertex] as number);
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
 * One cycle through a vertex that lies in a component of several, or needs itself: the shortest way back to it.
 *
 * @returns the vertices from `start` on, without `start` again at the end
 */
export function cycleThrough(start: number, edges: readonly (readonly number[])[], of: Int32Array): number[] {
  const from = new Map<number, number>();
  const queue = [start];
  for (let vertex = queue.shift(); vertex !== undefined; vertex = queue.shift()) {
    for (const next of edges[vertex] ?? []) {
      if (of[next] !== of[start]) continue;
      if (next === start) {
        const way = [vertex];
        while (way[0] !== start) way.unshift(from.get(way[0] as number) as number);
        return way;
      }
      if (!from.has(next)) {
        from.set(next, vertex);
        queue.push(next);
      }
    }
  }
  return [start];
}
