import type { Naming, Rights } from "../dialplan/mod.ts";
import { hasAdministratorsDialplan } from "../manifest/mod.ts";
import { scopeContains } from "../permission/mod.ts";
import { type Context, findInstance } from "./context.ts";
import { namingOf } from "./declared.ts";
import type { Instance } from "./instance.ts";

/**
 * What modules may do in the dialplan, by their manifests and what was granted. What the module adds whose file
 * `extensions.conf` is, by the program's own word, is the administrator's when it may provide all of the dialplan: of that
 * file, of rows that stand for it, and what the administrator types on the console.
 */
export function rightsIn(context: Pick<Context, "instances">): Rights {
  const find = (module: string) => findInstance(context as Context, module);
  return {
    isAdministrators(module) {
      if (!hasAdministratorsDialplan(module)) return false;
      const instance = find(module);
      return instance !== undefined && instance.name === module && isGranted(instance, "provide:dialplan");
    },
    naming(module, { type, name }): Naming {
      const instance = find(module);
      if (instance === undefined) return "none";
      const naming = namingOf(instance.manifest, type, name);
      const right = `use:${type}${type === "dialplan" ? `=${name}` : ""}`;
      // Applications and functions that a manifest names need no grant; all of them do, and so does every context.
      const needsGrant = naming === "any" || (naming === "named" && type === "dialplan");
      return needsGrant && !isGranted(instance, right) ? "none" : naming;
    },
  };
}

function isGranted({ grant }: Instance, right: string): boolean {
  return grant?.effective.host.some((scope) => scopeContains("host", scope, right)) === true;
}
