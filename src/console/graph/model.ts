import type { Relation } from "../../plan/mod.ts";

/** A module in a picture. */
export interface GraphNode {
  /** Name. */
  readonly name: string;
  /** The loader's word for its state; `not loaded` for one that only its manifest knows. */
  readonly state: string;
}

/** Modules and how they stand to each other. */
export interface ModuleGraph {
  /** Sorted by name. */
  readonly nodes: readonly GraphNode[];
  /** Only between modules of `nodes`, or to nobody. */
  readonly relations: readonly Relation[];
}

/**
 * The part of a graph that concerns one module: what it needs, directly or not, and what needs it.
 *
 * @param name the module's name, in its own spelling
 */
export function aroundModule({ nodes, relations }: ModuleGraph, name: string): ModuleGraph {
  const uses = relations.filter(({ kind }) => kind !== "conflicts");
  const kept = new Set([...reach(uses, name, "from"), ...reach(uses, name, "to")]);
  return {
    nodes: nodes.filter((node) => kept.has(node.name)),
    relations: relations.filter(({ from, to }) => kept.has(from) && (to === undefined || kept.has(to))),
  };
}

function reach(relations: readonly Relation[], start: string, side: "from" | "to"): Set<string> {
  const other = side === "from" ? "to" : "from";
  const next = Map.groupBy(relations, (relation) => relation[side]);
  const found = new Set([start]);
  for (const name of found) {
    for (const relation of next.get(name) ?? []) {
      const target = relation[other];
      if (target !== undefined) found.add(target);
    }
  }
  return found;
}
