import { type CatalogFault, hasAdministratorsDialplan, nameKey, type Need } from "../manifest/mod.ts";
import type { PolicyLine } from "../policy/mod.ts";
import { formatPosition, messageOf } from "../fault/mod.ts";
import type { PlanInput } from "./model.ts";
import type { Node } from "./node.ts";

/** A module that provides something, and how much it is to be preferred. */
interface Offer {
  readonly node: Node;
  readonly priority: number;
}

/** How good a candidate is, before its priority is asked; those below `failed` are not taken. */
const TIER = { running: 4, planned: 3, loadable: 2, failed: 1, none: 0 } as const;

/** Who provides what, and who of them is taken. */
export class Providers {
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #faults: readonly CatalogFault[];
  readonly #loadUses: boolean;
  #offers: ReadonlyMap<string, readonly Offer[]> | undefined;

  constructor(nodes: ReadonlyMap<string, Node>, { faults, policy }: PlanInput) {
    this.#nodes = nodes;
    this.#faults = faults;
    this.#loadUses = policy.loadUses;
  }

  /**
   * The provider of what is needed: one that runs, else one that is planned, else (with `load_uses`) one that no line
   * excludes; among several the one with the highest priority, then the first of the catalog. One that failed before
   * is taken only when there is no other, so that the need has a name to complain of.
   */
  choose(need: Need): Node | undefined {
    if (need.type === "module") {
      const node = this.#module(need.name);
      return node === undefined || this.#tier(node) === TIER.none ? undefined : node;
    }
    let chosen: Node | undefined;
    let best: number = TIER.none;
    let highest = -Infinity;
    for (const { node, priority } of this.#offersOf(need)) {
      const tier = this.#tier(node);
      if (tier < best || tier === TIER.none || (tier === best && priority <= highest)) continue;
      [chosen, best, highest] = [node, tier, priority];
    }
    return chosen;
  }

  /** Why nobody can be chosen, to be read after what is needed. */
  whyNone(need: Need): string {
    const all = this.#offersOf(need);
    const free = all.find(({ node }) => node.ban === undefined)?.node.entry.manifest.name;
    if (free !== undefined) {
      return `which "${free}" provides but is not on the load list: add load = ${free}, or load_uses = yes`;
    }
    const bans = all.flatMap(({ node }) => node.ban ?? []).map(describeBan);
    if (bans.length > 0) return `and whatever provides it is excluded: ${bans.join("; ")}`;
    if (need.type !== "module") return "which no module provides";
    const fault = this.faultOf(need.name);
    return fault === undefined ? "which is not installed" : `whose manifest cannot be used: ${fault}`;
  }

  /** What is wrong with the manifest of that name; nothing when there is none, or a good one. */
  faultOf(name: string): string | undefined {
    const fault = this.#faults.find((each) => nameKey(each.name) === nameKey(name));
    return fault === undefined ? undefined : messageOf(fault.error);
  }

  #tier({ running, index, failed, ban }: Node): number {
    if (running) return TIER.running;
    // A ban keeps a module from being loaded for others. Who wants it by name has lifted that already.
    if (index === -1 && (!this.#loadUses || ban !== undefined)) return TIER.none;
    if (failed) return TIER.failed;
    return index === -1 ? TIER.loadable : TIER.planned;
  }

  /** Found by Asterisk's rule for names; most are written as their keys are, and then nothing is made of them. */
  #module(name: string): Node | undefined {
    return this.#nodes.get(name) ?? this.#nodes.get(nameKey(name));
  }

  /** Modules are found by Asterisk's rule for names; other things by name in any case of letters. */
  #offersOf({ type, name }: Need): readonly Offer[] {
    if (type === "module") {
      // A module is provided by itself alone.
      const node = this.#module(name);
      return node === undefined ? [] : [{ node, priority: 0 }];
    }
    this.#offers ??= indexOffers(this.#nodes.values());
    const offers = this.#offers.get(offerKey(type, name)) ?? [];
    if (type !== "dialplan") return offers;
    // Which contexts are in the administrator's file no manifest says: whose file it is has them.
    const all = this.#offers.get(offerKey(type, "*")) ?? [];
    const administrators = all.filter(({ node }) => hasAdministratorsDialplan(node.entry.manifest.name));
    return name === "*" ? administrators : [...offers, ...administrators];
  }
}

function indexOffers(nodes: Iterable<Node>): Map<string, Offer[]> {
  const offers = new Map<string, Offer[]>();
  for (const node of nodes) {
    for (const { type, name, priority } of node.entry.manifest.provides) {
      if (type === "module") continue;
      const key = offerKey(type, name);
      const list = offers.get(key);
      if (list === undefined) offers.set(key, [{ node, priority }]);
      else list.push({ node, priority });
    }
  }
  return offers;
}

/** What stands for a need among everything that is provided. */
export function offerKey(type: string, name: string): string {
  return `${type}=${name.toLowerCase()}`;
}

/** `modules.conf:3 says noload = res_x`. */
export function describeBan({ position, directive, name }: PolicyLine): string {
  return `${formatPosition(position)} says ${directive} = ${name}`;
}
