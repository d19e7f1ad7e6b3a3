/**
 * What happens in the host, as events of the manager interface.
 *
 * @module
 */
import type { HostEvent, HostStatus } from "asterism";
import type { ManagerEvent } from "./_manager_action.ts";
import { classesOf, readClasses } from "./_manager_classes.ts";

const SYSTEM = readClasses("system").mask;

/** The event of something that happened; `booted` has one that needs more, see {@linkcode fullyBooted}. */
export function toManagerEvent(happened: Exclude<HostEvent, { type: "booted" }>): ManagerEvent {
  switch (happened.type) {
    case "load":
      return system("Load", [["Module", happened.module], ["Status", happened.status]]);
    case "unload":
      return system("Unload", [["Module", happened.module], ["Status", "Success"]]);
    case "reload":
      return system("Reload", [["Module", happened.module], ["Status", String(happened.status)]]);
    case "failed":
      return system("ModuleFailed", [["Module", happened.module], ["Reason", happened.reason]]);
    case "manager":
      return { event: happened.event, classes: classesOf(happened.privilege), headers: happened.headers };
  }
}

/** The event that each client is told once. */
export const FULLY_BOOTED = "FullyBooted";

/** Everything that is loaded at the start is there. Seconds, as Asterisk has them. */
export function fullyBooted({ startedAt, reloadedAt }: HostStatus, now: number): ManagerEvent {
  const since = (time: number) => String(Math.max(0, Math.floor((now - time) / 1000)));
  return system(FULLY_BOOTED, [
    ["Uptime", since(startedAt)],
    ["LastReload", since(reloadedAt)],
    ["Status", "Fully Booted"],
  ]);
}

function system(event: string, headers: ManagerEvent["headers"]): ManagerEvent {
  return { event, classes: SYSTEM, headers };
}
