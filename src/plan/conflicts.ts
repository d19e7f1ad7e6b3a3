import { formatPosition } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import type { Needs } from "./arrange.ts";
import { CLAIM } from "./claim.ts";
import { postOrder } from "./graph.ts";
import { type Node, refuse } from "./node.ts";

/** What is known of conflicts. */
export interface Conflicting {
  /** Every module there is, by key. */
  readonly byKey: ReadonlyMap<string, Node>;
  /** Modules of the plan, and running ones, that conflict with others. */
  readonly conflicting: readonly Node[];
  /** How much a module is wanted: one of {@linkcode CLAIM}. */
  standing(node: Node): number;
}

/**
 * Of two modules that conflict one is refused, naming the other: the one that does not run yet; else the one that the
 * administrator, or who ships the program, wants less; else the one that says so, for no module keeps another from starting by
 * a line of its own manifest. When both say so it is the one that would start later.
 *
 * @param about the modules among which there can be conflicts
 */
export function refuseConflicts({ nodes, needs }: Needs, about: Conflicting): void {
  if (about.conflicting.length === 0) return;
  const pairs = [...conflictsOf(about)];
  if (pairs.length === 0) return;
  const places = startPlaces(nodes, needs);
  const judged = pairs.map((pair) => ({ ...loserOf(pair, places, about), at: pair.at }));
  // In the order of the start: a module that is refused is in nobody's way any more.
  for (const { winner, loser, why, at } of judged.sort((a, b) => place(places, a.loser) - place(places, b.loser))) {
    if (winner.reason !== undefined || loser.reason !== undefined) continue;
    loser.lacks = true;
    refuse(loser, `${at}: it conflicts with "${winner.entry.manifest.name}", which ${why}`);
  }
}

/** Two modules that conflict, and where the first says so. */
interface Conflict {
  readonly one: Node;
  readonly other: Node;
  readonly at: string;
}

/** Which of two is refused, and what the other has that it has not. */
function loserOf({ one, other }: Conflict, places: Int32Array, about: Conflicting) {
  const judge = (winner: Node, why: string) => ({ winner, loser: winner === one ? other : one, why });
  if (one.running !== other.running) return judge(one.running ? one : other, "runs");
  const [mine, theirs] = [about.standing(one), about.standing(other)];
  if (mine !== theirs) {
    const best = Math.max(mine, theirs);
    const why = best === CLAIM.required ? "is required" : best === CLAIM.shipped ? "is shipped" : "modules.conf names";
    return judge(mine > theirs ? one : other, why);
  }
  const mutual = other.entry.manifest.conflicts.some(({ name }) => nameKey(name) === one.key);
  if (!mutual) return judge(other, "does not say so");
  return judge(place(places, one) <= place(places, other) ? one : other, "starts before it");
}

/** Pairs of modules of which one at least is to start, and where the conflict is said. */
function* conflictsOf({ byKey, conflicting }: Conflicting): Generator<Conflict> {
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
