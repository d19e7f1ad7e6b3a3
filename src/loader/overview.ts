import type { ModuleOverview } from "../module_api/mod.ts";
import { type Manifest, nameKey } from "../manifest/mod.ts";
import { formatPermissions } from "../permission/mod.ts";
import { relationsOf } from "../plan/mod.ts";
import type { GrantDecision } from "../policy/mod.ts";
import { type Context, findInstance, runningKeys } from "./context.ts";
import { grantOf } from "./grant.ts";
import { CODE_LEFT } from "./inspect.ts";
import { linksOf } from "./links.ts";

/** Everything there is to say of every installed module, sorted by name in any case of letters. */
export function moduleOverviews(context: Context): ModuleOverview[] {
  const { catalog, life } = context;
  const entries = catalog.entries();
  const relations = Map.groupBy(
    relationsOf(entries, linksOf(context), runningKeys(context)).filter(({ kind }) => kind !== "conflicts"),
    ({ from }) => from,
  );
  const left = new Set([...context.pool.left().keys()].map(nameKey));
  return entries.map(({ manifest }) => {
    const { name, description, supportLevel } = manifest;
    const instance = findInstance(context, name);
    return {
      name,
      description,
      supportLevel,
      state: instance?.state ?? (left.has(nameKey(name)) ? CODE_LEFT : "not loaded"),
      reason: instance?.reason ?? "",
      realm: instance?.realm?.label ?? "",
      ...permissionsOf(context, name),
      users: instance?.users.labels() ?? [],
      uses: (relations.get(name) ?? []).map(({ to, kind, what }) => ({ to: to ?? "", kind, what })),
      activity: life.activity.of(name),
    };
  });
}

function permissionsOf(context: Context, name: string): Pick<ModuleOverview, "asked" | "granted" | "effective"> {
  const entry = context.catalog.get(name);
  const grant = findInstance(context, name)?.grant ?? (entry && decide(context, entry.manifest));
  if (grant === undefined) return { asked: "", granted: "", effective: "" };
  const { asked, granted, effective } = grant;
  return {
    asked: formatPermissions(asked),
    granted: formatPermissions(granted),
    effective: formatPermissions(effective),
  };
}

function decide(context: Context, manifest: Manifest): GrantDecision | undefined {
  try {
    return grantOf(context, manifest);
  } catch {
    // What cannot be read is refused, and said, when the module is loaded.
    return undefined;
  }
}
