import { nameKey } from "../manifest/mod.ts";
import type { Wanted } from "../plan/mod.ts";
import type { Context } from "./context.ts";
import type { Instance } from "./instance.ts";

/** Notes that an instance is to be started again. */
export function lose({ lost }: Context, { name, users }: Instance): void {
  lost.set(nameKey(name), { name, admin: users.admin });
}

/**
 * The modules lost since the last time, wanted again as they were. Those that nobody but a dependent wanted come back
 * with it.
 */
export function takeLost(context: Context, wanted: readonly Wanted[]): Wanted[] {
  const { lost } = context;
  // What another operation is about to stop for their sake is not there yet; that operation takes them.
  const taken = [...lost].filter(([key]) => !context.turn.isOthers(key));
  const byKey = new Map(wanted.map((one) => [nameKey(one.name), one]));
  const again = taken.filter(([key, { admin }]) => {
    const anew = context.instances.get(key);
    if (anew?.state !== "running") return admin;
    anew.users.admin ||= admin;
    return false;
  });
  for (const [key] of taken) lost.delete(key);
  return again.map(([key, { name }]) => byKey.get(key) ?? { name, required: false, preload: false });
}
