import type { RealmHealth } from "./realm.ts";
import type { GuestHealth } from "./wire.ts";

/** So many descriptors more than its limit are no fault of a realm: some calls open several at once. */
export const FILES_SLACK = 8;

/** What a realm tells of itself at a heartbeat, with nothing in place of what is no number. */
export function healthOf({ heap, process, calls, served, files, servers }: GuestHealth, took: number): RealmHealth {
  return {
    heap: amount(heap),
    process: amount(process),
    calls: amount(calls),
    served: amount(served),
    files: amount(files),
    servers: amount(servers),
    at: Date.now(),
    took,
  };
}

function amount(told: unknown): number {
  const value = Number(told);
  return value > 0 && value < Infinity ? value : 0;
}
