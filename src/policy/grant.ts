import { HostError, messageOf } from "../fault/mod.ts";
import { type Manifest, nameKey } from "../manifest/mod.ts";
import {
  expandVariables,
  formatPermissions,
  intersect,
  type PermissionLine,
  type PermissionSet,
  permissionSet,
  unmet,
} from "../permission/mod.ts";
import type { Policy } from "./model.ts";

/** What a module may do, and what it asked for in vain. */
export interface GrantDecision {
  /** What the manifest asks for. */
  readonly asked: PermissionSet;
  /** What the administrator grants, asked for or not. */
  readonly granted: PermissionSet;
  /** What both allow: what the module may do. */
  readonly effective: PermissionSet;
  /** What was asked and meets nothing in the grant. */
  readonly missing: readonly PermissionLine[];
}

/**
 * Decides a module's permissions: what its manifest asks, intersected with what the administrator grants.
 *
 * @param variables directories that `${name}` stands for
 * @throws {HostError} with code `config` when the manifest asks for something that cannot be read, naming both
 */
export function decideGrant(
  manifest: Manifest,
  policy: Policy,
  variables: Readonly<Record<string, string>>,
): GrantDecision {
  const asked = readAsked(manifest, variables);
  const grant = policy.grants.get(nameKey(manifest.name)) ?? policy.defaultGrant;
  const granted = grant.asAsked ? asked : permissionSet(grant.lines);
  return { asked, granted, effective: intersect(asked, granted), missing: unmet(asked, granted) };
}

function readAsked({ name, file, permissions }: Manifest, variables: Readonly<Record<string, string>>): PermissionSet {
  try {
    return permissionSet(permissions.map(({ kind, value }) => ({ kind, value: expandVariables(value, variables) })));
  } catch (cause) {
    throw new HostError("config", `${file}: ${messageOf(cause)}`, { module: name, cause });
  }
}

/** The lines of modules.conf that would grant what is missing; with them in the file the module loads. */
export function grantingLines(module: string, missing: readonly PermissionLine[]): string[] {
  return ["[permissions]", ...missing.map(({ kind, value }) => `${module} = ${kind}=${value.replaceAll(";", "\\;")}`)];
}

/** Permissions as people read them: `none` when there are none. */
export function showPermissions(set: PermissionSet): string {
  return formatPermissions(set) || "none";
}
