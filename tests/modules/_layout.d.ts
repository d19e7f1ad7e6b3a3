interface Edge {
  from: string;
  to: string;
  kind: string;
  what: string;
  path: string;
}
interface Node {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
export function layoutGraph(
  modules: { name: string; uses: { to: string; kind: string; what: string }[] }[],
): { width: number; height: number; left: number; nodes: Node[]; edges: Edge[] };
export function moodOf(state: string): string;
export function formatSpan(milliseconds: number): string;
