import { HostError, messageOf } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { lose } from "./lost.ts";
import type { UnloadForce, UnloadResult } from "./results.ts";
import { takeOver } from "./takeover.ts";

/**
 * Unloads a module on request: `module unload [-f|-h] name`.
 *
 * 1. unknown: refused; one that does not run: only forgotten
 * 2. used: soft gives up the administrator's use, so that it stops with its last user (seed 003), or with `load_uses = no`
 *    refuses as Asterisk does; firm and hard unload the modules that use it first, then cancel the other users
 * 3. it stops (see {@linkcode stopInstance})
 * 4. what it used and nobody else wants stops too
 *
 * A hard unload that the module refused fails although it is gone, as in Asterisk.
 */
export async function unloadModule(context: Context, name: string, force: UnloadForce): Promise<UnloadResult> {
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
    await unloadModule(context, dependent.name, force);
    if (isRunning(dependent)) {
      users.admin = admin;
      return "failed";
    }
  }
  // The last dependent may have taken it along.
  if (!isRunning(instance)) return "unloaded";
  const stopped = await stopInstance(context, instance, force);
  if (isRunning(instance)) users.admin = admin;
  await reapIdle(context);
  return stopped === "stopped" ? "unloaded" : "failed";
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

/** Instances that hold this one because they use it, in the order of their starts. */
export function dependentsOf({ instances }: Context, instance: Instance): Instance[] {
  return [...instances.values()].filter((other) => other.state === "running" && other.providers.includes(instance));
}

/** Stops every instance that nothing keeps running, until there is none. */
export async function reapIdle(context: Context): Promise<void> {
  for (;;) {
    const idle = [...context.instances.values()].findLast(({ state, users }) => state === "running" && users.idle);
    if (idle === undefined || await stopInstance(context, idle, "soft") === "refused") return;
  }
}

/**
 * Stops one running instance.
 *
 * 1. its registrations go, so that nothing new can begin
 * 2. its users are asked to let go, if there are any left
 * 3. `unload` runs, with a deadline; non-zero means "cannot yet": the registrations come back and it runs on, unless
 *    hard
 * 4. its handle closes, what it holds is given back, it leaves its realm; a realm without modules ends
 *
 * @returns whether it stopped; `forced` when it did not want to
 */
export async function stopInstance(
  context: Context,
  instance: Instance,
  force: UnloadForce,
): Promise<"stopped" | "refused" | "forced"> {
  const { log, registry } = context;
  log.verbose(1, `Unloading ${instance.name}`);
  instance.transition("stopping");
  const restore = registry.removeOwner(instance.owner);
  await instance.users.cancelAll();
  const refusal = await runUnload(context, instance);
  if (instance.state !== "stopping") {
    // Its realm has ended meanwhile, through its own fault as a rule: it has failed and is swept.
    log.warning(`Unload of '${instance.name}' ended with its realm: ${refusal?.fault ?? instance.reason}`);
    instance.transition("stopped");
    discard(context, instance);
    return "stopped";
  }
  if (refusal !== undefined) {
    if (refusal.fault !== undefined) log.error(`Unload of '${instance.name}' failed: ${refusal.fault}`);
    log.warning(`Firm unload failed for ${instance.name}`);
    if (force !== "hard") {
      restore();
      instance.transition("running");
      context.watchers.offer();
      return "refused";
    }
    log.warning("** Dangerous **: Unloading resource anyway, at user request");
  }
  instance.transition("stopped");
  discard(context, instance);
  return refusal === undefined ? "stopped" : "forced";
}

/** A module that does not want to stop, and what broke when it was no plain no. */
interface UnloadRefusal {
  readonly fault?: string | undefined;
}

/** Runs the module's `unload`; nothing when it agrees. */
async function runUnload(context: Context, instance: Instance): Promise<UnloadRefusal | undefined> {
  const { realm, imported } = instance;
  if (realm === undefined || !imported?.has.unload) return undefined;
  context.culprit = instance;
  try {
    const answer = await realm.unload(instance.name, limitsFor(context, instance.name).unload);
    if ("thrown" in answer) return { fault: answer.thrown };
    return answer.result === 0 ? undefined : {};
  } catch (error) {
    if (error instanceof HostError && error.code === "deadline") await realm.heartbeat();
    return { fault: messageOf(error) };
  } finally {
    context.culprit = undefined;
  }
}

/** Removes an instance that does not run: handle, holds, realm, table. */
export function discard(context: Context, instance: Instance): void {
  instance.handle?.close();
  context.enhancers.delete(instance);
  // What it registered while it was stopping.
  context.registry.removeOwner(instance.owner);
  instance.users.clear();
  instance.releaseHolds();
  if (instance.realm !== undefined && !instance.unloadBlocked) {
    // A message for each module, when all realms end in a moment, would take longer than all the rest.
    context.pool.dismiss(instance.name, instance.realm, { forget: !context.stopping });
  }
  if (findInstance(context, instance.name) === instance) context.instances.delete(nameKey(instance.name));
}

/**
 * What is left of a realm that has ended: its modules are failed and swept. Who used them is for the caller to stop.
 *
 * @returns the instances that ran
 */
export function sweepRealm(context: Context, label: string, reason: string): Instance[] {
  const dead = [...context.instances.values()].filter(({ realm, state }) =>
    realm?.label === label && (state === "running" || state === "stopping")
  );
  for (const instance of dead) {
    instance.transition("failed", reason);
    context.enhancers.delete(instance);
    context.registry.removeOwner(instance.owner);
    instance.handle?.close();
    instance.releaseHolds();
    context.dead.push(instance);
    context.log.error(`Module '${instance.name}' has failed: ${reason}`);
  }
  return dead;
}

/** Stops what used modules that ended with their realm; what is to be started again takes its dependents along. */
export async function settleDead(context: Context): Promise<void> {
  for (let instance = context.dead.shift(); instance !== undefined; instance = context.dead.shift()) {
    await stopDependents(context, instance, { failed: instance, comesBack: context.lost.has(nameKey(instance.name)) });
    await instance.users.cancelAll();
    instance.users.clear();
  }
}

/** Why modules stop: what has failed, and whether that is started again at once. */
interface Fall {
  readonly failed: Instance;
  readonly comesBack: boolean;
}

/** Stops what uses an instance, users of users first. One that fails meanwhile is on `dead` itself. */
async function stopDependents(context: Context, instance: Instance, { failed, comesBack }: Fall): Promise<void> {
  for (const dependent of dependentsOf(context, instance).reverse()) {
    const another = comesBack || instance !== failed ? "none" : await takeOver(context, instance, dependent);
    if (another === "told") continue;
    const again = comesBack || another === "restart";
    await stopDependents(context, dependent, { failed, comesBack: again });
    if (dependent.state !== "running") continue;
    if (again) lose(context, dependent);
    else context.supervisor.along(failed.name, { name: dependent.name, admin: dependent.users.admin });
    const why = instance === failed ? "which has failed" : `which stops because '${failed.name}' has failed`;
    context.log.warning(`Module '${dependent.name}' stops: it uses '${instance.name}', ${why}`);
    await stopInstance(context, dependent, "hard");
  }
}
