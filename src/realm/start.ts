import type { Carrier } from "./carrier.ts";
import { descriptors } from "./descriptors.ts";
import { GuestRealm } from "./guest_realm.ts";
import { ProcessCarrier } from "./process_carrier.ts";
import type { Realm, RealmKind, RealmOptions } from "./realm.ts";
import { WorkerCarrier } from "./worker_carrier.ts";

/**
 * Starts a realm. Messages to it wait until it is up.
 *
 * @param warm what carries it, when that has been started already; it has the permissions of the realm
 * @throws {HostError} with code `permission` when the program itself lacks what the realm is to have, or a process cannot
 *   be started; with code `state` when the program has too few descriptors left
 */
export function startRealm(kind: RealmKind, options: RealmOptions, warm?: Carrier): Realm {
  const { label, permissions, limits, learning = false } = options;
  const claim = warm === undefined ? descriptors.reserve(label) : undefined;
  const carrier = warm ??
    (kind === "process"
      ? new ProcessCarrier(label, { permissions, limits, learning })
      : new WorkerCarrier(label, permissions, { heap: limits.heap }));
  const realm = new GuestRealm(carrier, options);
  if (claim !== undefined) claim.pending = () => realm.state === "starting";
  return realm;
}
