import type { ConfigFile, ConfigWarning } from "../config/mod.ts";
import { type CatalogEntry, type CatalogFault, hasAdministratorsDialplan, nameKey } from "../manifest/mod.ts";
import { type CoreNames, loadList, type NameOwners, ownNames, type Plan, plan, type Wanted } from "../plan/mod.ts";
import type { Policy } from "../policy/mod.ts";

/** A `.conf` file as it was read. */
export interface CheckedConfig {
  /** Name of the file without its directory. */
  readonly name: string;
  /** Its path. */
  readonly path: string;
  /** What it says, when it can be read. */
  readonly config?: ConfigFile | undefined;
  /** Why it cannot be read. */
  readonly fault?: unknown;
  /** What the reader warns of. */
  readonly warnings: readonly ConfigWarning[];
  /** Paths of the files it includes. */
  readonly includes: readonly string[];
}

/** What is checked. Nothing of any module is run for it. */
export interface CheckInput {
  /** Every module there is. */
  readonly catalog: readonly CatalogEntry[];
  /** Manifests that cannot be used. */
  readonly faults: readonly CatalogFault[];
  /** What modules.conf says; undefined when it cannot be read. */
  readonly policy: Policy | undefined;
  /** Files of the configuration directory. */
  readonly configs: readonly CheckedConfig[];
  /** Directories that `${name}` in permissions stands for. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is the program's own, whatever modules say. */
  readonly core: CoreNames;
  /** Licences that are accepted. */
  readonly licenses: readonly string[];
}

/** The input with what every check asks of it. */
export class Scene {
  readonly input: CheckInput;
  /** By `nameKey`. */
  readonly entries: ReadonlyMap<string, CatalogEntry>;
  /** The load list of a start; empty when modules.conf contradicts itself. */
  readonly wanted: readonly Wanted[];
  /** Why there is no load list. */
  readonly contradiction: unknown;
  /** What a start would do. */
  readonly plan: Pick<Plan, "steps" | "refused">;
  /** Keys of all that a start would try: the load list and what is pulled in for it. */
  readonly starting: ReadonlySet<string>;
  /** Names that modules would provide and that are another's, by `nameKey`. */
  readonly refused: NameOwners["refused"];
  readonly #offers: ReadonlyMap<string, readonly Offer[]>;

  constructor(given: CheckInput) {
    const owners = given.policy === undefined
      ? undefined
      : ownNames({ ...given, policy: given.policy, core: given.core });
    const input = this.input = { ...given, catalog: owners?.entries ?? given.catalog };
    this.refused = owners?.refused ?? new Map();
    this.entries = new Map(input.catalog.map((entry) => [nameKey(entry.manifest.name), entry]));
    this.#offers = indexOffers(input.catalog);
    try {
      this.wanted = input.policy === undefined ? [] : loadList(input.policy, input.catalog);
    } catch (error) {
      this.wanted = [];
      this.contradiction = error;
    }
    const { catalog, faults, policy } = input;
    this.plan = policy === undefined
      ? { steps: [], refused: [] }
      : plan({ catalog, faults, policy, running: new Set(), wanted: this.wanted });
    this.starting = new Set(
      [...this.wanted, ...this.plan.steps, ...this.plan.refused].map(({ name }) => nameKey(name)),
    );
  }

  /** Who provides a thing, the preferred one first. */
  providersOf(type: string, name: string): readonly CatalogEntry[] {
    if (type === "module") {
      const entry = this.entries.get(nameKey(name));
      return entry === undefined ? [] : [entry];
    }
    const offers = this.#offers.get(offerKey(type, name))?.map(({ entry }) => entry) ?? [];
    if (type !== "dialplan") return offers;
    // As in the plan: no manifest says which contexts are in the administrator's file.
    return [
      ...offers,
      ...this.input.catalog.filter(({ manifest }) => hasAdministratorsDialplan(manifest.name) && name !== "*"),
    ];
  }

  /** Names of things of a type that somebody provides. */
  namesOf(type: string): string[] {
    if (type === "module") return this.input.catalog.map(({ manifest }) => manifest.name);
    return [...this.#offers].filter(([key]) => key.startsWith(`${type}=`)).map(([, [first]]) => first?.name ?? "");
  }
}

interface Offer {
  readonly entry: CatalogEntry;
  readonly name: string;
  readonly priority: number;
}

function indexOffers(catalog: readonly CatalogEntry[]): Map<string, Offer[]> {
  const offers = new Map<string, Offer[]>();
  for (const entry of catalog) {
    for (const { type, name, priority } of entry.manifest.provides) {
      const key = offerKey(type, name);
      offers.set(key, [...offers.get(key) ?? [], { entry, name, priority }]);
    }
  }
  for (const list of offers.values()) list.sort((a, b) => b.priority - a.priority);
  return offers;
}

function offerKey(type: string, name: string): string {
  return `${type}=${name.toLowerCase()}`;
}
