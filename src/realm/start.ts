import { GuestRealm } from "./guest_realm.ts";
import { ProcessCarrier } from "./process_carrier.ts";
import type { Realm, RealmKind, RealmOptions } from "./realm.ts";
import { WorkerCarrier } from "./worker_carrier.ts";

/**
 * Starts a realm. Messages to it wait until it is up.
 *
 * @throws {HostError} with code `permission` when the program itself lacks what the realm is to have, or a process cannot
 *   be started
 */
export function startRealm(kind: RealmKind, options: RealmOptions): Realm {
  const { label, permissions, limits } = options;
  const carrier = kind === "process"
    ? new ProcessCarrier(label, { permissions, limits })
    : new WorkerCarrier(label, permissions);
  return new GuestRealm(carrier, options);
}
