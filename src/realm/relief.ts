import { HostError } from "../fault/mod.ts";
import type { Realm } from "./realm.ts";

/** How often it is looked whether descriptors run short, in milliseconds. */
export const RELIEF_MS = 1000;

/** So few belong to a realm anyway. */
const FEW = 16;

/** What a Worker itself takes while it runs. */
const OF_A_WORKER = 7;

/**
 * The realm that is to go when the program has hardly any descriptor left: the one that has most. When most are nobody's
 * whose realm could count them, they are connections of a server of the runtime or of Node's: then a realm that has such
 * a thing. Undefined when no realm is to blame.
 *
 * @param realms that are Workers, after a heartbeat
 * @param extra descriptors beyond those that the program had before the first realm
 */
export function greediest(realms: readonly Realm[], extra: number): Realm | undefined {
  const filesOf = (realm: Realm) => realm.health?.files ?? 0;
  const [most] = realms.toSorted((a, b) => filesOf(b) - filesOf(a));
  const counted = realms.reduce((sum, realm) => sum + filesOf(realm) + OF_A_WORKER, 0);
  const uncounted = Math.max(0, extra - counted);
  if (most !== undefined && filesOf(most) > Math.max(FEW, uncounted)) return most;
  if (uncounted <= FEW) return undefined;
  const servers = realms.filter((realm) => (realm.health?.servers ?? 0) > 0);
  // The latest first: what has run for long has shown what it is.
  return servers.at(-1) ?? realms.findLast(({ permissions }) => permissions.node.length > 0);
}

/** Why such a realm has ended. */
export function reliefReason(realm: Realm): HostError {
  const { files = 0, servers = 0 } = realm.health ?? {};
  const what = servers > 0 ? `${files} descriptors, and the connections of its servers` : `${files} descriptors`;
  return new HostError(
    "realm-ended",
    `Realm ${realm.label} has ended: the program had hardly any descriptor left and this realm had ${what}`,
  );
}
