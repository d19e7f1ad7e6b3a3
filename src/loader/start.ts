import { messageOf, printable } from "../fault/mod.ts";
import { baseName, nameKey } from "../manifest/mod.ts";
import { LoadResult } from "../module_api/mod.ts";
import type { RunResult } from "../realm/mod.ts";
import { plan, type Wanted } from "../plan/mod.ts";
import { CORE } from "../registry/mod.ts";
import { type Context, findInstance, lose, runningKeys } from "./context.ts";
import { holdModule, makeHandle } from "./handle_services.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { leave, prepareAll } from "./prepare.ts";
import { reapIdle, settleDead } from "./stop.ts";

/** How a start came out. */
export interface StartOutcome {
  /** Why the program must not go on: a required module, or a FAILURE. */
  fatal: string | undefined;
  /** What went wrong with each module that did not start, in order. */
  readonly faults: { name: string; message: string }[];
}

/** At start-up, or later by command: the wording differs, and a FAILURE is not fatal later. */
export type StartMode = "startup" | "runtime";

/**
 * Starts what is wanted, and what it uses.
 *
 * 1. plan; what is refused is a fault; a required one refused ends it here, before anything has started
 * 2. prepare: admit, verify, import, concurrently
 * 3. in plan order, `load` of each whose providers run; it becomes a user of them
 * 4. modules lost because a realm ended under them through another's fault are started again
 *
 * @param options.failed names of modules that are not tried as dependencies
 */
export async function startWanted(
  context: Context,
  wanted: readonly Wanted[],
  { mode, failed = [] }: { mode: StartMode; failed?: readonly string[] },
): Promise<StartOutcome> {
  const outcome: StartOutcome = { fatal: undefined, faults: [] };
  let round: readonly Wanted[] = wanted;
  while (round.length > 0 && outcome.fatal === undefined && !context.stopping) {
    // What failed is not tried again as a dependency of what is: every round has at least one module fewer.
    const names = [...failed, ...outcome.faults.map(({ name }) => name)];
    await startRound(context, round, {
      mode,
      outcome,
      failed: new Map(names.map((name) => [nameKey(name), "it failed"])),
    });
    await settleDead(context);
    round = takeLost(context, wanted);
  }
  await reapIdle(context);
  return outcome;
}

/**
 * The modules lost since the last time, wanted again as they were. Those that nobody but a dependent wanted come back
 * with it.
 */
export function takeLost(context: Context, wanted: readonly Wanted[]): Wanted[] {
  const { lost } = context;
  const byKey = new Map(wanted.map((one) => [nameKey(one.name), one]));
  const again = [...lost].filter(([key, { admin }]) => {
    const anew = context.instances.get(key);
    if (anew?.state !== "running") return admin;
    anew.users.admin ||= admin;
    return false;
  });
  lost.clear();
  return again.map(([key, { name }]) => byKey.get(key) ?? { name, required: false, preload: false });
}

async function startRound(
  context: Context,
  wanted: readonly Wanted[],
  { mode, outcome, failed }: { mode: StartMode; outcome: StartOutcome; failed: ReadonlyMap<string, string> },
): Promise<void> {
  const { catalog, policy, log } = context;
  const { steps, refused } = plan({
    catalog: catalog.entries(),
    faults: catalog.faults(),
    policy,
    running: runningKeys(context),
    provided: new Set(context.registry.ownedBy(CORE).map((what) => what.toLowerCase())),
    failed,
    wanted,
  });
  for (const { name, required, reason } of refused) {
    const bare = catalog.bareFile(baseName(name));
    const cure = bare === undefined ? "" : `; ${bare} is there, "deno task manifests" writes its manifest`;
    outcome.faults.push({ name, message: `Error loading module '${name}': ${reason}${cure}` });
    if (required) outcome.fatal ??= `*** Failed to load module ${name} - Required`;
  }
  if (outcome.fatal !== undefined) return;
  // Whoever is started anew leaves its earlier, unsuccessful instance behind.
  for (const { name } of steps) context.instances.delete(nameKey(name));
  await prepareAll(context, steps);
  const queue = steps.flatMap(({ name }) => findInstance(context, name) ?? []);
  const total = queue.length;
  while (queue.length > 0 && outcome.fatal === undefined && !context.stopping) {
    for (const instance of await startNext(context, queue, mode)) {
      // One that ran and went with its realm is no fault of its own; it is started again.
      if (instance.state === "running" || context.lost.has(nameKey(instance.name))) continue;
      outcome.faults.push({ name: instance.name, message: describeFault(instance) });
      if (instance.required) outcome.fatal = `*** Failed to load module ${instance.name} - Required`;
      else if (instance.reason === FATAL && mode === "startup") {
        outcome.fatal = `*** Failed to load module ${instance.name}`;
      }
    }
    context.progress?.(total - queue.length, total);
  }
  log.debug(1, `${total} modules started`);
}

/** What `load` says when the program must not start; the reason of the instance then. */
const FATAL = "its load returned FAILURE";

/**
 * Starts the first of the queue, and with it those after it that can run in the same realm without a decision in between.
 *
 * @param queue prepared instances in plan order; those dealt with are taken off
 * @returns the instances that now run, are declined or have failed
 */
async function startNext(context: Context, queue: Instance[], mode: StartMode): Promise<Instance[]> {
  const first = queue[0] as Instance;
  if (first.state === "loaded" && first.realm?.state === "ended") {
    // Another module ended the realm before this one had its turn.
    loseQuietly(context, first);
    return dealtWith(queue, 0);
  }
  const missing = first.state === "loaded" ? missingProvider(context, first) : undefined;
  if (missing !== undefined && context.lost.has(nameKey(missing))) {
    loseQuietly(context, first);
    return dealtWith(queue, 0);
  }
  if (missing !== undefined) {
    leave(context, first, { state: "declined", reason: `it uses "${missing}", which does not run` });
  }
  if (first.state !== "loaded") return dealtWith(queue, 1);
  return dealtWith(queue, await loadBatch(context, batchOf(context, queue), mode));
}

/** Takes instances off the queue: `count` of them to be reported, or, with 0, the first without a word. */
function dealtWith(queue: Instance[], count: number): Instance[] {
  return queue.splice(0, Math.max(1, count)).slice(0, count);
}

/** The longest beginning of the queue that is in one realm and uses nothing but what runs or stands before it. */
function batchOf(context: Context, queue: readonly Instance[]): Instance[] {
  const batch: Instance[] = [];
  const names = new Set<string>();
  for (const instance of queue) {
    const ready = instance.state === "loaded" && instance.realm === queue[0]?.realm &&
      instance.bindings.every(({ provider }) => names.has(nameKey(provider)) || isRunning(context, provider));
    if (!ready) break;
    batch.push(instance);
    names.add(nameKey(instance.name));
  }
  return batch;
}

/**
 * Runs `load` of a batch, in order, up to the first that does not succeed.
 *
 * @returns how many of the batch are dealt with
 */
async function loadBatch(context: Context, batch: readonly Instance[], mode: StartMode): Promise<number> {
  const { realm } = batch[0] as Instance;
  const handles = new Map(batch.map((instance) => [instance.name, instance.handle = makeHandle(context, instance)]));
  let dealt = 0;
  begin(context, batch[0] as Instance, mode);
  try {
    await realm?.loadAll(handles, {
      deadline: (name) => limitsFor(context, name).load,
      onOutcome(_name, outcome) {
        const instance = batch[dealt++] as Instance;
        finish(context, instance, { outcome, mode });
        const next = batch[dealt];
        if (instance.state === "running" && next !== undefined) begin(context, next, mode);
      },
    });
  } catch (error) {
    // A realm also ends when the failure of its last module has emptied it; then nobody is starting.
    const instance = batch[dealt];
    if (instance?.state === "starting") {
      fail(context, instance, { state: "failed", reason: messageOf(error) });
      dealt++;
    }
  } finally {
    context.culprit = undefined;
  }
  return dealt;
}

/** A module's turn has come: it becomes a user of what it uses, and its `load` is under way. */
function begin(context: Context, instance: Instance, mode: StartMode): void {
  for (const { provider } of instance.bindings) {
    const other = findInstance(context, provider);
    if (other === undefined) continue;
    instance.providers.push(other);
    instance.holds.push(holdModule(other, instance));
  }
  instance.transition("starting");
  context.culprit = instance;
  if (mode === "startup") context.log.verbose(1, `Loading ${instance.name}.`);
}

/** A module's `load` has ended. */
function finish(
  context: Context,
  instance: Instance,
  { outcome, mode }: { outcome: RunResult; mode: StartMode },
): void {
  const failure = failureOf(instance, outcome);
  if (failure !== undefined) return fail(context, instance, failure);
  instance.transition("running");
  const title = `${instance.name} => (${instance.manifest.description})`;
  context.log.verbose(2, mode === "startup" ? title : `Loaded ${title}`);
}

function fail(context: Context, instance: Instance, failure: Failure): void {
  instance.releaseHolds();
  context.registry.removeOwner(instance.owner);
  leave(context, instance, failure);
}

/** How a `load` did not succeed. */
interface Failure {
  readonly state: "declined" | "failed";
  readonly reason: string;
}

function failureOf(instance: Instance, outcome: RunResult): Failure | undefined {
  if (!instance.imported?.has.load) return { state: "declined", reason: "it has no load function" };
  const { configFault } = instance;
  // Asterisk's modules decline when their configuration cannot be read; one that does not take care of it does too.
  if ("thrown" in outcome && configFault !== undefined && outcome.thrown.includes(configFault)) {
    return { state: "declined", reason: printable(configFault) };
  }
  // The text is the module's: line ends in it must not look like the host's.
  if ("thrown" in outcome) return { state: "failed", reason: `its load failed: ${printable(outcome.thrown)}` };
  const { result } = outcome;
  if (result === LoadResult.SUCCESS) return undefined;
  if (result === LoadResult.DECLINE) return { state: "declined", reason: "its load declined" };
  if (result === LoadResult.FAILURE) return { state: "failed", reason: FATAL };
  return { state: "declined", reason: `its load returned ${result}, which is no result: a bug in the module` };
}

/** The first of what it uses that does not run. */
function missingProvider(context: Context, instance: Instance): string | undefined {
  return instance.bindings.find(({ provider }) => !isRunning(context, provider))?.provider;
}

function isRunning(context: Context, name: string): boolean {
  return findInstance(context, name)?.state === "running";
}

/** Forgets an instance and has it started again. */
function loseQuietly(context: Context, instance: Instance): void {
  lose(context, instance);
  instance.releaseHolds();
  context.registry.removeOwner(instance.owner);
  instance.handle?.close();
  if (instance.realm !== undefined) context.pool.dismiss(instance.name, instance.realm);
  context.instances.delete(nameKey(instance.name));
}

function describeFault(instance: Instance): string {
  const { name, state, reason, required } = instance;
  const head = state === "failed" ? `${name} failed to load` : `${name} declined to load`;
  return required ? `Required module ${head}: ${reason}` : `${head}: ${reason}`;
}
