import { type CatalogEntry, nameKey, type Need } from "../manifest/mod.ts";

/** How a module stands to another. */
export type RelationKind = "uses" | "canuse" | "optional" | "enhances" | "conflicts";

/** One module's relation to a thing, and to the module that provides it. */
export interface Relation {
  /** Who. */
  readonly from: string;
  /** To whom; undefined when nobody provides it. */
  readonly to: string | undefined;
  /** How. */
  readonly kind: RelationKind;
  /** What is used, such as `application=Gosub`. */
  readonly what: string;
}

/** A use that is in force: a running module and the provider it holds. */
export interface Link {
  /** The running module. */
  readonly user: string;
  /** What it uses: type and name. */
  readonly need: Pick<Need, "type" | "name">;
  /** The module that provides it now. */
  readonly provider: string;
}

/**
 * All relations between modules, as their manifests have them. A use in force goes to the provider that is held, any
 * other to the one with the highest priority, running ones first.
 *
 * @param links uses in force, those that only modules.conf knows of included
 * @param running keys (`nameKey`) of modules that run
 */
export function relationsOf(
  catalog: readonly CatalogEntry[],
  links: readonly Link[],
  running: ReadonlySet<string>,
): Relation[] {
  const offers = offersOf(catalog, running);
  const held = new Map(links.map((link) => [linkKey(link.user, link.need), link]));
  const linksOf = Map.groupBy(held.entries(), ([, { user }]) => user);
  return catalog.flatMap(({ manifest }) => {
    const relate = (kind: RelationKind, needs: readonly Need[]): Relation[] =>
      needs.map((need) => {
        const key = linkKey(manifest.name, need);
        const to = held.get(key)?.provider ?? offers(need);
        held.delete(key);
        return { from: manifest.name, to, kind, what: `${need.type}=${need.name}` };
      });
    const own = [
      ...relate("uses", manifest.uses),
      ...relate("enhances", manifest.enhances),
      ...relate("optional", manifest.optionalModules),
      ...relate("canuse", manifest.canUse),
      ...relate("conflicts", manifest.conflicts),
    ];
    // What no need of its manifest has taken.
    const admin = (linksOf.get(manifest.name) ?? []).filter(([key]) => held.has(key)).map((
      [, { need, provider }],
    ): Relation => ({
      from: manifest.name,
      to: provider,
      kind: "uses",
      what: `${need.type}=${need.name}`,
    }));
    return [...own, ...admin];
  });
}

/** Who is taken for a need: one that runs before one that does not, then the higher priority. */
function offersOf(catalog: readonly CatalogEntry[], running: ReadonlySet<string>) {
  const best = new Map<string, { name: string; rank: number }>();
  for (const { manifest } of catalog) {
    const bonus = running.has(nameKey(manifest.name)) ? 1e10 : 0;
    for (const { type, name, priority } of manifest.provides) {
      const key = thingKey({ type, name });
      const rank = priority + bonus;
      const other = best.get(key);
      if (other === undefined || rank > other.rank) best.set(key, { name: manifest.name, rank });
    }
  }
  return (need: Need) => best.get(thingKey(need))?.name;
}

function thingKey({ type, name }: Pick<Need, "type" | "name">): string {
  return `${type}=${type === "module" ? nameKey(name) : name.toLowerCase()}`;
}

function linkKey(user: string, need: Pick<Need, "type" | "name">): string {
  return `${nameKey(user)} ${thingKey(need)}`;
}
