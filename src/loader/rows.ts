import type { ModuleRow } from "../module_api/mod.ts";
import { formatPermissions } from "../permission/mod.ts";
import type { Context } from "./context.ts";
import type { Instance } from "./instance.ts";

/** The module table as `module show` prints it, sorted by name in any case of letters. */
export function moduleRows({ instances }: Context): ModuleRow[] {
  return [...instances.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, instance]) => moduleRow(instance));
}

/** One row of it. */
export function moduleRow(instance: Instance): ModuleRow {
  const { manifest, users, grant, realm } = instance;
  return {
    name: manifest.name,
    description: manifest.description,
    useCount: users.count,
    status: instance.status,
    state: instance.state,
    supportLevel: manifest.supportLevel,
    permissions: grant === undefined ? "" : formatPermissions(grant.effective),
    realm: realm?.label ?? "",
  };
}
