import { nameKey, type Need } from "../manifest/mod.ts";
import { bannedModules, type Binding, plan, type Wanted } from "../plan/mod.ts";
import { CORE } from "../registry/mod.ts";
import { findProvider } from "./can_use.ts";
import { type Context, runningKeys } from "./context.ts";
import { holdModule } from "./handle_services.ts";
import type { Instance } from "./instance.ts";

/**
 * A provider has failed: another one takes over what a module used of it, if there is one for everything.
 *
 * @returns `told` when the module is told through `onAvailable` and runs on, `restart` when it must start anew to find
 *   the other provider, `none` when there is no other
 */
export async function takeOver(
  context: Context,
  failed: Instance,
  user: Instance,
): Promise<"told" | "restart" | "none"> {
  const lost = user.bindings.filter(({ provider }) => nameKey(provider) === nameKey(failed.name));
  if (lost.length === 0 || lost.some(({ need }) => need.type === "module") || context.stopping) return "none";
  const found = new Map<Binding, Instance>();
  for (const binding of lost) {
    const other = await nextProvider(context, failed, binding.need);
    if (other === undefined) return "none";
    found.set(binding, other);
  }
  const told = lost.every(({ need }) => context.watchers.isToldOf(user, need.type, need.name));
  for (const [{ need }, other] of found) {
    context.log.notice(
      `${need.type}=${need.name}: '${other.name}' takes over from '${failed.name}'; ` +
        (told ? `'${user.name}' is told` : `'${user.name}' is started anew`),
    );
    user.holds.push(holdModule(other, user));
    // It runs for its users; the administrator has not asked for it.
    if (context.borrowed.delete(other)) other.users.admin = false;
  }
  if (!told) return "restart";
  user.bindings = user.bindings.map((binding) => {
    const other = found.get(binding);
    return other === undefined ? binding : { need: binding.need, provider: other.name };
  });
  user.providers.splice(user.providers.indexOf(failed), 1, ...new Set(found.values()));
  return "told";
}

/**
 * What did not start because a provider of what it uses did not, although another module has that too: to be started
 * once more. What has failed is not tried again, so this ends.
 *
 * @param outcome the names of what did not start; those that are tried again are taken off
 */
export function secondChoices(
  context: Context,
  wanted: readonly Wanted[],
  outcome: { fatal: string | undefined; readonly failed: string[] },
): Wanted[] {
  const { policy, log } = context;
  if (!policy.loadUses || outcome.fatal !== undefined) return [];
  const failed = new Set(outcome.failed.map(nameKey));
  const victims = wanted.filter((one) => failed.has(nameKey(one.name)) && isVictim(context, one.name, failed));
  if (victims.length === 0) return [];
  const again = choose(context, victims, failed);
  for (const { name } of again) {
    outcome.failed.splice(outcome.failed.findIndex((other) => nameKey(other) === nameKey(name)), 1);
    log.notice(`Module '${name}' is tried with another provider of what it uses`);
  }
  return again;
}

/** Those of the victims that could start now. */
function choose(
  context: Context,
  victims: readonly Wanted[],
  failed: ReadonlySet<string>,
): Wanted[] {
  const { catalog, policy, names, instances } = context;
  for (let left = [...victims]; left.length > 0;) {
    const keys = new Set(left.map(({ name }) => nameKey(name)));
    const { steps } = plan({
      catalog: names.owners.entries,
      faults: catalog.faults(),
      policy,
      running: runningKeys(context),
      failed: new Map([...failed].filter((key) => !keys.has(key)).map((key) => [key, "it failed"])),
      wanted: left,
    });
    const able = left.filter(({ name }) =>
      steps.some((step) => nameKey(step.name) === nameKey(name) && step.opens && step.reason === undefined)
    );
    if (able.length > 0) return [...able];
    // Victims of each other, or of themselves, must not hold up those that only use them.
    const used = new Set(
      [...keys].flatMap((key) => instances.get(key)?.bindings.map(({ provider }) => nameKey(provider)) ?? []),
    );
    const others = left.filter(({ name }) => !used.has(nameKey(name)));
    left = others.length < left.length ? others : [];
  }
  return [];
}

/** Whether a module was declined for nothing but a provider, other than a module by name, that did not start. */
function isVictim(context: Context, name: string, failed: ReadonlySet<string>): boolean {
  const instance = context.instances.get(nameKey(name));
  // One that had its turn was bound to its providers then, and has declined by itself.
  if (instance?.state !== "declined" || instance.providers.length > 0) return false;
  const lost = instance.bindings.filter(({ provider }) => failed.has(nameKey(provider)));
  return lost.length > 0 && lost.every(({ need }) => need.type !== "module");
}

/** A provider when no other operation is at work on it any more; nothing when it has stopped then. */
async function settled(context: Context, provider: Instance): Promise<Instance | undefined> {
  using claim = await context.turn.claim(() => [nameKey(provider.name)]);
  return claim !== undefined && provider.state === "running" ? provider : undefined;
}

/** The next provider of a need: one that runs, else one that may be loaded for it, the highest priority first. */
async function nextProvider(context: Context, failed: Instance, need: Need): Promise<Instance | undefined> {
  const running = findProvider(context, need.type, need.name);
  if (running !== undefined) return running === CORE ? undefined : await settled(context, running as Instance);
  if (!context.policy.loadUses) return undefined;
  const bans = bannedModules(context.policy.lines);
  const key = need.name.toLowerCase();
  const offers = context.names.owners.entries.flatMap(({ manifest: { name, provides } }) =>
    provides.filter((one) => one.type === need.type && one.name.toLowerCase() === key)
      .map(({ priority }) => ({ name, priority }))
  ).sort((a, b) => b.priority - a.priority);
  for (const { name } of offers) {
    if (nameKey(name) === nameKey(failed.name) || bans.has(nameKey(name))) continue;
    if (context.instances.get(nameKey(name))?.state === "failed") continue;
    const started = await context.startFor(name, [failed.name]);
    if (started !== undefined) {
      context.borrowed.add(started);
      return started;
    }
  }
  return undefined;
}
