import { type CatalogEntry, nameKey, type Provision } from "../manifest/mod.ts";
import type { AdminProvision, Policy } from "../policy/mod.ts";
import { CLAIM, type Claim, isSettled, type Settling } from "./claim.ts";
import { CommandClaims } from "./command_claims.ts";
import { bannedModules } from "./node.ts";
import { offerKey } from "./providers.ts";

/** Types of things whose names have owners: what people and other modules ask for by its name. */
const OWNED_TYPES: ReadonlySet<string> = new Set([
  "application",
  "function",
  "service",
  "realtime",
  "command",
  "manager",
  "managerevent",
]);

/** Types of which several modules may have one name: the priority says which counts, or all do. */
const SHARED_TYPES: ReadonlySet<string> = new Set(["service", "managerevent"]);

/** Most owners that a refusal names: a name that thousands claim must not cost a list of thousands for each of them. */
const MOST_NAMED = 20;

/** What is the program's own, whatever modules say. */
export interface CoreNames {
  /** As `type=name` in small letters, commands aside. */
  readonly names: ReadonlySet<string>;
  /** Its console commands. */
  readonly commands: readonly string[];
}

/** A line of a manifest that has no effect, because the name is another's. */
export interface Refused {
  /** Where the line stands. */
  readonly position: Provision["position"];
  /** `service`, `command` … */
  readonly type: string;
  /** The name, as the manifest writes it. */
  readonly name: string;
  /** Whose it is: `core`, or names of modules. Of several with equal right nobody has it, and these are named. */
  readonly owners: readonly string[];
  /** Whether these have no more right to it than the one that is refused. */
  readonly disputed: boolean;
}

/** Who owns which names. */
export interface NameOwners {
  /** The catalog without lines that have no effect. Entries that keep all of theirs are the same objects. */
  readonly entries: readonly CatalogEntry[];
  /** Lines that have no effect, by the module's `nameKey`. */
  readonly refused: ReadonlyMap<string, readonly Refused[]>;
  /**
   * Whose a name is that a module registers without a line of its own for it, through a wildcard.
   *
   * @returns nothing when the module may have it
   */
  ownersOf(type: string, name: string, module: string): readonly string[] | undefined;
}

/** What {@linkcode ownNames} decides from. */
export interface OwnersInput {
  /** Every module there is. */
  readonly catalog: readonly CatalogEntry[];
  /** What the administrator wants. */
  readonly policy: Pick<Policy, "lines" | "provides">;
  /** What is the program's own. */
  readonly core: CoreNames;
}

/**
 * Decides whose names are. Pure, and the same whatever the order of catalog and loading: a name is the core's, else of the
 * modules that `[provides]` of modules.conf names, else of those shipped with the program, else of required ones, else of
 * those that a line names, else of whichever other module alone has it.
 */
export function ownNames({ catalog, policy, core }: OwnersInput): NameOwners {
  const standings = new Standings(catalog, policy);
  const byName = new Map<string, Claim[]>();
  const commands = new CommandClaims(core.commands);
  for (const { manifest: { name: module, provides } } of catalog) {
    for (const provision of provides) {
      if (!OWNED_TYPES.has(provision.type) || provision.name === "*") continue;
      const claim = { module, provision, standing: standings.of(module, provision) };
      if (provision.type === "command") commands.add(claim);
      else addTo(byName, offerKey(provision.type, provision.name), claim);
    }
  }
  const refusals = new Map<string, Map<Provision, Refused>>();
  const refuse = ({ module, provision }: Claim, owners: readonly string[], disputed: boolean) => {
    const { type, name, position } = provision;
    const key = nameKey(module);
    const list = refusals.get(key) ?? new Map<Provision, Refused>();
    refusals.set(key, list.set(provision, { type, name, position, owners, disputed }));
  };
  const given = (what: Claim["provision"]) => standings.givenTo(what) ?? [];
  for (const [key, claims] of byName) settle(claims, { isCore: core.names.has(key), given, refuse });
  commands.settle({ given, refuse });
  return {
    entries: catalog.map((entry) => without(entry, refusals.get(nameKey(entry.manifest.name)))),
    // In the order of the manifest.
    refused: new Map(
      [...refusals].map(([key, list]) => [key, [...list.values()].sort((a, b) => a.position.line - b.position.line)]),
    ),
    ownersOf(type, name, module) {
      if (!OWNED_TYPES.has(type)) return undefined;
      const standing = standings.of(module, { type, name });
      if (type === "command") return commands.ownersOf(name, module, standing);
      const key = offerKey(type, name);
      if (core.names.has(key)) return ["core"];
      const owners = (byName.get(key) ?? []).filter((claim) =>
        nameKey(claim.module) !== nameKey(module) && claim.standing >= Math.max(standing, CLAIM.installed)
      );
      if (owners.length > 0) return owners.map((claim) => claim.module);
      return standing === CLAIM.none ? standings.givenTo({ type, name }) : undefined;
    },
  };
}

/** Of the claims to one name, those that are not the best have no effect. */
function settle(claims: readonly Claim[], { isCore, given, refuse }: Settling & { isCore: boolean }): void {
  if (isCore) {
    for (const claim of claims) refuse(claim, ["core"], false);
    return;
  }
  const shared = SHARED_TYPES.has(claims[0]?.provision.type ?? "");
  const standings = new Set(claims.map(({ standing }) => standing));
  const best = Math.max(...standings);
  // A line that loads a provider does not shut the others out, unless what is shipped was to make room for that one.
  const open = shared && best === CLAIM.listed && !standings.has(CLAIM.idle);
  const isFirst = ({ standing }: Claim) =>
    best > CLAIM.none && (standing === best || (open && standing === CLAIM.installed));
  const first = claims.filter(isFirst);
  const names = first.map(({ module }) => module).sort().slice(0, MOST_NAMED);
  for (const claim of claims) {
    if (!isFirst(claim)) refuse(claim, best === CLAIM.none ? given(claim.provision) : names, false);
  }
  if (first.length < 2 || shared || isSettled(best)) return;
  for (const claim of first) refuse(claim, names.filter((name) => name !== claim.module), true);
}

/** How good the claims of modules are. */
class Standings {
  readonly #general = new Map<string, number>();
  readonly #given: ReadonlyMap<string, readonly AdminProvision[]>;

  constructor(catalog: readonly CatalogEntry[], { lines, provides }: OwnersInput["policy"]) {
    const bans = bannedModules(lines);
    const listed = new Map<string, number>();
    for (const { directive, name } of lines) {
      if (directive === "noload" || directive === "neverload") continue;
      const standing = directive.endsWith("require") ? CLAIM.required : CLAIM.listed;
      listed.set(nameKey(name), Math.max(standing, listed.get(nameKey(name)) ?? standing));
    }
    for (const { manifest: { name }, shipped, source } of catalog) {
      const key = nameKey(name);
      const ban = bans.get(key)?.directive;
      const own = shipped === true || source.builtin === true;
      if (ban === "neverload") this.#general.set(key, CLAIM.none);
      else if (ban === "noload") this.#general.set(key, own ? CLAIM.idle : CLAIM.excluded);
      else this.#general.set(key, own ? CLAIM.shipped : listed.get(key) ?? CLAIM.installed);
    }
    this.#given = Map.groupBy(provides, ({ type, name }) => offerKey(type, name));
  }

  of(module: string, what: Pick<Provision, "type" | "name">): number {
    const general = this.#general.get(nameKey(module)) ?? CLAIM.installed;
    const given = this.givenTo(what);
    if (given === undefined || general === CLAIM.none) return general;
    return given.some((other) => nameKey(other) === nameKey(module)) ? CLAIM.given : CLAIM.none;
  }

  /** The modules that `[provides]` names for it; nothing when there is no such line. */
  givenTo({ type, name }: Pick<Provision, "type" | "name">): readonly string[] | undefined {
    return this.#given.get(offerKey(type, name.trim().replace(/\s+/g, " ")))?.map(({ module }) => module);
  }
}

function without(entry: CatalogEntry, refused: ReadonlyMap<Provision, Refused> | undefined): CatalogEntry {
  if (refused === undefined) return entry;
  const provides = entry.manifest.provides.filter((provision) => !refused.has(provision));
  return { ...entry, manifest: { ...entry.manifest, provides } };
}

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
