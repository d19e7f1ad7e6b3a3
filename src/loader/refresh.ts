import { baseName, nameKey } from "../manifest/mod.ts";
import { type Context, findInstance } from "./context.ts";
import { dependentsFirst } from "./dependents.ts";
import { loadModule } from "./load_module.ts";
import type { RefreshResult } from "./results.ts";
import { dependentKeys, reapIdle } from "./stop.ts";
import { unloadModule } from "./unload.ts";

/**
 * `module refresh name [recursively]`: unloads a module and loads it anew from its file; recursively its dependents go
 * before it and come back after it (loader.c, ast_refresh_resource). Who wanted each of them before does so after.
 */
export async function refreshModule(
  context: Context,
  typed: string,
  { recursively }: { recursively: boolean },
): Promise<RefreshResult> {
  const name = baseName(typed);
  // All of them at once: nobody loads one of them between its unload and its load.
  using claim = await context.turn.claim(() => {
    const instance = recursively ? findInstance(context, name) : undefined;
    return [nameKey(name), ...instance === undefined ? [] : dependentKeys(context, instance)];
  });
  if (claim === undefined) {
    context.log.warning(`Unload failed, '${name}' is at work for an operation that waits for this one`);
    return "unload-failed";
  }
  const instance = findInstance(context, name);
  if (instance?.state !== "running" || instance.users.count === 0) return await refreshAlone(context, name);
  const refused = (what: string): RefreshResult => {
    context.log.warning(`${what} unload failed, '${instance.name}' has use count ${instance.users.count}`);
    return "unload-failed";
  };
  // Refused before anything has happened: a refresh takes nothing from those who use the module.
  if (!recursively) return refused("Soft");
  const dependents = dependentsFirst(context, name);
  if (dependents === undefined) return refused("Recursive soft");
  const wishes = keepWanted(context, [...dependents, name]);
  const { gone, all } = await unloadAll(context, dependents);
  const result = all ? await unloadAndLoad(context, name) : undefined;
  for (const dependent of gone.reverse()) await loadModule(context, dependent);
  await restoreWanted(context, wishes);
  return result ?? refused("Recursive soft");
}

async function refreshAlone(context: Context, name: string): Promise<RefreshResult> {
  const wishes = keepWanted(context, [name]);
  const result = await unloadAndLoad(context, name);
  await restoreWanted(context, wishes);
  return result;
}

async function unloadAndLoad(context: Context, name: string): Promise<RefreshResult> {
  if (await unloadModule(context, name, "soft") !== "unloaded") return "unload-failed";
  const loaded = await loadModule(context, name);
  if (loaded === "success") return "refreshed";
  // Asterisk's answer names the wrong half unless the load was a FAILURE.
  return loaded === "failure" ? "load-failed" : "unload-failed";
}

/** Unloads one after the other, up to the first that does not want to. */
async function unloadAll(context: Context, names: readonly string[]): Promise<{ gone: string[]; all: boolean }> {
  const gone: string[] = [];
  for (const name of names) {
    if (context.stopping || await unloadModule(context, name, "soft") !== "unloaded") {
      context.log.warning(`Failed to unload ${names.length} modules automatically (${name} could not be unloaded)`);
      return { gone, all: false };
    }
    gone.push(name);
  }
  return { gone, all: true };
}

/** Makes the administrator a user of each for the time being, so that none goes with its last dependent. */
function keepWanted(context: Context, names: readonly string[]): Map<string, boolean> {
  const wishes = new Map<string, boolean>();
  for (const name of names) {
    const users = findInstance(context, name)?.users;
    if (users === undefined) continue;
    wishes.set(nameKey(name), users.admin);
    users.admin = true;
  }
  return wishes;
}

async function restoreWanted(context: Context, wishes: ReadonlyMap<string, boolean>): Promise<void> {
  for (const [key, admin] of wishes) {
    const users = context.instances.get(key)?.users;
    if (users !== undefined) users.admin = admin;
  }
  await reapIdle(context);
}
