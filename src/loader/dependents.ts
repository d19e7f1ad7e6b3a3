import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import { dependentsOf } from "./stop.ts";

/**
 * The modules that must be unloaded before a module can be, in that order; each is a user of it or of one before it.
 *
 * Worded as Asterisk's `module refresh … recursively`: something that is no module, a session for one, keeps its module.
 *
 * @returns their names; undefined, and a notice in the log, when one of them has users that are no modules
 */
export function dependentsFirst(context: Context, name: string): string[] | undefined {
  const instance = findInstance(context, name);
  const order: Instance[] = [];
  if (instance?.state !== "running") return [];
  return collect(context, instance, order) ? order.map((one) => one.name) : undefined;
}

function collect(context: Context, instance: Instance, order: Instance[]): boolean {
  const dependents = dependentsOf(context, instance);
  const { count } = instance.users;
  if (count > dependents.length) {
    context.log.notice(
      `Module ${instance.name} cannot be unloaded ` +
        `(would still have use count ${count - dependents.length}/${count} after unloading dependents)`,
    );
    return false;
  }
  for (const dependent of dependents) {
    if (order.includes(dependent)) continue;
    if (!collect(context, dependent, order)) {
      context.log.notice(`Can't unload ${instance.name} right now because ${dependent.name} is dependent on it`);
      return false;
    }
    order.push(dependent);
  }
  return true;
}
