import { messageOf } from "../fault/mod.ts";
import { baseName, type CatalogEntry, nameKey } from "../manifest/mod.ts";
import { covers, formatPermissions, intersect, PERMISSION_KINDS, permissionSet, subtract } from "../permission/mod.ts";
import { type GrantDecision, grantFor, type Policy } from "../policy/mod.ts";
import type { RealmKind } from "../realm/mod.ts";
import { type Context, findInstance } from "./context.ts";
import { grantOf } from "./grant.ts";
import { realmKind } from "./prepare.ts";

/** What a module may do, and why; permissions are as people read them, empty for none. */
export interface PermissionRow {
  /** Its name. */
  readonly name: string;
  /** Where it is in its life; `installed` when it is not loaded. */
  readonly state: string;
  /** What its manifest asks for. */
  readonly asked: string;
  /** What the administrator grants. */
  readonly granted: string;
  /** What the manifest or the administrator takes away. */
  readonly denied: string;
  /** What it has, or would have when it was loaded now. */
  readonly effective: string;
  /** For each permission that it asks for, what came of it. */
  readonly why: readonly string[];
  /** The kind of realm that it is in or would be in. */
  readonly kind: RealmKind;
  /** The realm that it is in; empty when it is in none. */
  readonly realm: string;
}

/** Permissions of every module that is installed, or of one. Sorted by name. */
export function permissionRows(context: Context, name?: string): PermissionRow[] {
  const key = name === undefined ? undefined : nameKey(baseName(name));
  return context.catalog.entries().filter(({ manifest }) => key === undefined || nameKey(manifest.name) === key)
    .map((entry) => permissionRow(context, entry))
    .sort((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1));
}

function permissionRow(context: Context, { manifest }: CatalogEntry): PermissionRow {
  const { name } = manifest;
  const instance = findInstance(context, name);
  const row = { name, state: instance?.state ?? "installed", realm: instance?.realm?.label ?? "" };
  try {
    const decision = instance?.grant ?? grantOf(context, manifest);
    const lacking = context.programLacks(decision.effective)
      .map(({ kind, value }) => `${kind}=${value}: the program itself was not granted it`);
    return {
      ...row,
      asked: formatPermissions(decision.asked),
      granted: formatPermissions(decision.granted),
      denied: formatPermissions(decision.denied),
      effective: formatPermissions(decision.effective),
      why: [...reasons(decision, sourceOf(context.policy, name)), ...lacking],
      kind: realmKind(context, manifest, decision),
    };
  } catch (error) {
    const none = { asked: "", granted: "", denied: "", effective: "" };
    return { ...row, ...none, why: [messageOf(error)], kind: realmKind(context, manifest, undefined) };
  }
}

/** Which lines of modules.conf decide about a module. */
function sourceOf(policy: Policy, name: string): string {
  const grant = grantFor(policy, name);
  return `${grant === policy.defaultGrant ? "default" : name} = ${grant.asAsked ? "manifest" : "…"}`;
}

/** What came of each permission that is asked for. */
function reasons({ asked, granted, denied }: GrantDecision, source: string): string[] {
  const all = PERMISSION_KINDS.flatMap((kind) => asked[kind].map((value) => ({ kind, value })));
  if (all.length === 0) return ["it asks for nothing"];
  return all.map((line) => {
    const one = permissionSet([line]);
    const { kept, gone, cut } = subtract(intersect(one, granted), denied);
    const text = `${line.kind}=${line.value}`;
    const [hole] = cut;
    if (hole !== undefined) {
      return `${text}: deny-${hole.denied.kind}=${hole.denied.value} takes a part of it, so all is gone`;
    }
    if (gone.length > 0 && !covers(kept, intersect(one, granted))) return `${text}: denied`;
    if (covers(kept, one)) return `${text}: granted by "${source}"`;
    const part = formatPermissions(kept);
    return part === "" ? `${text}: not granted` : `${text}: granted in part, ${part}, by "${source}"`;
  });
}
