import { type CatalogEntry, nameKey } from "../manifest/mod.ts";
import { ConfigError, formatPosition } from "../fault/mod.ts";
import type { Policy, PolicyLine } from "../policy/mod.ts";
import type { Wanted } from "./model.ts";
import { withoutStandby } from "./standby.ts";

const REQUIRED = new Set(["require", "preload-require"]);
const PRELOADED = new Set(["preload", "preload-require"]);

/**
 * The load list of a start, built as Asterisk builds it (loader.c, loader_builtin_init and loader_config_init): what is
 * built in; the lines of modules.conf in file order, equal names merged; with autoload every module of the catalog that is
 * not on it yet; then `noload` and `neverload` take away, wherever they stand in the file. With
 * `load_uses` autoload leaves out what {@linkcode withoutStandby} does.
 *
 * @throws {ConfigError} when a module is both required and excluded, or one is excluded that is built in
 */
export function loadList(policy: Policy, catalog: readonly CatalogEntry[]): Wanted[] {
  const list = new Map<string, Wanted>();
  const builtin = new Set<string>();
  for (const { manifest: { name }, source } of catalog) {
    if (source.builtin !== true) continue;
    builtin.add(nameKey(name));
    list.set(nameKey(name), { name, required: false, preload: false });
  }
  for (const line of policy.lines) {
    if (line.directive === "noload" || line.directive === "neverload") continue;
    const key = nameKey(line.name);
    const earlier = list.get(key);
    const requires = REQUIRED.has(line.directive);
    list.set(key, {
      name: earlier?.name ?? line.name,
      required: requires || (earlier?.required ?? false),
      preload: PRELOADED.has(line.directive) || (earlier?.preload ?? false),
      line: earlier === undefined || (requires && !earlier.required) ? line : earlier.line,
    });
  }
  if (policy.autoload) {
    for (const { manifest: { name } } of catalog) {
      const key = nameKey(name);
      if (!list.has(key)) list.set(key, { name, required: false, preload: false });
    }
  }
  for (const line of policy.lines) exclude(list, line, builtin);
  // Asterisk's rule knows no services: there everything is loaded.
  return policy.autoload && policy.loadUses ? withoutStandby([...list.values()], policy, catalog) : [...list.values()];
}

function exclude(list: Map<string, Wanted>, line: PolicyLine, builtin: ReadonlySet<string>): void {
  if (line.directive !== "noload" && line.directive !== "neverload") return;
  const key = nameKey(line.name);
  if (builtin.has(key)) {
    throw new ConfigError(`${line.name} is a built-in module, you cannot specify '${line.directive}'.`, {
      position: line.position,
    });
  }
  const wanted = list.get(key);
  if (wanted?.required) {
    const word = wanted.preload ? "preload-require" : "require";
    const at = wanted.line === undefined ? "" : ` (${word} at ${formatPosition(wanted.line.position)})`;
    throw new ConfigError(
      `${line.name} is configured with '${word}' and '${line.directive}', this is impossible.${at}`,
      { position: line.position },
    );
  }
  list.delete(key);
}
