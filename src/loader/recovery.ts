import type { HostError } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import type { Realm } from "../realm/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import { lose, takeLost } from "./lost.ts";
import { startWanted } from "./start.ts";
import { settleDead, sweepRealm } from "./fallen.ts";
import { reapIdle } from "./stop.ts";
import type { Again } from "./supervisor.ts";

/**
 * A realm has ended. Its modules are failed at once; who is at fault, as far as that can be known, stays failed, and the
 * others are lost: to be started again.
 *
 * 1. the module whose code the loader had asked to run, or the only one with a call that does not end, is at fault
 * 2. a module that was being imported is at fault, and is no instance that ran: all that ran are innocent
 * 3. otherwise a shared realm is split: all are started again, each in a realm of its own, so that whoever fails then is
 *    known by name
 *
 * @returns whether there is something to recover
 */
export function realmEnded(context: Context, realm: Realm, { message }: HostError): boolean {
  const suspects = suspectsOf(context, realm);
  const importing = context.importing.has(realm);
  const dead = sweepRealm(context, realm.label, message);
  if (suspects.length === 1 || importing) {
    for (const instance of dead) {
      if (suspects.includes(instance)) continue;
      lose(context, instance);
      comeAlong(context, instance, suspects);
    }
  } else if (dead.length > 1) {
    split(context, realm, dead);
  }
  for (const { name } of dead) tellCulprit(context, name);
  return dead.length > 0;
}

/** Whose code ran: the modules the loader is waiting for, else those with overdue calls, else with calls in progress. */
function suspectsOf({ culprits, instances }: Context, realm: Realm): Instance[] {
  const asked = [...culprits].filter((instance) => instance.realm === realm);
  if (asked.length > 0) return asked;
  const inside = [...instances.values()].filter((instance) => instance.realm === realm);
  const overdue = inside.filter(({ gate }) => (gate?.overdue ?? 0) > 0);
  if (overdue.length > 0) return overdue;
  return inside.filter((instance) => instance.users.labels().some((label) => /^(call|command) /.test(label)));
}

/** Without a culprit that it uses it may not be able to start: then it comes back with that one. */
function comeAlong({ supervisor }: Context, instance: Instance, culprits: readonly Instance[]): void {
  const used = culprits.find((culprit) => reaches(instance, culprit));
  if (used !== undefined) supervisor.along(used.name, { name: instance.name, admin: instance.users.admin });
}

function reaches({ providers }: Instance, used: Instance): boolean {
  return providers.some((provider) => provider === used || reaches(provider, used));
}

function split(context: Context, realm: Realm, dead: readonly Instance[]): void {
  const names = dead.map(({ name }) => name).join(", ");
  context.log.warning(`Nobody knows which module ended realm ${realm.label}: each runs alone from now on: ${names}`);
  for (const instance of dead) {
    context.supervisor.split(instance.name, realm.label);
    lose(context, instance);
  }
}

/** One that fails where nobody else is has failed before, too. */
function tellCulprit({ supervisor, lost, log }: Context, name: string): void {
  const realm = supervisor.splitFrom(name);
  if (realm === undefined || lost.has(nameKey(name))) return;
  log.error(`Module '${name}' is the one that ended realm ${realm}: alone it has failed again`);
}

/** Stops what used the dead, and starts again what died through another's fault. */
export async function recover(context: Context): Promise<void> {
  const { lost, log } = context;
  await settleDead(context);
  await reapIdle(context);
  if (lost.size === 0 || context.stopping) return;
  const failed = [...context.instances.values()]
    .filter(({ state, name }) => state === "failed" && !lost.has(nameKey(name))).map(({ name }) => name);
  const again = takeLost(context, []);
  if (again.length === 0) return;
  log.notice(`Starting again after another module's fault: ${again.map(({ name }) => name).join(", ")}`);
  const { lines } = await startWanted(context, again, { mode: "runtime", failed });
  for (const line of lines) log.error(line, { multiline: true });
}

/** Starts modules again that have failed by themselves, and what stopped with them, unless they run by now. */
export async function restart(context: Context, again: Again): Promise<void> {
  const { log, stopping, supervisor } = context;
  if (stopping || findInstance(context, again.name)?.state !== "failed") return;
  log.notice(`Starting '${again.name}' again`);
  const wanted = [again, ...supervisor.takeAlong(again.name)].filter(({ name, admin }) =>
    admin && findInstance(context, name)?.state !== "running"
  )
    .map(({ name }) => ({ name, required: false, preload: false }));
  const { lines } = await startWanted(context, wanted, { mode: "runtime" });
  for (const line of lines) log.error(line, { multiline: true });
}
