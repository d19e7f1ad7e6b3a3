import type { ModuleRow } from "../module_api/mod.ts";
import { formatPermissions } from "../permission/mod.ts";
import type { Limits } from "../policy/mod.ts";
import type { RealmKind } from "../realm/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { nameKey } from "../manifest/mod.ts";
import { moduleRow } from "./rows.ts";
import type { Supervision } from "./supervisor.ts";

/** A realm, as people look at it. */
export interface RealmRow {
  /** `shared/1`. */
  readonly realm: string;
  /** How it is shared, and what carries it. */
  readonly kind: RealmKind;
  /** Where it is in its life. */
  readonly state: string;
  /** Names of the modules in it, sorted. */
  readonly modules: readonly string[];
  /** What code inside may do; empty for nothing. */
  readonly permissions: string;
  /** Bytes of its heap and what hangs on it; of the whole process where it is one. Null before its first heartbeat. */
  readonly memory: number | null;
  /** Calls into its modules that have not ended; those over direct links as of its last heartbeat. */
  readonly calls: number;
  /** Direct links from and to its modules, and the calls that it had answered over such at its last heartbeat. */
  readonly direct: { readonly links: number; readonly served: number };
  /** Milliseconds that it took to answer the last heartbeat, and since that. Null before the first. */
  readonly heartbeat: { readonly took: number; readonly ago: number } | null;
  /** The process that it is; null for a Worker. */
  readonly pid: number | null;
}

/** A module, with all that is known of where it stands. */
export interface ModuleDetail extends ModuleRow {
  /** Why it was declined or has failed. */
  readonly reason: string;
  /** Who uses it. */
  readonly users: readonly string[];
  /** What it uses, by the names of the modules that provide it. */
  readonly uses: readonly string[];
  /** What it has registered, as `type=name`. */
  readonly provides: readonly string[];
  /** Calls into it that have not ended. */
  readonly calls: number;
  /** What it is held to. */
  readonly limits: Limits;
  /** What becomes of it when it fails. */
  readonly supervision: Supervision;
}

/** Every realm, sorted by its label. */
export function realmRows({ pool, instances, links }: Context): RealmRow[] {
  const byLabel = new Intl.Collator("en", { numeric: true }).compare;
  return pool.list().map(({ realm, kind, residents }) => {
    const { health } = realm;
    const inside = [...instances.values()].filter((instance) => instance.realm === realm);
    return {
      realm: realm.label,
      kind,
      state: realm.state,
      modules: [...residents].sort(),
      permissions: formatPermissions(realm.permissions),
      memory: health === undefined ? null : kind === "process" ? health.process : health.heap,
      calls: inside.reduce((sum, instance) => sum + callsOf(instance), health?.calls ?? 0),
      direct: { links: links.countOf(realm), served: health?.served ?? 0 },
      heartbeat: health === undefined ? null : { took: Math.round(health.took * 10) / 10, ago: Date.now() - health.at },
      pid: realm.pid ?? null,
    };
  }).sort((a, b) => byLabel(a.realm, b.realm));
}

/** One module, by its name in any case of letters; undefined when it is not loaded. */
export function moduleDetail(context: Context, name: string): ModuleDetail | undefined {
  const instance = findInstance(context, name);
  if (instance === undefined) return leftDetail(context, name);
  return {
    ...moduleRow(instance),
    reason: instance.reason,
    users: instance.users.labels(),
    uses: instance.providers.map((provider) => provider.name),
    provides: context.registry.ownedBy(instance.owner),
    calls: callsOf(instance),
    limits: limitsFor(context, instance.name),
    supervision: context.supervisor.status(instance.name),
  };
}

/** What `module show` says of a module that has stopped and whose code is still in a realm. */
export const CODE_LEFT = "stopped, code still loaded";

/** A module that has stopped and whose realm goes on. */
function leftDetail(context: Context, typed: string): ModuleDetail | undefined {
  const [name, realm] = [...context.pool.left()].find(([module]) => nameKey(module) === nameKey(typed)) ?? [];
  if (name === undefined || realm === undefined) return undefined;
  const manifest = context.catalog.get(name)?.manifest;
  return {
    name,
    description: manifest?.description ?? "",
    useCount: 0,
    status: "Not Running",
    state: CODE_LEFT,
    supportLevel: manifest?.supportLevel ?? "unknown",
    permissions: formatPermissions(realm.permissions),
    realm: realm.label,
    reason: "",
    users: [],
    uses: [],
    provides: [],
    calls: 0,
    limits: limitsFor(context, name),
    supervision: context.supervisor.status(name),
  };
}

function callsOf({ gate }: Instance): number {
  return gate?.inProgress ?? 0;
}
