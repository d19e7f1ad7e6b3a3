import { HostError, messageOf } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import type { UnloadForce } from "./results.ts";

/** The part of a stop's time that those have who are asked to let go; an `unload` of its own has what is left. */
const SHARE_OF_USERS = 0.5;

/** Instances that hold this one because they use it, in the order of their starts. */
export function dependentsOf({ instances }: Context, instance: Instance): Instance[] {
  return [...instances.values()].filter((other) => other.state === "running" && other.providers.includes(instance));
}

/** Names of all that uses an instance, directly or not, also of what starts or stops just now; by `nameKey`. */
export function dependentKeys({ instances }: Context, instance: Instance): Set<string> {
  const found = new Set<Instance>([instance]);
  // A set that grows is walked to its end.
  for (const used of found) {
    for (const other of instances.values()) if (other.providers.includes(used)) found.add(other);
  }
  found.delete(instance);
  return new Set([...found].map(({ name }) => nameKey(name)));
}

/**
 * Stops every instance that nothing keeps running, until there is none. One that another operation is at work on is left
 * to that; one that refuses is not asked twice.
 */
export async function reapIdle(context: Context): Promise<void> {
  const refused = new Set<Instance>();
  while (!context.stopping) {
    const idle = [...context.instances.values()].findLast((instance) =>
      instance.state === "running" && instance.users.idle && !refused.has(instance) &&
      !context.turn.isOthers(nameKey(instance.name))
    );
    if (idle === undefined) return;
    using _claim = await context.turn.claim(() => [nameKey(idle.name)]);
    if (await stopInstance(context, idle, "soft") === "refused") refused.add(idle);
  }
}

/**
 * Stops one running instance. What it waits for in code of modules has one deadline from here on, `unload` of `[limits]`
 * of the module that stops; it gives the turn away meanwhile, so the caller has claimed the instance.
 *
 * 1. its registrations go, so that nothing new can begin
 * 2. its users are asked to let go, if there are any left, and those who are told that it goes are told; half of the
 *    time is theirs, and who is late is given up
 * 3. `unload` runs, with what is left of the time; non-zero means "cannot yet": the registrations come back and it runs
 *    on, unless hard
 * 4. its handle closes, what it holds is given back, it leaves its realm; a realm without modules ends, after
 *    `block_unload` of the manifest when the module has asked for that
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
  const refusal = await context.turn.outside(() => askToStop(context, instance));
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

/** Steps 2 and 3: all that code of modules is asked before a module stops. Nothing when it agrees. */
async function askToStop(context: Context, instance: Instance): Promise<UnloadRefusal | undefined> {
  const { unload } = limitsFor(context, instance.name);
  const began = performance.now();
  await askUsers(context, instance, instance.imported?.has.unload ? unload * SHARE_OF_USERS : unload);
  return await runUnload(context, instance, Math.max(0, unload - (performance.now() - began)));
}

/**
 * Asks everybody who uses an instance to let go.
 *
 * @param milliseconds when those who are late are given up: one line for each module
 */
export async function askUsers({ log }: Context, { name, users }: Instance, milliseconds: number): Promise<void> {
  for (const { module, what } of await users.cancelAll(milliseconds)) {
    const seconds = Math.round(milliseconds) / 1000;
    log.warning(
      `Module '${module}' is not waited for any longer while '${name}' stops: ${what}: no answer in ${seconds} s`,
    );
  }
}

/** Runs the module's `unload`; nothing when it agrees. */
async function runUnload(
  context: Context,
  instance: Instance,
  milliseconds: number,
): Promise<UnloadRefusal | undefined> {
  const { name, realm, imported } = instance;
  if (realm === undefined || !imported?.has.unload) return undefined;
  context.culprits.add(instance);
  try {
    const answer = await realm.unload(name, milliseconds);
    if ("thrown" in answer) return { fault: answer.thrown };
    return answer.result === 0 ? undefined : {};
  } catch (error) {
    if (!(error instanceof HostError && error.code === "deadline")) return { fault: messageOf(error) };
    // A realm that is about to end anyway has nobody else to care for.
    if (!context.stopping) await realm.heartbeat();
    const { unload } = limitsFor(context, name);
    return { fault: `unload of "${name}": no answer within ${unload / 1000} s` };
  } finally {
    context.culprits.delete(instance);
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
  if (instance.realm !== undefined) {
    const { blockUnload = 0 } = instance.manifest;
    const stays = instance.unloadBlocked && !context.stopping ? blockUnload * 1000 : 0;
    if (stays > 0) context.log.notice(`Module '${instance.name}' has stopped; its code stays for ${blockUnload} s`);
    // A message for each module, when all realms end in a moment, would take longer than all the rest.
    context.pool.dismiss(instance.name, instance.realm, { forget: !context.stopping, stays });
  }
  if (findInstance(context, instance.name) === instance) context.instances.delete(nameKey(instance.name));
}
