import { messageOf } from "../fault/mod.ts";
import { baseName, nameKey } from "../manifest/mod.ts";
import {
  type Plan,
  plan,
  type PlanStep,
  type Refusal,
  type StartReport,
  StartSequence,
  type Wanted,
} from "../plan/mod.ts";
import { type Context, findInstance, runningKeys } from "./context.ts";
import type { Instance } from "./instance.ts";
import { secondChoices } from "./takeover.ts";
import { loadBatch, type StartMode } from "./load.ts";
import { lose, takeLost } from "./lost.ts";
import { openAndStart } from "./open_and_start.ts";
import { leave, makeInstance, prepareAll } from "./prepare.ts";
import { settleDead } from "./fallen.ts";
import { discard, reapIdle } from "./stop.ts";

/** How a start came out. */
export interface StartOutcome {
  /** Why the program must not go on: a required module, or a FAILURE. */
  fatal: string | undefined;
  /** Whether a module was opened and did not start. */
  declined: boolean;
  /** What is to be logged of what went wrong, in order. */
  readonly lines: string[];
  /** Names of modules that did not start. */
  readonly failed: string[];
  /** Whether one of them returned FAILURE. */
  failure: boolean;
}

/** Options of {@linkcode startWanted}. */
export interface StartOptions {
  /** At start-up, or later by command. */
  readonly mode: StartMode;
  /** Names of modules that are not tried as dependencies. */
  readonly failed?: readonly string[] | undefined;
  /** The catalog was asked for what is wanted only; when more is concerned, it is asked for everything. @default {false} */
  readonly look?: boolean | undefined;
}

/** Most modules whose `load` one message asks for. */
const BATCH = 64;

/**
 * Starts what is wanted, and what it uses.
 *
 * 1. plan, then open: admit, verify, import, concurrently; a required one that cannot be opened ends it here, before
 *    anything has started
 * 2. `load` of each in Asterisk's order; it becomes a user of what it uses
 * 3. modules lost because a realm ended under them through another's fault are started again, and so are those whose
 *    provider did not start when another one has what they use
 */
export async function startWanted(
  context: Context,
  wanted: readonly Wanted[],
  { mode, failed = [], look = false }: StartOptions,
): Promise<StartOutcome> {
  const outcome: StartOutcome = { fatal: undefined, declined: false, lines: [], failed: [], failure: false };
  let round: readonly Wanted[] = wanted;
  while (round.length > 0 && outcome.fatal === undefined && !context.stopping) {
    // What failed is not tried again as a dependency of what is: every round has at least one module fewer.
    const names = [...failed, ...outcome.failed];
    await startRound(context, round, {
      mode,
      outcome,
      look,
      failed: new Map(names.map((name) => [nameKey(name), "it failed"])),
    });
    await settleDead(context);
    round = [...takeLost(context, wanted), ...secondChoices(context, wanted, outcome)];
  }
  await reapIdle(context);
  return outcome;
}

interface Round {
  readonly mode: StartMode;
  readonly look: boolean;
  readonly outcome: StartOutcome;
  readonly failed: ReadonlyMap<string, string>;
}

function makePlan(context: Context, wanted: readonly Wanted[], round: Round): Plan {
  const { failed, look } = round;
  const { catalog, policy, names } = context;
  const made = plan({
    catalog: names.owners.entries,
    faults: catalog.faults(),
    policy,
    running: runningKeys(context),
    provided: names.provided,
    failed,
    wanted,
  });
  if (!look || isSimple(made)) return made;
  lookAgain(context);
  return makePlan(context, wanted, { ...round, look: false });
}

/** Whether it is about one module that needs nothing but what runs. */
function isSimple({ steps, refused }: Plan): boolean {
  const [step] = steps;
  return steps.length === 1 && refused.length === 0 && step?.opens === true && step.reason === undefined;
}

function lookAgain({ catalog, log }: Context): void {
  try {
    catalog.refresh();
  } catch (error) {
    log.error(messageOf(error));
  }
}

async function startRound(context: Context, wanted: readonly Wanted[], round: Round): Promise<void> {
  const { mode, outcome, failed } = round;
  let made: Plan = makePlan(context, wanted, round);
  let stale = false;
  using claim = await context.turn.claim(() => {
    // What another operation was at work on may have stopped: then the plan is another.
    if (stale) made = makePlan(context, wanted, round);
    stale = true;
    return claimedBy(made);
  });
  if (claim === undefined) return giveWay(wanted, outcome);
  for (const refusal of made.refused) noteRefusal(context, refusal, outcome);
  if (outcome.fatal !== undefined) return;
  await open(context, made, round);
  if (outcome.fatal !== undefined) return;
  const sequence = new StartSequence(made, {
    opened: (step) => !failed.has(nameKey(step.name)) && (!step.opens || isOpen(context, step)),
    mode,
    strict: !context.policy.loadUses,
  });
  outcome.failure ||= await carryOut(context, sequence, { mode, total: made.steps.length });
  for (const step of sequence.declined()) {
    const instance = findInstance(context, step.name);
    if (instance === undefined) continue;
    outcome.declined = true;
    outcome.failed.push(step.name);
    if (instance.state === "installed" || instance.state === "loaded") {
      leave(context, instance, { state: "declined", reason: step.reason ?? "what it needs does not run" });
    }
  }
  outcome.lines.push(...sequence.lines());
  outcome.fatal = mode === "startup" ? sequence.fatal : undefined;
  // What was opened for the sake of one that did not start, and had no turn.
  for (const { name } of made.steps) {
    const instance = findInstance(context, name);
    if (instance?.state === "loaded") discard(context, instance);
  }
}

/** What a start needs for itself: what it opens, and what that uses. */
function claimedBy({ steps }: Plan): string[] {
  return steps.flatMap(({ name, bindings }) => [name, ...bindings.map(({ provider }) => provider)]).map(nameKey);
}

/** Another operation has what this one needs, and waits for this one: none of both would ever end. */
function giveWay(wanted: readonly Wanted[], { lines, failed }: StartOutcome): void {
  for (const { name } of wanted) {
    lines.push(`Module '${name}' cannot start now: it needs a module that is at work for another operation`);
    failed.push(name);
  }
}

/** Whether it was opened, and waits for its turn or has had it. */
function isOpen(context: Context, { name }: PlanStep): boolean {
  const instance = findInstance(context, name);
  return instance?.state === "loaded" || instance?.report !== undefined;
}

/** One that is wanted and cannot even be looked for. */
function noteRefusal({ catalog }: Context, { name, required, reason }: Refusal, outcome: StartOutcome): void {
  const bare = catalog.bareFile(baseName(name));
  const cure = bare === undefined ? "" : `; ${bare} is there, "deno task manifests" writes its manifest`;
  outcome.lines.push(`Error loading module '${name}': ${reason}${cure}`);
  if (required) failRequired(outcome, name);
}

function failRequired(outcome: StartOutcome, name: string): void {
  const line = `*** Failed to load module ${name} - Required`;
  outcome.lines.push(line);
  outcome.fatal ??= line;
}

/**
 * Opens what is worth it, and starts it when it is one module that needs nothing else. What cannot be opened is out, with
 * what is to be said of it.
 */
async function open(context: Context, made: Plan, { mode, outcome, failed }: Round): Promise<void> {
  const { steps } = made;
  const concerned = steps.filter((step) => !failed.has(nameKey(step.name)) && (step.opens || step.wanted));
  // Whoever is started anew leaves its earlier, unsuccessful instance behind.
  for (const { name } of concerned) context.instances.delete(nameKey(name));
  for (const step of concerned) if (!step.opens) makeInstance(context, step);
  const opened = concerned.filter(({ opens }) => opens);
  const [first] = opened;
  if (first !== undefined && mode === "runtime" && isSimple(made)) await openAndStart(context, first, mode);
  else await prepareAll(context, opened);
  for (const step of opened) {
    if (isOpen(context, step)) continue;
    const { name, required } = step;
    const instance = findInstance(context, name);
    if (instance === undefined) continue;
    outcome.lines.push(...instance.faults);
    outcome.failed.push(name);
    if (instance.unfit) context.instances.delete(nameKey(name));
    if (required && mode === "startup") failRequired(outcome, name);
  }
}

/** Calls `load` of one after the other, as the sequence has it. Says whether one returned FAILURE. */
async function carryOut(
  context: Context,
  sequence: StartSequence,
  { mode, total }: { mode: StartMode; total: number },
): Promise<boolean> {
  let done = 0;
  let failure = false;
  for (let ahead = sequence.peek(BATCH); ahead.length > 0 && !context.stopping; ahead = sequence.peek(BATCH)) {
    const queue = ahead.map(({ name }) => findInstance(context, name) as Instance);
    const reports = await startNext(context, queue, mode);
    for (const report of reports) sequence.report(report);
    failure ||= reports.some(({ result }) => result === "failure");
    done += reports.length;
    context.progress?.(Math.min(done, total), total);
  }
  return failure;
}

/** Starts the first of the queue, and with it those after it that can run in the same realm without a decision between. */
async function startNext(context: Context, queue: readonly Instance[], mode: StartMode): Promise<StartReport[]> {
  const first = queue[0] as Instance;
  if (first.report !== undefined) return [first.report];
  const missing = first.bindings.find(({ provider }) => !isRunning(context, provider))?.provider;
  if (first.realm?.state === "ended" || (missing !== undefined && context.lost.has(nameKey(missing)))) {
    // Another module has ended the realm. It is started again with all that goes with it; until then the sequence goes
    // on as though it ran.
    loseQuietly(context, first);
    return [{ result: "success" }];
  }
  if (missing !== undefined) {
    leave(context, first, { state: "declined", reason: `it uses "${missing}", which does not run` });
    return [{ result: "decline", lines: [`Module '${first.name}' cannot start: ${first.reason}`] }];
  }
  return await loadBatch(context, batchOf(context, queue), mode);
}

/** The longest beginning of the queue that is in one realm and uses nothing but what runs or stands before it. */
function batchOf(context: Context, queue: readonly Instance[]): Instance[] {
  const batch: Instance[] = [];
  const names = new Set<string>();
  for (const instance of queue) {
    const ready = instance.realm === queue[0]?.realm &&
      instance.bindings.every(({ provider }) => names.has(nameKey(provider)) || isRunning(context, provider));
    if (!ready) break;
    batch.push(instance);
    names.add(nameKey(instance.name));
  }
  return batch;
}

function isRunning(context: Context, name: string): boolean {
  return findInstance(context, name)?.state === "running";
}

/** Forgets an instance and has it started again. */
function loseQuietly(context: Context, instance: Instance): void {
  lose(context, instance);
  discard(context, instance);
}
