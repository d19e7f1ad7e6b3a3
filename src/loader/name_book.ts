import { BUILTIN_NAMES } from "../dialplan/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type Catalog, nameKey } from "../manifest/mod.ts";
import { type CoreNames, type NameOwners, ownNames } from "../plan/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { CORE, type Registry } from "../registry/mod.ts";

/** What {@linkcode NameBook} looks at. */
export interface NameBookOptions {
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly registry: Registry;
}

/** Whose names are, decided anew when the catalog or what the core provides has changed. */
export class NameBook {
  readonly #options: NameBookOptions;
  #made: { readonly key: string; readonly owners: NameOwners } | undefined;

  /** A book over a catalog. */
  constructor(options: NameBookOptions) {
    this.#options = options;
  }

  /** Whose names are now. */
  get owners(): NameOwners {
    const { catalog, policy, registry } = this.#options;
    const key = `${catalog.version} ${registry.coreChanges}`;
    if (this.#made?.key !== key) {
      const provided = registry.ownedBy(CORE);
      this.#made = { key, owners: ownNames({ catalog: catalog.entries(), policy, core: coreNames(provided) }) };
    }
    return this.#made.owners;
  }

  /** What needs no module: the program itself has it. As `type=name` in small letters. */
  get provided(): ReadonlySet<string> {
    return new Set([...this.#options.registry.ownedBy(CORE).map((what) => what.toLowerCase()), ...BUILTIN_NAMES]);
  }

  /** Whether a line of a module's manifest has no effect. */
  isRefused(module: string, type: string, name: string): boolean {
    const key = name.toLowerCase();
    const refused = this.owners.refused.get(nameKey(module)) ?? [];
    return refused.some((one) => one.type === type && one.name.toLowerCase() === key);
  }

  /**
   * Whether a name that a module has registered has become another's: one that has more right to it was installed since,
   * and the order of loading must not decide.
   */
  isLost(module: string, type: string, name: string): boolean {
    return this.isRefused(module, type, name) || this.owners.ownersOf(type, name, module) !== undefined &&
        !this.isNamed(module, type, name);
  }

  /** Whether a line of a module's manifest that has effect names it. */
  isNamed(module: string, type: string, name: string): boolean {
    const key = name.toLowerCase();
    return this.owners.entries.some(({ manifest }) =>
      nameKey(manifest.name) === nameKey(module) &&
      manifest.provides.some((one) => one.type === type && one.name.toLowerCase() === key)
    );
  }
}

/** Says in one line which shipped modules are not the ones that run: that is the administrator's act, and easily forgotten. */
export function tellReplacements(catalog: Catalog, log: Logger): void {
  const replaced = Map.groupBy(catalog.replacements(), ({ source }) => source);
  const said = [...replaced].map(([source, list]) => `${list.map(({ name }) => name).join(", ")} (${source})`);
  if (said.length > 0) log.notice(`These modules replace shipped ones: ${said.join("; ")}`);
}

const COMMAND = "command=";

/** What the program itself has, of `type=name` as the registry lists it, and what the dialplan has built in. */
function coreNames(provided: readonly string[]): CoreNames {
  const names = provided.filter((what) => !what.startsWith(COMMAND)).map((what) => what.toLowerCase());
  return {
    names: new Set([...names, ...BUILTIN_NAMES]),
    commands: provided.filter((what) => what.startsWith(COMMAND)).map((what) => what.slice(COMMAND.length)),
  };
}
