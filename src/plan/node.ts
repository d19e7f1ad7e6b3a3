import { type CatalogEntry, nameKey } from "../manifest/mod.ts";
import type { PolicyLine } from "../policy/mod.ts";
import type { Binding, PlanInput } from "./model.ts";

const NO_BINDINGS: readonly Binding[] = [];

/** A module while a plan is made. The plan keeps its marks here, never on what it was given. */
export interface Node {
  readonly entry: CatalogEntry;
  readonly key: string;
  readonly running: boolean;
  /** It failed before and is not tried again. */
  readonly failed: boolean;
  /** The line that keeps it from being loaded for others. */
  readonly ban: PolicyLine | undefined;
  /** Order of first mention and index in the graph; -1 when it is no part of the plan. */
  index: number;
  required: boolean;
  preload: boolean;
  wanted: boolean;
  bindings: readonly Binding[];
  /** Something that it needs is not to be had. */
  lacks: boolean;
  /** Why it cannot start; one reason or more. */
  reason: string | undefined;
}

/** One node per module of the catalog, by key; none of them in the plan yet. */
export function makeNodes({ catalog, policy, running, failed }: PlanInput): Map<string, Node> {
  const bans = bannedModules(policy.lines);
  const nodes = new Map<string, Node>();
  for (const entry of catalog) {
    const key = nameKey(entry.manifest.name);
    nodes.set(key, {
      entry,
      key,
      running: running.has(key),
      failed: failed?.has(key) ?? false,
      ban: bans.get(key),
      index: -1,
      required: false,
      preload: false,
      wanted: false,
      bindings: NO_BINDINGS,
      lacks: false,
      reason: failed?.get(key),
    });
  }
  return nodes;
}

/** The bans by key. `neverload` is the stronger and stays, wherever the lines stand. */
export function bannedModules(lines: readonly PolicyLine[]): Map<string, PolicyLine> {
  const bans = new Map<string, PolicyLine>();
  for (const line of lines) {
    const key = nameKey(line.name);
    if (line.directive === "neverload") bans.set(key, line);
    else if (line.directive === "noload" && !bans.has(key)) bans.set(key, line);
  }
  return bans;
}

/** Adds a reason why a module cannot start. */
export function refuse(node: Node, reason: string): void {
  node.reason = node.reason === undefined ? reason : `${node.reason}; ${reason}`;
}
