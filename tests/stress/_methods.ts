/** Which methods a module can call on its host: read from their declaration, so that a new one cannot be forgotten. */
import { BOUNDS } from "../../src/realm/mod.ts";

/** What a module is handed beside them: functions of the host, and lines for the log. */
const FURTHER = [
  ...["channel.receive", "channel.hangup", "service.method", "service.release", "hold.release", "user.release"],
  "notice.log",
];

/** Called by the code of the realm itself; no module reaches them. */
const OF_REALM = ["main"];

/** All of them, as `handle.config`. */
export function remoteMethods(): string[] {
  const declared = Object.entries(BOUNDS).filter(([object]) => !OF_REALM.includes(object))
    .flatMap(([object, methods]) => Object.keys(methods).map((name) => `${object}.${name}`));
  return [...declared, ...FURTHER];
}
