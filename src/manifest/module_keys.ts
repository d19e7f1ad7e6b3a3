import type { Entry, Section } from "../config/mod.ts";
import { loadPriority } from "../module_api/mod.ts";
import { isConfigName } from "../permission/mod.ts";
import { checkModule, fail, type FaultSink, unknownWord } from "./entry.ts";
import type { Need, SupportLevel } from "./model.ts";
import { isModuleName, nameKey } from "./name.ts";

/** What `[module]` says, while its lines are read. */
export interface ModuleDraft {
  name?: Entry;
  checksum?: string;
  description?: string;
  supportLevel?: SupportLevel;
  license?: string;
  loadPriority?: number;
  exportGlobals?: boolean;
  blockUnload?: number;
  defaultEnabled?: boolean;
  readonly optionalModules: Need[];
  readonly enhances: Need[];
  readonly conflicts: Need[];
  readonly configs: string[];
}

/** Asterisk's four words for how well a module is looked after. */
export const SUPPORT_LEVELS: readonly SupportLevel[] = ["core", "extended", "deprecated", "unknown"];

const CHECKSUM_REGEXP = /^sha256:[0-9a-f]{64}$/;
/** What SPDX expressions are made of. */
const LICENSE_REGEXP = /^[A-Za-z0-9.+:() -]{1,200}$/;
const MAX_DESCRIPTION = 500;

/** Longest time for which code may stay after its module has stopped, in seconds. */
const MAX_BLOCK_UNLOAD = 3_600;

/** What a value of `block_unload` must be. */
export const BLOCK_UNLOAD_EXPECTED = `expected whole seconds, 1 to ${MAX_BLOCK_UNLOAD}`;

/** Reads a value of `block_unload`; undefined when it is none. */
export function blockedSeconds(text: string): number | undefined {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= MAX_BLOCK_UNLOAD ? seconds : undefined;
}

/** How each key of `[module]` is read; a key that is not here is an error. */
const MODULE_KEYS: Record<string, (draft: ModuleDraft, entry: Entry) => void> = {
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
    if (entry.value.length > MAX_DESCRIPTION) {
      fail(
        entry,
        `the description has ${entry.value.length} characters, ${MAX_DESCRIPTION} at most: one line for people`,
      );
    }
    draft.description = once(draft.description, entry);
  },
  support_level(draft, entry) {
    const level = SUPPORT_LEVELS.find((known) => known === entry.value.toLowerCase());
    if (level === undefined) fail(entry, unknownWord("support level", entry.value, SUPPORT_LEVELS));
    once(draft.supportLevel, entry);
    draft.supportLevel = level;
  },
  license(draft, entry) {
    if (entry.value !== "" && !LICENSE_REGEXP.test(entry.value)) {
      fail(entry, `"${entry.value}" is no license: expected an SPDX identifier such as MIT`);
    }
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
  export_globals(draft, entry) {
    once(draft.exportGlobals, entry);
    draft.exportGlobals = yesOrNo(entry);
  },
  block_unload(draft, entry) {
    once(draft.blockUnload, entry);
    draft.blockUnload = blockedSeconds(entry.value) ??
      fail(entry, `"${entry.value}" is no time to stay: ${BLOCK_UNLOAD_EXPECTED}`);
  },
  default_enabled(draft, entry) {
    once(draft.defaultEnabled, entry);
    draft.defaultEnabled = yesOrNo(entry);
  },
  optional_modules: (draft, entry) => addModules(draft.optionalModules, entry),
  enhances: (draft, entry) => addModules(draft.enhances, entry),
  conflicts: (draft, entry) => addModules(draft.conflicts, entry),
  config(draft, entry) {
    if (!isConfigName(entry.value)) {
      fail(entry, `"${entry.value}" is no configuration file: a name ending in .conf, without directories`);
    }
    if (draft.configs.includes(entry.value)) fail(entry, `"${entry.value}" stands twice; leave one of the lines out`);
    draft.configs.push(entry.value);
  },
};

/** Reads `[module]`; faults go to `sink`, the other lines are read all the same. */
export function readModuleSection(section: Section, sink: FaultSink): ModuleDraft {
  const draft: ModuleDraft = { optionalModules: [], enhances: [], conflicts: [], configs: [] };
  for (const entry of section.entries) {
    sink.attempt(() => {
      const key = entry.key.toLowerCase();
      if (!Object.hasOwn(MODULE_KEYS, key)) fail(entry, unknownWord("key", entry.key, Object.keys(MODULE_KEYS)));
      MODULE_KEYS[key]?.(draft, entry);
    });
  }
  return draft;
}

/** Adds the names of a list; empty ones and duplicates are dropped, as Asterisk does. */
function addModules(list: Need[], entry: Entry): void {
  for (const name of splitList(entry.value)) {
    if (name === "" || list.some((earlier) => nameKey(earlier.name) === nameKey(name))) continue;
    checkModule(entry, name);
    list.push({ type: "module", name, position: entry.position });
  }
}

/** Parts of a list separated by commas, blanks around them dropped. */
export function splitList(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function yesOrNo(entry: Entry): boolean {
  if (!/^(yes|no)$/i.test(entry.value)) fail(entry, `"${entry.value}" is neither yes nor no`);
  return entry.value.toLowerCase() === "yes";
}

function once(earlier: unknown, entry: Entry): string {
  if (earlier !== undefined) fail(entry, `"${entry.key}" stands twice; leave one of the two lines out`);
  return entry.value;
}
