import { nameKey } from "../manifest/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import type { UnloadForce, UnloadResult } from "./results.ts";
import { dependentKeys, dependentsOf, discard, reapIdle, stopInstance } from "./stop.ts";

/**
 * Unloads a module on request: `module unload [-f|-h] name`.
 *
 * 1. the module, and unless soft what uses it, is claimed: another operation on one of them waits for this one
 * 2. unknown: refused; one that does not run: only forgotten
 * 3. used: soft gives up the administrator's use, so that it stops with its last user (seed 003), or with `load_uses = no`
 *    refuses as Asterisk does; firm and hard unload the modules that use it first, then cancel the other users
 * 4. it stops (see {@linkcode stopInstance})
 * 5. what it used and nobody else wants stops too
 *
 * A hard unload that the module refused fails although it is gone, as in Asterisk.
 */
export async function unloadModule(context: Context, name: string, force: UnloadForce): Promise<UnloadResult> {
  const claim = await context.turn.claim(() => {
    const instance = force === "soft" ? undefined : findInstance(context, name);
    return [nameKey(name), ...instance === undefined ? [] : dependentKeys(context, instance)];
  });
  if (claim === undefined) {
    context.log.warning(`Unload failed, '${name}' is at work for an operation that waits for this one`);
    return "failed";
  }
  let stopped: "stopped" | "refused" | "forced" | UnloadResult;
  try {
    stopped = await unloadClaimed(context, name, force);
  } finally {
    claim[Symbol.dispose]();
  }
  if (stopped !== "stopped" && stopped !== "refused" && stopped !== "forced") return stopped;
  await reapIdle(context);
  return stopped === "stopped" ? "unloaded" : "failed";
}

/** Steps 2 to 4: what the unload came to, or how the module stopped. */
async function unloadClaimed(
  context: Context,
  name: string,
  force: UnloadForce,
): Promise<"stopped" | "refused" | "forced" | UnloadResult> {
  const { log } = context;
  const instance = findInstance(context, name);
  if (instance === undefined) {
    log.warning(`Unload failed, '${name}' could not be found`);
    return "failed";
  }
  context.lost.delete(nameKey(instance.name));
  if (instance.state !== "running") {
    log.notice(`Unloading module '${instance.name}' that previously declined to load`);
    discard(context, instance);
    context.life.forgotten(instance.name);
    return "unloaded";
  }
  const { users } = instance;
  if (users.count > 0 && force === "soft") return release(context, instance);
  if (users.count > 0) {
    log.warning(`Warning:  Forcing removal of module '${instance.name}' with use count ${users.count}`);
  }
  const admin = users.admin;
  users.admin = false;
  for (const dependent of dependentsOf(context, instance).reverse()) {
    // An earlier one may have taken it along, or its realm has ended.
    if (dependent.state !== "running") continue;
    // What is left is stopped with all the others.
    if (!context.stopping) await unloadModule(context, dependent.name, force);
    if (isRunning(dependent)) {
      users.admin = admin;
      return "failed";
    }
  }
  // The last dependent may have taken it along.
  if (!isRunning(instance)) return "unloaded";
  const stopped = await stopInstance(context, instance, force);
  if (isRunning(instance)) users.admin = admin;
  return stopped;
}

function isRunning({ state }: Instance): boolean {
  return state === "running";
}

/** A module is in use and is to be unloaded without force. */
function release({ log, policy }: Context, { name, users }: Instance): UnloadResult {
  log.warning(`Soft unload failed, '${name}' has use count ${users.count}`);
  const labels = users.labels().join(", ");
  if (policy.loadUses) users.admin = false;
  log.notice(
    policy.loadUses
      ? `Module '${name}' stops when its last user goes: ${labels}`
      : `Module '${name}' is used by ${labels}`,
  );
  return policy.loadUses ? "released" : "failed";
}
