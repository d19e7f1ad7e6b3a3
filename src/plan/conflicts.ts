import { formatPosition } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import type { Needs } from "./arrange.ts";
import { postOrder } from "./graph.ts";
import { type Node, refuse } from "./node.ts";

/** What is known of conflicts. */
export interface Conflicting {
  /** Every module there is, by key. */
  readonly byKey: ReadonlyMap<string, Node>;
  /** Modules of the plan, and running ones, that conflict with others. */
  readonly conflicting: readonly Node[];
}

/**
 * Of two modules that conflict, whichever of them says so, the one that would start later is refused, naming the other.
 * What runs already was earlier.
 *
 * @param about the modules among which there can be conflicts
 */
export function refuseConflicts({ nodes, needs }: Needs, about: Conflicting): void {
  if (about.conflicting.length === 0) return;
  const pairs = [...conflictsOf(about)];
  if (pairs.length === 0) return;
  const places = startPlaces(nodes, needs);
  const placed = pairs.map(({ one, other, at }) => {
    const [earlier, later] = place(places, one) <= place(places, other) ? [one, other] : [other, one];
    return { earlier, later, at };
  });
  // In the order of the start: a module that is refused is in nobody's way any more.
  for (const { earlier, later, at } of placed.sort((a, b) => place(places, a.later) - place(places, b.later))) {
    if (earlier.reason !== undefined || later.reason !== undefined) continue;
    const { name } = earlier.entry.manifest;
    later.lacks = true;
    refuse(later, `${at}: it conflicts with "${name}", which ${earlier.running ? "runs" : "starts before it"}`);
  }
}

/** Pairs of modules of which one at least is to start, and where the conflict is said. */
function* conflictsOf({ byKey, conflicting }: Conflicting) {
  const concerned = (node: Node | undefined): node is Node =>
    node !== undefined && (node.running || (node.index >= 0 && node.reason === undefined));
  for (const one of conflicting.filter(concerned)) {
    for (const { name, position } of one.entry.manifest.conflicts) {
      const other = byKey.get(nameKey(name));
      if (!concerned(other) || other === one || (one.running && other.running)) continue;
      yield { one, other, at: formatPosition(position) };
    }
  }
}

/** About when each starts: what a module needs comes before it, otherwise preload, load priority and mention decide. */
function startPlaces(nodes: readonly Node[], needs: Needs["needs"]): Int32Array {
  const ranked = nodes.filter(({ wanted, reason }) => wanted && reason === undefined)
    .sort((a, b) =>
      Number(b.preload) - Number(a.preload) || a.entry.manifest.loadPriority - b.entry.manifest.loadPriority
    );
  const places = new Int32Array(nodes.length).fill(nodes.length);
  postOrder(needs, ranked.map(({ index }) => index)).forEach((index, at) => places[index] = at);
  return places;
}

function place(places: Int32Array, { index, running }: Node): number {
  return running ? -1 : places[index] ?? places.length;
}
