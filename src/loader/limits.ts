import { nameKey } from "../manifest/mod.ts";
import type { Limits, Policy, RestartPolicy } from "../policy/mod.ts";
import { type LineRate, type RealmLimits, USUAL_REALM_LIMITS } from "../realm/mod.ts";
import type { Context, LoaderOptions } from "./context.ts";

/** Calls into one module at the same time when nobody says otherwise. */
const USUAL_CALLS = 1_000;

/** What realms are held to, but for the time to start, which is nobody's choice. */
const { start: _start, ...USUAL } = USUAL_REALM_LIMITS;

/** What a module is held to: its line in `[limits]`, the default one, the options of asterism.conf, the usual. */
export function limitsFor({ policy: { limits }, options }: Pick<Context, "policy" | "options">, name: string): Limits {
  return {
    ...USUAL,
    load: options.loadTimeout,
    unload: options.unloadTimeout,
    call: options.callTimeout,
    calls: USUAL_CALLS,
    heartbeat: options.heartbeatTimeout,
    ...limits.others,
    ...limits.single.get(nameKey(name)),
  };
}

/** What a module may write into the log in each second. */
export function moduleRate(context: Pick<LoaderOptions, "policy" | "options">, name: string): LineRate {
  const { output, outputbytes } = limitsFor(context, name);
  return { output, outputbytes };
}

/** What the realm of a module is held to. */
export function realmLimits(context: Context, name: string): RealmLimits {
  const { heartbeat, message, queue, output, outputbytes, heap, memory, cpu, files } = limitsFor(context, name);
  return { ...USUAL_REALM_LIMITS, heartbeat, message, queue, output, outputbytes, heap, memory, cpu, files };
}

/** How a module that has failed is started again. */
export function restartPolicy({ restarts }: Policy, name: string): RestartPolicy {
  return restarts.single.get(nameKey(name)) ?? restarts.others;
}
