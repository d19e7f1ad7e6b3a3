import { type ConfigFile, type Entry, parse, type Section } from "../config/mod.ts";
import { ConfigError, nearest, type Position, printable } from "../fault/mod.ts";
import { loadPriority } from "../module_api/mod.ts";
import { isPermissionKind, normalizeScope, PERMISSION_KINDS, type PermissionLine } from "../permission/mod.ts";
import { KNOWN_TYPES, type Manifest, type Need, type Provision, type SupportLevel } from "./model.ts";
import { baseName, isModuleName, nameKey } from "./name.ts";

const SECTIONS = ["module", "uses", "canuse", "provides", "permissions"] as const;
const SUPPORT_LEVELS: readonly SupportLevel[] = ["core", "extended", "deprecated", "unknown"];
const TYPE_REGEXP = /^[a-z][a-z0-9_-]*$/;
const CHECKSUM_REGEXP = /^sha256:[0-9a-f]{64}$/;

/** The manifest while its lines are read. */
interface Draft {
  name?: Entry;
  checksum?: string;
  description?: string;
  supportLevel?: SupportLevel;
  license?: string;
  loadPriority?: number;
  exportGlobals?: boolean;
  optionalModules: Need[];
  enhances: Need[];
  configs: string[];
}

/** How each key of `[module]` is read; a key that is not here is an error. */
const MODULE_KEYS: Record<string, (draft: Draft, entry: Entry) => void> = {
  name(draft, entry) {
    if (!isModuleName(entry.value)) {
      fail(entry, `"${entry.value}" is no module name: letters, digits, _ and - only, without an ending`);
    }
    once(draft.name, entry);
    draft.name = entry;
  },
  checksum(draft, entry) {
    if (!CHECKSUM_REGEXP.test(entry.value)) {
      fail(entry, `"${entry.value}" is no checksum: expected sha256: and 64 hexadecimal digits in lower case`);
    }
    draft.checksum = once(draft.checksum, entry);
  },
  description(draft, entry) {
    draft.description = once(draft.description, entry);
  },
  support_level(draft, entry) {
    const level = SUPPORT_LEVELS.find((known) => known === entry.value.toLowerCase());
    if (level === undefined) fail(entry, unknownWord("support level", entry.value, SUPPORT_LEVELS));
    once(draft.supportLevel, entry);
    draft.supportLevel = level;
  },
  license(draft, entry) {
    draft.license = once(draft.license, entry);
  },
  load_priority(draft, entry) {
    const priority = loadPriority(entry.value);
    if (priority === undefined) {
      fail(entry, `"${entry.value}" is no load priority: a name such as default, or 0 to 255`);
    }
    once(draft.loadPriority, entry);
    draft.loadPriority = priority;
  },
  // Seed 003 has it; modules share no symbols here, so it is read, checked and without effect.
  export_globals(draft, entry) {
    if (!/^(yes|no)$/i.test(entry.value)) fail(entry, `"${entry.value}" is neither yes nor no`);
    once(draft.exportGlobals, entry);
    draft.exportGlobals = entry.value.toLowerCase() === "yes";
  },
  optional_modules: (draft, entry) => addModules(draft.optionalModules, entry),
  enhances: (draft, entry) => addModules(draft.enhances, entry),
  config(draft, entry) {
    if (!/^[^/\\]+\.conf$/.test(entry.value)) {
      fail(entry, `"${entry.value}" is no configuration file: a name ending in .conf, without directories`);
    }
    draft.configs.push(entry.value);
  },
};

/**
 * Reads and checks a manifest (seed 003).
 *
 * @param text the manifest's text
 * @param file its path, used in errors; the name in it must be the file's
 * @throws {ConfigError} at the first fault: unknown section or key, wrong value, missing name, name unlike the file's
 */
export function parseManifest(text: string, file: string): Manifest {
  const config = parse(text, { file, onWarning: ({ position, message }) => failAt(position, message) });
  checkSections(config);
  checkCharacters(config);
  const section = config.section("module");
  if (section === undefined) {
    throw new ConfigError('Cannot read the manifest: it has no "[module]" section', { position: { file, line: 1 } });
  }
  const draft = readModule(section);
  const name = checkName(draft.name, section);
  return {
    name,
    checksum: draft.checksum,
    description: draft.description ?? "",
    supportLevel: draft.supportLevel ?? "unknown",
    license: draft.license ?? "",
    loadPriority: draft.loadPriority ?? 128,
    optionalModules: draft.optionalModules,
    enhances: draft.enhances,
    configs: draft.configs,
    uses: entriesOf(config, "uses").map(need),
    canUse: entriesOf(config, "canuse").map(need),
    provides: [
      { type: "module", name, priority: 0, position: section.position },
      ...entriesOf(config, "provides").map(provision).filter((provided) => !isImplied(provided, name)),
    ],
    permissions: entriesOf(config, "permissions").flatMap(permissionLines),
    file,
  };
}

function checkSections(config: ConfigFile): void {
  const seen = new Map<string, Section>();
  for (const section of config.sections) {
    if (section.template) continue;
    const name = section.name.toLowerCase();
    if (!(SECTIONS as readonly string[]).includes(name)) {
      throw new ConfigError(unknownWord("section", section.name, SECTIONS), { position: section.position });
    }
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      throw new ConfigError(`section "[${name}]" stands twice; the first is at line ${earlier.position.line}`, {
        position: section.position,
      });
    }
    seen.set(name, section);
  }
}

function readModule(section: Section): Draft {
  const draft: Draft = { optionalModules: [], enhances: [], configs: [] };
  for (const entry of section.entries) {
    const key = entry.key.toLowerCase();
    if (!Object.hasOwn(MODULE_KEYS, key)) fail(entry, unknownWord("key", entry.key, Object.keys(MODULE_KEYS)));
    MODULE_KEYS[key]?.(draft, entry);
  }
  return draft;
}

function checkName(entry: Entry | undefined, { position }: Section): string {
  if (entry === undefined) failAt(position, 'Cannot read the manifest: "[module]" has no "name"');
  const { value: name } = entry;
  const fileName = entry.position.file.slice(entry.position.file.lastIndexOf("/") + 1);
  if (fileName !== `${name}.manifest`) {
    fail(entry, `name "${name}" is unlike the file's: expected a file "${name}.manifest"`);
  }
  return name;
}

/** What stands in a manifest is shown to people and compared; nothing in it may hide, forge a line or turn text round. */
function checkCharacters({ sections }: ConfigFile): void {
  for (const { entries } of sections) {
    for (const entry of entries) {
      const { key, value } = entry;
      if (printable(value, value.length) !== value || printable(key, key.length) !== key) {
        fail(entry, `"${printable(key)}" has a character that cannot be shown: "${printable(value)}"`);
      }
    }
  }
}

function entriesOf(config: ConfigFile, section: string): readonly Entry[] {
  return config.section(section)?.entries ?? [];
}

function need(entry: Entry): Need {
  const type = entry.key.toLowerCase();
  if (!TYPE_REGEXP.test(type)) fail(entry, `"${entry.key}" is no type of thing: expected one such as application`);
  const near = nearest(type, KNOWN_TYPES);
  if (near !== undefined && near !== type) fail(entry, unknownWord("type", entry.key, KNOWN_TYPES));
  if (entry.value === "") fail(entry, `"${entry.key}" has no value: expected the name of a ${type}`);
  if (type === "module") checkModule(entry, entry.value);
  return { type, name: entry.value, position: entry.position };
}

function provision(entry: Entry): Provision {
  const { type, name, position } = need(entry);
  if (type !== "service") return { type, name, priority: 0, position };
  const [, service, priority] = /^(.*?)\s*(?::\s*(\d{1,9}))?$/.exec(name) ?? [];
  if (!service || service.includes(":")) {
    fail(entry, `"${name}" is no service: expected a name, or name:priority such as timer:200`);
  }
  return { type, name: service, priority: Number(priority ?? 0), position };
}

function permissionLines(entry: Entry): PermissionLine[] {
  const kind = entry.key.toLowerCase();
  if (!isPermissionKind(kind)) fail(entry, unknownWord("permission", entry.key, PERMISSION_KINDS));
  return splitList(entry.value).map((value) => {
    // Values with variables are checked when the host's directories are known.
    const normal = value.includes("${") ? { value } : normalizeScope(kind, value);
    if ("fault" in normal) fail(entry, normal.fault);
    return { kind, value };
  });
}

/** Whether it is what every module provides anyway. Nobody provides another module: who uses one means that one. */
function isImplied({ type, name, position }: Provision, self: string): boolean {
  if (type !== "module") return false;
  if (nameKey(name) !== nameKey(self)) {
    failAt(position, `a module provides no module but itself; remove module = ${name}`);
  }
  return true;
}

/** Adds the names of a list; empty ones and duplicates are dropped, as Asterisk does. */
function addModules(list: Need[], entry: Entry): void {
  for (const name of splitList(entry.value)) {
    if (name === "" || list.some((earlier) => nameKey(earlier.name) === nameKey(name))) continue;
    checkModule(entry, name);
    list.push({ type: "module", name, position: entry.position });
  }
}

function checkModule(entry: Entry, name: string): void {
  if (!isModuleName(baseName(name))) fail(entry, `"${name}" is no module name: letters, digits, _ and - only`);
}

/** Parts of a list separated by commas, blanks around them dropped. */
export function splitList(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function once(earlier: unknown, entry: Entry): string {
  if (earlier !== undefined) fail(entry, `"${entry.key}" stands twice; leave one of the two lines out`);
  return entry.value;
}

function unknownWord(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `unknown ${what} "${word}"${near ? `: did you mean "${near}"` : `: there are ${known.join(", ")}`}`;
}

function fail(entry: Entry, reason: string): never {
  failAt(entry.position, reason);
}

function failAt(position: Position, reason: string): never {
  throw new ConfigError(reason, { position });
}
