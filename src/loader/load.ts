import { messageOf, printable } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import { LoadResult } from "../module_api/mod.ts";
import type { StartReport } from "../plan/mod.ts";
import type { RunResult } from "../realm/mod.ts";
import { companions, type Context, findInstance } from "./context.ts";
import { holdModule, makeHandle } from "./handle_services.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { leave } from "./prepare.ts";

/** At start-up, or later by command: the wording differs, and a FAILURE is not fatal later. */
export type StartMode = "startup" | "runtime";

/**
 * Runs `load` of modules of one realm, in order, up to the first that does not succeed.
 *
 * @returns how each that had its turn came out; one at least
 */
export async function loadBatch(
  context: Context,
  batch: readonly Instance[],
  mode: StartMode,
): Promise<StartReport[]> {
  const { realm } = batch[0] as Instance;
  const handles = new Map(batch.map((instance) => [instance.name, instance.handle = makeHandle(context, instance)]));
  const reports: StartReport[] = [];
  begin(context, batch[0] as Instance, mode);
  try {
    await realm?.loadAll(handles, {
      deadline: (name) => limitsFor(context, name).load,
      states: takeStates(context, batch),
      onOutcome(_name, outcome) {
        const instance = batch[reports.length] as Instance;
        const report = finish(context, instance, { outcome, mode });
        reports.push(report);
        const next = batch[reports.length];
        if (report.result === "success" && next !== undefined) begin(context, next, mode);
      },
    });
  } catch (error) {
    // A realm also ends when the failure of its last module has emptied it; then nobody is starting.
    const instance = batch[reports.length];
    if (instance?.state === "starting") reports.push(failBroken(context, instance, error));
  } finally {
    for (const instance of batch) context.culprits.delete(instance);
  }
  return reports;
}

/** What earlier runs of these modules have left to them, each once. */
function takeStates({ states }: Context, batch: readonly Instance[]): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const { name } of batch) {
    const state = states.get(nameKey(name));
    if (state !== undefined) taken[name] = state;
    states.delete(nameKey(name));
  }
  return taken;
}

/** A module's turn has come: it becomes a user of what it uses, and its `load` is under way. */
export function begin(context: Context, instance: Instance, mode: StartMode): void {
  for (const { provider } of instance.bindings) {
    const other = findInstance(context, provider);
    if (other === undefined) continue;
    instance.providers.push(other);
    instance.holds.push(holdModule(other, instance));
  }
  for (const other of companions(context, instance)) instance.holds.push(holdModule(other, instance));
  // The table is in the order of the starts, as Asterisk's list of modules is.
  context.instances.delete(nameKey(instance.name));
  context.instances.set(nameKey(instance.name), instance);
  instance.transition("starting");
  context.culprits.add(instance);
  if (mode === "startup" && instance.imported?.has.load) context.log.verbose(1, `Loading ${instance.name}.`);
}

/** A module's `load` has ended. */
export function finish(
  context: Context,
  instance: Instance,
  { outcome, mode }: { outcome: RunResult; mode: StartMode },
): StartReport {
  const failure = failureOf(instance, outcome);
  // One that hangs is still at it: its realm may end of that, with its neighbors in it.
  if (failure !== undefined) return fail(context, instance, failure);
  context.culprits.delete(instance);
  instance.transition("running");
  if (instance.manifest.enhances.length > 0) context.enhancers.add(instance);
  // What is built in is held by the program itself, until it ends.
  if (instance.entry.source.builtin === true) instance.users.hold("core", { label: "the program", cancel: () => {} });
  context.watchers.offer();
  const title = `${instance.name} => (${instance.manifest.description})`;
  context.log.verbose(2, mode === "startup" ? title : `Loaded ${title}`);
  return { result: "success" };
}

/** How a `load` did not succeed. */
interface Failure {
  readonly state: "declined" | "failed";
  readonly reason: string;
  readonly report: StartReport;
}

function fail(context: Context, instance: Instance, failure: Failure): StartReport {
  instance.releaseHolds();
  context.registry.removeOwner(instance.owner);
  leave(context, instance, failure);
  return failure.report;
}

/** A module whose realm has ended under its `load`. */
export function failBroken(context: Context, instance: Instance, error: unknown): StartReport {
  return fail(context, instance, broken(instance, messageOf(error)));
}

/** It threw, hung, or its realm ended. The text may be the module's: line ends in it must not look like the host's. */
function broken({ name }: Instance, why: string): Failure {
  const reason = `its load failed: ${printable(why)}`;
  const lines = [`Load of module '${name}' failed: ${printable(why)}`];
  return { state: "failed", reason, report: { result: "decline", lines } };
}

/** Characters of a module's own words that stand in the reason of a failed start. */
const MAX_WORDS = 300;

/** What a module that did not start has said last: it knows why. */
function lastWords({ lastWords }: Instance): string {
  return lastWords === undefined ? "" : `: ${printable(lastWords.message, MAX_WORDS)}`;
}

function failureOf(instance: Instance, outcome: RunResult): Failure | undefined {
  if (!instance.imported?.has.load) {
    return { state: "declined", reason: "it has no load function", report: { result: "decline" } };
  }
  const { configFault } = instance;
  // Asterisk's modules decline when their configuration cannot be read; one that does not take care of it does too.
  if ("thrown" in outcome && configFault !== undefined && outcome.thrown.includes(configFault)) {
    const reason = printable(configFault);
    return { state: "declined", reason, report: { result: "decline", lines: [`${instance.name}: ${reason}`] } };
  }
  if ("thrown" in outcome) return broken(instance, outcome.thrown);
  const { result } = outcome;
  if (result === LoadResult.SUCCESS) return undefined;
  if (result === LoadResult.DECLINE) {
    return { state: "declined", reason: `its load declined${lastWords(instance)}`, report: { result: "decline" } };
  }
  if (result === LoadResult.FAILURE) {
    return {
      state: "failed",
      reason: `its load returned FAILURE${lastWords(instance)}`,
      report: { result: "failure" },
    };
  }
  return {
    state: "declined",
    reason: `its load returned ${result}, which is no result${lastWords(instance)}`,
    report: { result: "invalid" },
  };
}
