import { type CatalogEntry, nameKey } from "../manifest/mod.ts";
import type { Policy } from "../policy/mod.ts";
import type { Wanted } from "./model.ts";

/**
 * The load list of autoload without modules that are there for nothing but a service that something uses and that a
 * better provider on the list has: only the best one starts (seed 003), the others stand by until it fails.
 *
 * What a line of modules.conf names stays, and what is built in.
 */
export function withoutStandby(list: Wanted[], policy: Policy, catalog: readonly CatalogEntry[]): Wanted[] {
  const entries = new Map(catalog.map((entry) => [nameKey(entry.manifest.name), entry.manifest]));
  const manifests = list.flatMap(({ name }) => entries.get(nameKey(name)) ?? []);
  const best = new Map<string, { name: string; priority: number }>();
  for (const { name, provides } of manifests) {
    for (const provision of provides) {
      const key = provision.name.toLowerCase();
      const other = best.get(key);
      if (provision.type !== "service" || (other !== undefined && other.priority >= provision.priority)) continue;
      best.set(key, { name, priority: provision.priority });
    }
  }
  if (best.size === 0) return list;
  const used = new Set(
    [...manifests.flatMap(({ uses }) => uses), ...policy.uses].filter(({ type }) => type === "service")
      .map(({ name }) => name.toLowerCase()),
  );
  const builtin = new Set(
    catalog.filter(({ source }) => source.builtin === true).map(({ manifest }) => nameKey(manifest.name)),
  );
  return list.filter(({ name, line }) => {
    const offered = entries.get(nameKey(name))?.provides.filter(({ type }) => type !== "module") ?? [];
    if (line !== undefined || offered.length === 0 || builtin.has(nameKey(name))) return true;
    return !offered.every((one) => {
      const key = one.name.toLowerCase();
      return one.type === "service" && used.has(key) && nameKey(best.get(key)?.name ?? name) !== nameKey(name);
    });
  });
}
