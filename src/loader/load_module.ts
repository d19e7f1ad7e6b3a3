import { messageOf } from "../fault/mod.ts";
import { baseName, nameKey, type Need } from "../manifest/mod.ts";
import { lateProblems, type OpenedModule, plan } from "../plan/mod.ts";
import { CORE } from "../registry/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { LoadOutcome } from "./results.ts";
import { makeInstance, prepareAll } from "./prepare.ts";
import { startWanted } from "./start.ts";
import { discard } from "./stop.ts";
import { unloadModule } from "./unload.ts";

/**
 * `module load name` (loader.c, load_resource). Why it does not run goes to the log.
 *
 * One that declined before is unloaded first, so that its file is opened afresh. With `load_uses = no` nothing is loaded
 * for its sake: it stays opened, not running, until what it needs runs and it is loaded again.
 */
export async function loadModule(context: Context, typed: string): Promise<LoadOutcome> {
  const { log, catalog, policy } = context;
  const name = baseName(typed);
  using claim = await context.turn.claim(() => [nameKey(name)]);
  if (claim === undefined) {
    log.warning(`Module '${name}' is at work for an operation that waits for this one.`);
    return "decline";
  }
  const earlier = findInstance(context, name);
  if (earlier?.state === "running") {
    log.warning(`Module '${name}' already loaded and running.`);
    earlier.users.admin = true;
    return "decline";
  }
  if (earlier?.state === "loaded") discard(context, earlier);
  else if (earlier !== undefined) await unloadModule(context, name, "soft");
  try {
    if (policy.loadUses) catalog.refreshOne(name);
    else catalog.refresh();
  } catch (error) {
    log.error(messageOf(error));
    return "decline";
  }
  if (!policy.loadUses && !await openLate(context, name)) return "decline";
  const { lines, failure } = await startWanted(context, [{ name, required: false, preload: false }], {
    mode: "runtime",
    look: true,
  });
  for (const line of lines) log.error(line, { multiline: true });
  if (findInstance(context, name)?.state === "running") return "success";
  return failure ? "failure" : "decline";
}

/**
 * Opens a module and asks whether it may start, by the rule that nothing is loaded for it.
 *
 * @returns false when it stays opened; true when the usual start will do, which says what else is wrong
 */
async function openLate(context: Context, name: string): Promise<boolean> {
  const { catalog, policy, log, names } = context;
  const entry = catalog.get(name);
  if (entry === undefined) return true;
  const [step] = plan({
    catalog: names.owners.entries,
    faults: catalog.faults(),
    policy,
    running: new Set(),
    wanted: [{ name, required: false, preload: false }],
  }).steps;
  if (step === undefined) return true;
  makeInstance(context, step);
  const problems = lateProblems(entry, openedModules(context), (need) => isProvided(context, need));
  if (problems.length === 0) return true;
  await prepareAll(context, [step]);
  const instance = findInstance(context, name);
  const lines = instance?.state === "loaded" ? problems : instance?.faults ?? [];
  for (const line of lines) log.error(line, { multiline: true });
  return false;
}

function openedModules({ instances }: Context): Map<string, OpenedModule> {
  return new Map(
    [...instances].map(([key, { entry, state }]) => [key, {
      entry,
      running: state === "running",
      declined: state === "declined" || state === "failed",
    }]),
  );
}

/** Whether something that is no module is provided by what runs. */
function isProvided({ instances, registry }: Context, { type, name }: Need): boolean {
  const key = name.toLowerCase();
  return registry.ownedBy(CORE).some((what) => what.toLowerCase() === `${type}=${key}`) ||
    [...instances.values()].some(({ state, manifest }) =>
      state === "running" && manifest.provides.some((one) => one.type === type && one.name.toLowerCase() === key)
    );
}
