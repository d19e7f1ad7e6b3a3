import type { ModuleControl } from "../console/mod.ts";
import type { Life, Loader, ReloadResult } from "../loader/mod.ts";
import { RELOAD_STATUS } from "../module_api/mod.ts";
import type { Policy } from "../policy/mod.ts";
import type { Causes } from "./causes.ts";

/** What {@linkcode moduleControl} works on. */
export interface ModuleControlParts {
  readonly loader: Loader;
  readonly policy: Policy;
  readonly life: Life;
  readonly causes: Causes;
  /** Told when a module, or all of them, was to read its configuration anew. */
  reloaded(): void;
}

/** What the console asks of the loader. */
export function moduleControl({ loader, policy, life, causes, reloaded }: ModuleControlParts): ModuleControl {
  const done = (module: string, result: ReloadResult): ReloadResult => {
    reloaded();
    life.emit({ type: "reload", module, status: RELOAD_STATUS[result] });
    return result;
  };
  return {
    rows: () => loader.rows(),
    async explained(name, work) {
      const { result, lines } = await causes.of(work);
      return { result, cause: policy.compatible ? undefined : loader.detail(name)?.reason || lines[0] };
    },
    load: (name) => life.spelling(name, () => loader.load(name)),
    unload: (name, force) => life.spelling(name, () => loader.unload(name, force)),
    refresh: (name, options) => life.spelling(name, () => loader.refresh(name, options)),
    reload: (name) => loader.reload(name).then((result) => done(name, result)),
    reloadAll: () => loader.reloadAll().then(() => void done("All", "success")),
    loadable: () => loader.loadable(),
    unloadable: () => loader.unloadable(),
    reloadable: () => loader.reloadable(),
  };
}
