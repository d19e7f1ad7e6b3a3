/**
 * Which modules a build embeds. Why it exists: not everybody wants every module in the binary, and a binary without what
 * its modules need would only show that when it starts.
 *
 * Pure: items and names in, names and faults out.
 *
 * @module
 */
import { parse } from "../../src/config/mod.ts";
import { ConfigError, nearest } from "../../src/fault/mod.ts";
import { type Manifest, nameKey } from "../../src/manifest/mod.ts";

/** A module that can be chosen. */
export interface Item {
  /** Its name. */
  readonly name: string;
  /** Menuselect's category, by the name's prefix. */
  readonly category: string;
  /** Its manifest. */
  readonly manifest: Manifest;
  /** What it uses, each with the modules that provide it. */
  readonly needs: readonly Need[];
  /** Names of modules that it does not go with, whichever of the two says so. */
  readonly conflicts: readonly string[];
}

/** Something used, and who has it. */
export interface Need {
  /** `type=name`. */
  readonly what: string;
  /** Modules that provide it, the preferred one first. */
  readonly providers: readonly string[];
}

/** Categories as Asterisk's menuselect names them, by prefix. */
const CATEGORIES: Readonly<Record<string, string>> = {
  app: "Applications",
  bridge: "Bridging Modules",
  cdr: "Call Detail Recording",
  cel: "Channel Event Logging",
  chan: "Channel Drivers",
  codec: "Codec Translators",
  format: "Format Interpreters",
  func: "Dialplan Functions",
  pbx: "PBX Modules",
  res: "Resource Modules",
  test: "Test Modules",
};

/** The modules of a build as items, sorted by category and name. */
export function itemsOf(manifests: readonly Manifest[]): Item[] {
  const offers = new Map<string, { name: string; priority: number }[]>();
  for (const { name, provides } of manifests) {
    for (const one of provides) {
      const key = `${one.type}=${one.name.toLowerCase()}`;
      offers.set(key, [...offers.get(key) ?? [], { name, priority: one.priority }]);
    }
  }
  const byKey = new Map(manifests.map(({ name }) => [nameKey(name), name]));
  const said = manifests.flatMap(({ name, conflicts }) =>
    conflicts.flatMap((one) => {
      const other = byKey.get(nameKey(one.name));
      return other === undefined ? [] : [[name, other], [other, name]];
    })
  );
  const items = manifests.map((manifest): Item => ({
    name: manifest.name,
    category: CATEGORIES[/^[a-z]+(?=_)/.exec(manifest.name)?.[0] ?? ""] ?? "Other Modules",
    manifest,
    needs: manifest.uses.filter(({ name }) => name !== "*").map(({ type, name }) => ({
      what: `${type}=${name}`,
      providers: type === "module"
        ? [byKey.get(nameKey(name))].filter((one) => one !== undefined)
        : (offers.get(`${type}=${name.toLowerCase()}`) ?? []).sort((a, b) => b.priority - a.priority)
          .map((one) => one.name),
    })),
    conflicts: [...new Set(said.filter(([one]) => one === manifest.name).map(([, other]) => other as string))],
  }));
  return items.sort((a, b) => compare(a.category, b.category) || compare(a.name, b.name));
}

/** What a build embeds when nobody has chosen. */
export function defaultChoice(items: readonly Item[]): Set<string> {
  return new Set(items.filter(({ manifest }) => manifest.defaultEnabled).map(({ name }) => name));
}

/**
 * Chooses a module, and of what it needs and nobody chosen has the preferred provider, and so on.
 *
 * @throws {RangeError} when something it needs is in no module, or a chosen one conflicts with it
 */
export function enable(items: readonly Item[], chosen: ReadonlySet<string>, name: string): Set<string> {
  const next = new Set(chosen);
  const queue = [itemOf(items, name)];
  for (const item of queue) {
    if (next.has(item.name) && item.name !== itemOf(items, name).name) continue;
    const conflict = item.conflicts.find((other) => next.has(other));
    if (conflict !== undefined) {
      throw new RangeError(`Cannot choose "${item.name}": it conflicts with "${conflict}", which is chosen`);
    }
    next.add(item.name);
    for (const { what, providers: [first, ...others] } of item.needs) {
      if (first === undefined) throw new RangeError(`Cannot choose "${item.name}": no module provides ${what}`);
      if (![first, ...others].some((provider) => next.has(provider))) queue.push(itemOf(items, first));
    }
  }
  return next;
}

/** Leaves a module out. What needs it is marked, not left out. */
export function disable(items: readonly Item[], chosen: ReadonlySet<string>, name: string): Set<string> {
  const next = new Set(chosen);
  next.delete(itemOf(items, name).name);
  return next;
}

/** Why a choice cannot be built, a line each; empty when it can. */
export function choiceFaults(items: readonly Item[], chosen: ReadonlySet<string>): string[] {
  return items.filter(({ name }) => chosen.has(name)).flatMap(({ name, needs, conflicts }) => [
    ...needs.filter(({ providers }) => !providers.some((provider) => chosen.has(provider))).map(({ what, providers }) =>
      `"${name}" uses ${what}, which no chosen module provides` +
      (providers.length === 0 ? "; leave it out" : `; choose ${providers.join(" or ")}, or leave it out`)
    ),
    ...conflicts.filter((other) => chosen.has(other) && name < other)
      .map((other) => `"${name}" and "${other}" conflict; leave one of them out`),
  ]);
}

/** Asterisk's marks before a name: `[*]`, `[ ]`, `XXX`, `< >`, `( )`. */
export function markOf({ name, needs, conflicts }: Item, chosen: ReadonlySet<string>): string {
  if (needs.some(({ providers }) => providers.length === 0)) return "XXX";
  if (conflicts.some((other) => chosen.has(other))) return chosen.has(name) ? "XXX" : "( )";
  const lacking = needs.some(({ providers }) => !providers.some((provider) => chosen.has(provider)));
  if (lacking) return chosen.has(name) ? "<*>" : "< >";
  return chosen.has(name) ? "[*]" : "[ ]";
}

/**
 * Reads a file of choices; modules that it does not name are as they are by default.
 *
 * @throws {ConfigError} for a line that is none and a module that is not there
 */
export function readChoice(text: string, file: string, items: readonly Item[]): Set<string> {
  const chosen = defaultChoice(items);
  for (const { key, value, position } of parse(text, { file }).section("modules")?.entries ?? []) {
    const word = key.toLowerCase();
    if (word !== "enable" && word !== "disable") {
      throw new ConfigError(`"${key}" is no choice: expected enable = name or disable = name`, { position });
    }
    const item = items.find(({ name }) => nameKey(name) === nameKey(value));
    if (item === undefined) {
      const near = nearest(value, items.map(({ name }) => name));
      const cure = near === undefined ? "choose anew with deno task menuselect" : `did you mean "${near}"`;
      throw new ConfigError(`there is no module "${value}": ${cure}`, { position });
    }
    if (word === "enable") chosen.add(item.name);
    else chosen.delete(item.name);
  }
  return chosen;
}

/** Writes a file of choices: every module, chosen or not, so that it says what will be built. */
export function writeChoice(items: readonly Item[], chosen: ReadonlySet<string>): string {
  const lines = items.map(({ name }) => `${chosen.has(name) ? "enable" : "disable"} = ${name}`);
  return `; made by \`deno task menuselect\`; \`deno task compile\` embeds what is enabled\n[modules]\n${
    lines.join("\n")
  }\n`;
}

/** The item of a name, with or without ending, in any case of letters. */
export function itemOf(items: readonly Item[], name: string): Item {
  const item = items.find((one) => nameKey(one.name) === nameKey(name));
  if (item !== undefined) return item;
  const near = nearest(name, items.map((one) => one.name));
  throw new RangeError(`There is no module "${name}"${near === undefined ? "" : `: did you mean "${near}"`}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
