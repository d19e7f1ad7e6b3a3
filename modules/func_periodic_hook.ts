/*** MODULEINFO
  <support_level>core</support_level>
  <use type="service">timer</use>
  <use type="function">CUT</use>
  <use type="function">URIENCODE</use>
  <canuse type="application">*</canuse>
***/

/*** DOCUMENTATION
  <function name="PERIODIC_HOOK">
    <synopsis>Execute an application periodically, in a call of its own.</synopsis>
    <syntax>
      <parameter name="application" required="true">
        <para>(On Read Only) Application to run. When writing: the id of a hook.</para>
      </parameter>
      <parameter name="args" required="true">
        <para>(On Read Only) Its arguments, commas included. HOOK_ID and HOOK_CHANNEL written as variables
        are replaced by the id of the hook and the name of the call that started it, URI-encoded.</para>
      </parameter>
      <parameter name="interval" required="true">
        <para>(On Read Only) Seconds between two runs, a whole number from 1.</para>
      </parameter>
    </syntax>
    <description>
      <para>Reading it starts a hook and gives its id. Writing off to PERIODIC_HOOK(id) stops the hook, on
      starts it again.</para>
    </description>
  </function>
  <command name="periodic hook show">
    <synopsis>Show periodic hooks</synopsis>
    <description>
      <para>Lists the hooks that PERIODIC_HOOK has started.</para>
    </description>
  </command>
***/
import { type Call, defineModule, LoadResult, type ModuleHost, type Reference, type UserHandle } from "asterism";
import { fillHookArgs, hookFields, type HookPlan, parseSwitch, planHook } from "./_hook.ts";
import type { TimerMethods } from "./_timer.ts";

/** Most hooks, stopped ones included: nobody says when a call has ended and its hooks are no longer wanted. */
const MAXIMUM_HOOKS = 1000;

/** A hook whose runs fail that many times in a row stops itself. */
const MAXIMUM_FAILURES = 10;

/** Holds the argument string while CUT reads it, for CUT reads variables. */
const ARGUMENT_VARIABLE = "PERIODIC_HOOK_ARGS";

/** What a running hook holds; given back when it stops. */
interface Running {
  readonly timer: Reference<TimerMethods>;
  readonly timerId: number;
  readonly user: UserHandle;
}

interface Hook extends HookPlan {
  readonly id: number;
  /** Name of the call that started it. */
  readonly call: string;
  /** The arguments the application is given. */
  readonly filled: string;
  running?: Running | undefined;
  /** The last start or stop asked for: they follow one another, or two starts at once would leave a timer behind. */
  turn: Promise<void>;
  runs: number;
  failures: number;
}

let hooks = new Map<number, Hook>();
let lastId = 0;

async function readPlan(host: ModuleHost, call: Call, args: string): Promise<HookPlan> {
  const fields = hookFields(args);
  await call.setVariable(ARGUMENT_VARIABLE, args);
  try {
    const cut = (range: string) => host.readFunction("CUT", `${ARGUMENT_VARIABLE},\\,,${range}`, call);
    return planHook({
      application: await cut(fields.application),
      args: await cut(fields.args),
      interval: await cut(fields.interval),
    });
  } finally {
    await call.setVariable(ARGUMENT_VARIABLE, undefined);
  }
}

/**
 * What a hook runs it runs later and on this module's rights, whatever stands in its arguments. So only steps that may run
 * every application, those of the administrator for a start, have to do with hooks.
 *
 * @throws {Error} for all others
 */
async function mustRunAll(host: ModuleHost, call: Call): Promise<void> {
  try {
    await host.runApplication("*", "", call);
  } catch (error) {
    // It may be run, and is not there.
    if (!(error instanceof Error && error.message.endsWith("nothing provides it"))) throw error;
  }
}

/** Makes room for a hook: the stopped one that is longest known goes. */
function reserve(): void {
  if (hooks.size < MAXIMUM_HOOKS) return;
  for (const hook of hooks.values()) {
    if (hook.running === undefined) return void hooks.delete(hook.id);
  }
  throw new RangeError(`Cannot start a hook: ${MAXIMUM_HOOKS} are running; stop one with Set(PERIODIC_HOOK(id)=off)`);
}

async function open(host: ModuleHost, call: Call, args: string): Promise<string> {
  await mustRunAll(host, call);
  const plan = await readPlan(host, call, args);
  reserve();
  const id = ++lastId;
  // A call's name could hold a comma or a parenthesis and become a further argument.
  const channel = await host.readFunction("URIENCODE", call.name, call);
  const filled = fillHookArgs(plan.args, { HOOK_ID: String(id), HOOK_CHANNEL: channel });
  const hook: Hook = { ...plan, id, call: call.name, filled, runs: 0, failures: 0, turn: Promise.resolve() };
  await start(host, hook);
  hooks.set(id, hook);
  return String(id);
}

/** Does something with a hook after whatever else is being done with it. */
function inTurn(hook: Hook, action: () => Promise<void>): Promise<void> {
  const done = hook.turn.then(action);
  hook.turn = done.catch(() => {});
  return done;
}

/** Starts a hook. Starting twice is safe. */
function start(host: ModuleHost, hook: Hook): Promise<void> {
  return inTurn(hook, () => acquire(host, hook));
}

/** Stops a hook. Stopping twice is safe. */
function stop(hook: Hook): Promise<void> {
  return inTurn(hook, () => release(hook));
}

/** Takes what a running hook holds. What was taken is given back when a later step fails. */
async function acquire(host: ModuleHost, hook: Hook): Promise<void> {
  if (hook.running !== undefined) return;
  hook.failures = 0;
  const timer = await host.use<TimerMethods>("service=timer");
  try {
    const user = await host.user(`PERIODIC_HOOK ${hook.id}`, () => stop(hook));
    try {
      const timerId = await timer.service.every(hook.seconds * 1000, () => run(host, hook));
      hook.running = { timer, timerId, user };
    } catch (error) {
      await user.release();
      throw error;
    }
  } catch (error) {
    await timer.release();
    throw error;
  }
}

/** Gives back what a running hook holds. */
async function release(hook: Hook): Promise<void> {
  const running = hook.running;
  hook.running = undefined;
  if (running === undefined) return;
  const { timer, timerId, user } = running;
  // The provider may be gone already; everything is given back all the same.
  await Promise.allSettled([timer.service.cancel(timerId).finally(() => timer.release()), user.release()]);
}

/** One run. Never rejects: the timer would drop a callback that fails, and the hook would still look as if it ran. */
async function run(host: ModuleHost, hook: Hook): Promise<void> {
  try {
    hook.runs++;
    const result = await host.runApplication(hook.application, hook.filled);
    if (result < 0) throw new Error(`it returned ${result}`);
    hook.failures = 0;
  } catch (error) {
    await failed(host, hook, error);
  }
}

async function failed(host: ModuleHost, hook: Hook, error: unknown): Promise<void> {
  const what = `${hook.application}(${hook.filled})`;
  hook.failures++;
  host.log.warning(`Hook ${hook.id} could not run ${what}: ${error instanceof Error ? error.message : error}`);
  if (hook.failures < MAXIMUM_FAILURES) return;
  host.log.error(`Stopped hook ${hook.id}: ${what} failed ${MAXIMUM_FAILURES} times in a row`);
  await stop(hook);
}

async function turn(host: ModuleHost, call: Call, { args, value }: { args: string; value: string }): Promise<void> {
  await mustRunAll(host, call);
  const hook = hooks.get(Number(args.trim()));
  if (hook === undefined) throw new RangeError(`There is no hook "${args}": see "periodic hook show"`);
  const on = parseSwitch(value);
  if (on === undefined) throw new SyntaxError(`Cannot set PERIODIC_HOOK(${args}) to "${value}": expected on or off`);
  await (on ? start(host, hook) : stop(hook));
}

/** One line of `periodic hook show`. */
function row(columns: readonly [...unknown[], string]): string {
  const widths = [8, 8, 8, 8, 20];
  return columns.map((column, index) => String(column).padEnd(widths[index] ?? 0)).join(" ");
}

function show(): string {
  const rows = [...hooks.values()].map((hook) =>
    row([
      hook.id,
      hook.running ? "On" : "Off",
      hook.seconds,
      hook.runs,
      hook.call,
      `${hook.application}(${hook.filled})`,
    ])
  );
  const header = row(["ID", "State", "Seconds", "Runs", "Call", "Application"]);
  return [header, ...rows, `${rows.length} periodic hooks`, ""].join("\n");
}

/** PERIODIC_HOOK. */
export default defineModule({
  license: "MIT",
  description: "Periodic dialplan hooks.",
  load(host) {
    hooks = new Map();
    host.function("PERIODIC_HOOK", {
      read: (call, args) => open(host, call, args),
      write: (call, args, value) => turn(host, call, { args, value }),
    });
    host.command({
      command: "periodic hook show",
      summary: "Show periodic hooks",
      usage: "periodic hook show\n       Lists the hooks that PERIODIC_HOOK has started.\n",
      handler: show,
    });
    return LoadResult.SUCCESS;
  },
  async unload() {
    await Promise.all([...hooks.values()].map(stop));
    hooks.clear();
  },
});
