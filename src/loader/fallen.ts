import { nameKey } from "../manifest/mod.ts";
import type { Context } from "./context.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { lose } from "./lost.ts";
import { askUsers, dependentKeys, dependentsOf, stopInstance } from "./stop.ts";
import { takeOver } from "./takeover.ts";

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

/**
 * Stops what used modules that ended with their realm; what is to be started again takes its dependents along.
 *
 * 1. the dead and all that uses them are claimed: what another operation stops already has stopped then, or runs on
 * 2. what uses them stops, users of users first, unless another provider takes over
 * 3. whoever else used them is asked to let go, with the deadline of an `unload`
 */
export async function settleDead(context: Context): Promise<void> {
  while (context.dead.length > 0) {
    let dead: Instance[] = [];
    using claim = await context.turn.claim(() => {
      dead = [...context.dead];
      return dead.flatMap((instance) => [nameKey(instance.name), ...dependentKeys(context, instance)]);
    });
    // Whoever is waited for waits for this one: a later turn has them all.
    if (claim === undefined) return context.recoverLater();
    context.dead.splice(0, dead.length);
    for (const instance of dead) await settleOne(context, instance);
  }
}

async function settleOne(context: Context, instance: Instance): Promise<void> {
  await stopDependents(context, instance, { failed: instance, comesBack: context.lost.has(nameKey(instance.name)) });
  const { unload } = limitsFor(context, instance.name);
  await context.turn.outside(() => askUsers(context, instance, unload));
  instance.users.clear();
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
