import { type CatalogEntry, nameKey, type Need } from "../manifest/mod.ts";
import { formatPosition } from "../fault/mod.ts";

/** A module that has been opened, as {@linkcode lateProblems} sees it. */
export interface OpenedModule {
  /** Its manifest. */
  readonly entry: CatalogEntry;
  /** Whether it runs. */
  readonly running: boolean;
  /** Whether it declined or failed, rather than waits for something. */
  readonly declined: boolean;
}

/**
 * Why a module cannot be loaded by command although it is there, by Asterisk's rule that nothing is loaded for the sake of
 * another (loader.c, load_resource): what is not opened at all, then what is opened and does not run, the module itself
 * too when it is on a cycle.
 *
 * @param opened every module that has been opened, by `nameKey`, this one too
 * @param provided whether something that is no module is provided by what runs, or by the program
 * @returns lines to log; none when it can be loaded
 */
export function lateProblems(
  { manifest: { name } }: CatalogEntry,
  opened: ReadonlyMap<string, OpenedModule>,
  provided: (need: Need) => boolean,
): string[] {
  const unknown: string[] = [];
  const missing = new Set<string>();
  const queue = [nameKey(name)];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const { manifest } = (opened.get(key) as OpenedModule).entry;
    const own = directlyMissing(manifest, opened, provided);
    for (const need of own.unknown) {
      const verb = manifest.enhances.includes(need) ? "enhances" : "uses";
      const what = `it ${verb} ${need.type}=${need.name}, which is not loaded`;
      unknown.push(`Module '${manifest.name}' cannot start: ${formatPosition(need.position)}: ${what}`);
    }
    for (const other of own.missing) {
      if (missing.has(other)) continue;
      missing.add(other);
      queue.unshift(other);
    }
  }
  const shown = [...missing].map((key) => opened.get(key)?.entry.manifest.name ?? key);
  return [
    ...(unknown.length > 0 ? [...unknown, `${name} has one or more unknown dependencies.`] : []),
    ...shown.map((other) => `${name} loaded before dependency ${other}!`),
  ];
}

/** What a module lacks itself: what is not opened, and keys of what is opened and does not run. */
function directlyMissing(
  { name, enhances, uses, optionalModules }: CatalogEntry["manifest"],
  opened: ReadonlyMap<string, OpenedModule>,
  provided: (need: Need) => boolean,
): { unknown: Need[]; missing: string[] } {
  const unknown: Need[] = [];
  const missing: string[] = [];
  const look = (need: Need, optional: boolean) => {
    const other = opened.get(nameKey(need.name));
    if (other === undefined) {
      if (!optional) unknown.push(need);
    } else if (!other.running) missing.push(nameKey(need.name));
  };
  for (const need of [...enhances, ...uses]) {
    if (need.type === "module") look(need, false);
    else if (!provided(need)) unknown.push(need);
  }
  for (const need of optionalModules) look(need, true);
  const enhanced = new Set([...uses, ...optionalModules].map((need) => nameKey(need.name)));
  for (const [key, { entry, running, declined }] of opened) {
    if (running || declined || key === nameKey(name)) continue;
    const enhancing = entry.manifest.enhances.map((need) => nameKey(need.name));
    if (enhancing.some((each) => enhanced.has(each) && opened.has(each))) missing.push(key);
  }
  return { unknown, missing };
}
