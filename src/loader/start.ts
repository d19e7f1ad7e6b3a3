import { HostError, messageOf } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import { LoadResult } from "../module_api/mod.ts";
import { plan, type Wanted } from "../plan/mod.ts";
import { type Context, findInstance, lose, openCall, readModuleConfig, runningKeys } from "./context.ts";
import { type HandleServices, HostHandle } from "./host_handle.ts";
import type { Instance } from "./instance.ts";
import { leave, prepareAll } from "./prepare.ts";
import { moduleRows } from "./rows.ts";
import { settleDead } from "./stop.ts";

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
  while (round.length > 0 && outcome.fatal === undefined) {
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
  return outcome;
}

/**
 * The modules lost since the last time, wanted again as they were. Those that nobody but a dependent wanted come back
 * with it.
 */
function takeLost({ lost }: Context, wanted: readonly Wanted[]): Wanted[] {
  const byKey = new Map(wanted.map((one) => [nameKey(one.name), one]));
  const again = [...lost].filter(([, { admin }]) => admin);
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
    failed,
    wanted,
  });
  for (const { name, required, reason } of refused) {
    outcome.faults.push({ name, message: `Error loading module '${name}': ${reason}` });
    if (required) outcome.fatal ??= `*** Failed to load module ${name} - Required`;
  }
  if (outcome.fatal !== undefined) return;
  // Whoever is started anew leaves its earlier, unsuccessful instance behind.
  for (const { name } of steps) context.instances.delete(nameKey(name));
  await prepareAll(context, steps);
  let done = 0;
  for (const step of steps) {
    const instance = findInstance(context, step.name);
    if (instance === undefined) continue;
    const failure = await startOne(context, instance, mode);
    context.progress?.(++done, steps.length);
    if (failure === undefined) continue;
    outcome.faults.push({ name: instance.name, message: failure });
    if (instance.required) outcome.fatal = `*** Failed to load module ${instance.name} - Required`;
    else if (instance.reason === FATAL && mode === "startup") {
      outcome.fatal = `*** Failed to load module ${instance.name}`;
    }
    if (outcome.fatal !== undefined) return;
  }
  log.debug(1, `${done} modules started`);
}

/** What `load` says when the program must not start; the reason of the instance then. */
const FATAL = "its load returned FAILURE";

/** Starts one prepared module. Returns the message of what went wrong. */
async function startOne(context: Context, instance: Instance, mode: StartMode): Promise<string | undefined> {
  const { log } = context;
  if (instance.state !== "loaded") return describeFault(instance);
  if (instance.realm?.state === "ended") {
    // Another module ended the realm before this one had its turn.
    loseQuietly(context, instance);
    return undefined;
  }
  const missing = holdProviders(context, instance);
  if (missing !== undefined) {
    if (context.lost.has(nameKey(missing))) {
      loseQuietly(context, instance);
      return undefined;
    }
    leave(context, instance, { state: "declined", reason: `it uses "${missing}", which does not run` });
    return describeFault(instance);
  }
  instance.transition("starting");
  if (mode === "startup") log.verbose(1, `Loading ${instance.name}.`);
  const failure = await runLoad(context, instance);
  if (failure !== undefined) {
    instance.releaseHolds();
    leave(context, instance, failure);
    return describeFault(instance);
  }
  instance.transition("running");
  const title = `${instance.name} => (${instance.manifest.description})`;
  log.verbose(2, mode === "startup" ? title : `Loaded ${title}`);
  return undefined;
}

/** Runs the module's `load`; nothing when it runs now. */
async function runLoad(
  context: Context,
  instance: Instance,
): Promise<{ state: "declined" | "failed"; reason: string } | undefined> {
  const { realm, imported } = instance;
  if (realm === undefined || !imported?.has.load) return { state: "declined", reason: "it has no load function" };
  instance.handle = makeHandle(context, instance);
  context.culprit = instance;
  try {
    const answer = await realm.load(instance.name, instance.handle, context.options.loadTimeout);
    if ("thrown" in answer) return { state: "failed", reason: `its load threw: ${answer.thrown}` };
    if (realm.state === "ended") return { state: "failed", reason: `realm ${realm.label} has ended` };
    if (answer.result === LoadResult.SUCCESS) return undefined;
    if (answer.result === LoadResult.DECLINE) return { state: "declined", reason: "its load declined" };
    if (answer.result === LoadResult.FAILURE) return { state: "failed", reason: FATAL };
    context.log.error(`${instance.name} load function returned an invalid result. This is a bug in the module.`);
    return { state: "declined", reason: `its load returned ${answer.result}, which is no result` };
  } catch (error) {
    // Hung or gone. A realm that still answers keeps its other modules; one that does not is ended by this.
    if (error instanceof HostError && error.code === "deadline") await realm.heartbeat();
    return { state: "failed", reason: messageOf(error) };
  } finally {
    context.culprit = undefined;
  }
}

/** Makes the instance a user of what it uses. Returns the first provider that does not run. */
function holdProviders(context: Context, instance: Instance): string | undefined {
  for (const { provider } of instance.bindings) {
    const other = findInstance(context, provider);
    if (other === undefined || other.state !== "running") {
      instance.releaseHolds();
      return provider;
    }
    instance.holds.push(holdModule(other, instance));
  }
  return undefined;
}

function holdModule(provider: Instance, user: Instance): Disposable {
  return provider.users.hold(`module:${nameKey(user.name)}`, {
    label: user.name,
    // Dependents are unloaded before what they use; a reference from [canuse] simply stops answering.
    cancel: () => {},
  });
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

function makeHandle(context: Context, instance: Instance): HostHandle {
  const { registry, directories, options, log } = context;
  const moduleLog = log.child({ module: instance.name });
  let calls = 0;
  const services: HandleServices = {
    registry,
    directories: { ...directories },
    callTimeout: options.callTimeout,
    holdForCall: (label) => instance.users.hold(`call:${++calls}`, { label, cancel: () => {} }),
    holdForUser: (label, cancel) => {
      const hold = instance.users.hold(`user:${++calls}`, { label, cancel });
      return {
        [Symbol.dispose]: () => {
          hold[Symbol.dispose]();
          context.reap();
        },
      };
    },
    acquire(type, name) {
      const owner = type === "service" ? registry.services.get(name)?.owner : undefined;
      const provider = owner === undefined ? undefined : findInstance(context, owner.module);
      if (provider === undefined) return undefined;
      return { provider: provider.name, hold: holdModule(provider, instance) };
    },
    openCall: () => openCall(context, instance.name),
    readConfig: (file) => readModuleConfig(context, file),
    modules: () => moduleRows(context),
    execute: (command) => context.execute(command),
    blockUnload: () => void (instance.unloadBlocked = true),
    refused: (message) => moduleLog.warning(message),
  };
  const effective = instance.grant?.effective ?? (instance.realm as NonNullable<typeof instance.realm>).permissions;
  return new HostHandle({ manifest: instance.manifest, effective, owner: instance.owner, services });
}
