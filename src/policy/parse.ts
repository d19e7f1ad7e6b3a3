import type { ConfigFile, Entry } from "../config/mod.ts";
import { ConfigError, nearest, type Position } from "../fault/mod.ts";
import { baseName, isModuleName, KNOWN_TYPES, nameKey, splitList } from "../manifest/mod.ts";
import {
  expandVariables,
  KIND_WORDS,
  normalizeScope,
  parseKind,
  PERMISSION_KINDS,
  type PermissionLine,
} from "../permission/mod.ts";
import { parseLimits } from "./limits.ts";
import {
  type AdminProvision,
  type AdminUse,
  type Grant,
  MODULE_DIRECTIVES,
  type ModuleDirective,
  type Policy,
  REALM_CHOICES,
  type RealmChoice,
} from "./model.ts";
import { parseRestarts } from "./restart.ts";

const SWITCHES = ["autoload", "load_uses", "reference_autoload", "compatible"];
/** Sections that Asterisk has not. */
const OWN_SECTIONS = ["uses", "provides", "permissions", "realms", "limits", "restart"];
const DEFAULT = "default";
const TYPE_REGEXP = /^[a-z][a-z0-9_-]*$/;
const NOTHING: Grant = { asAsked: false, lines: [], decides: false };

/**
 * Reads `modules.conf`.
 *
 * Only the first `[modules]` counts, and sections that are none of ours are ignored, as Asterisk does; an unknown directive
 * in `[modules]` is an error there and here. Our own sections restrict: one that stands twice, or whose name is nearly one
 * of ours, is an error, for nobody would be held to what it says.
 *
 * @param config the file as the reader gives it
 * @param variables directories that `${name}` in grants stands for
 * @throws {ConfigError} at the first fault
 */
export function parsePolicy(config: ConfigFile, variables: Readonly<Record<string, string>>): Policy {
  checkSections(config);
  const modules = config.section("modules")?.entries ?? [];
  const compatible = lastSwitch(modules, "compatible", false);
  for (const entry of modules) checkDirective(entry);
  const { grants, defaultGrant } = parseGrants(entriesOf(config, "permissions"), variables);
  const { realms, defaultRealm } = parseRealms(entriesOf(config, "realms"));
  return {
    file: config.file,
    sections: new Set(config.sections.map(({ name }) => name.toLowerCase())),
    autoload: lastSwitch(modules, "autoload", false),
    compatible,
    loadUses: lastSwitch(modules, "load_uses", true) && !compatible,
    referenceAutoload: lastSwitch(modules, "reference_autoload", false),
    lines: modules.flatMap((entry) => {
      const directive = moduleDirective(entry.key);
      return directive === undefined ? [] : [{ directive, name: entry.value, position: entry.position }];
    }),
    uses: parseUses(entriesOf(config, "uses")),
    provides: parseProvides(entriesOf(config, "provides")),
    grants,
    defaultGrant,
    realms,
    defaultRealm,
    limits: parseLimits(entriesOf(config, "limits")),
    restarts: parseRestarts(entriesOf(config, "restart")),
  };
}

function checkSections({ sections }: ConfigFile): void {
  const seen = new Map<string, Position>();
  for (const { name, template, position } of sections) {
    const key = name.trim().toLowerCase();
    if (template || key === "modules") continue;
    const near = nearest(key, OWN_SECTIONS);
    if (near === undefined) continue;
    if (near !== name.toLowerCase()) fail(position, `unknown section "[${name}]": did you mean "[${near}]"`);
    const earlier = seen.get(near);
    if (earlier !== undefined) {
      fail(
        position,
        `"[${near}]" stands twice; join them, or write [${near}](+) for what follows line ${earlier.line}`,
      );
    }
    seen.set(near, position);
  }
}

function entriesOf(config: ConfigFile, section: string): readonly Entry[] {
  return config.section(section)?.entries ?? [];
}

function moduleDirective(key: string): ModuleDirective | undefined {
  return MODULE_DIRECTIVES.find((directive) => directive === key.toLowerCase());
}

function checkDirective(entry: Entry): void {
  if (moduleDirective(entry.key) !== undefined || SWITCHES.includes(entry.key.toLowerCase())) return;
  const near = nearest(entry.key, [...MODULE_DIRECTIVES, ...SWITCHES]);
  fail(entry.position, `Unknown configuration option '${entry.key}'${near ? `: did you mean "${near}"` : ""}`);
}

/** The last line wins; what Asterisk's `ast_true` takes is yes, everything else is no. */
function lastSwitch(entries: readonly Entry[], key: string, absent: boolean): boolean {
  const last = entries.findLast((entry) => entry.key.toLowerCase() === key);
  return last === undefined ? absent : /^(yes|true|y|t|1|on)$/i.test(last.value);
}

/** `type=` switches the type of the lines below it; `module` until then (seed 003). */
function parseUses(entries: readonly Entry[]): AdminUse[] {
  return parseTyped(entries, "module").map(({ type, key, value, position }) => {
    if (value === "") fail(position, `"${key}" has no value: expected the name of a ${type}`);
    return { user: key, type, name: value, position };
  });
}

/** `type=` says of what type the names below it are; nothing is assumed, for a module provides no module but itself. */
function parseProvides(entries: readonly Entry[]): AdminProvision[] {
  return parseTyped(entries, "module").map(({ type, key, value, position }) => {
    if (type === "module") {
      fail(position, `"${key} = ${value}" has no type: write a line such as type = service above it`);
    }
    if (!isModuleName(baseName(value))) fail(position, `"${value}" is no module: expected the one that has ${key}`);
    return { type, name: key, module: baseName(value), position };
  });
}

/** Lines with the type that stands above them. */
function parseTyped(entries: readonly Entry[], first: string): (Entry & { type: string })[] {
  let type = first;
  return entries.flatMap((entry) => {
    const { key, value, position } = entry;
    if (key.toLowerCase() !== "type") return [{ ...entry, key, value, position, type }];
    type = value.toLowerCase();
    if (!TYPE_REGEXP.test(type)) fail(position, `"${value}" is no type of thing: expected one such as application`);
    const near = nearest(type, KNOWN_TYPES);
    if (near !== undefined && near !== type) fail(position, `unknown type "${value}": did you mean "${near}"`);
    return [];
  });
}

function parseGrants(entries: readonly Entry[], variables: Readonly<Record<string, string>>) {
  const grants = new Map<string, Grant>();
  for (const entry of entries) {
    const key = nameKey(entry.key);
    const earlier = grants.get(key) ?? NOTHING;
    grants.set(key, addGrant(earlier, entry, variables));
  }
  const defaultGrant = grants.get(DEFAULT) ?? NOTHING;
  grants.delete(DEFAULT);
  return { grants, defaultGrant };
}

function addGrant(earlier: Grant, entry: Entry, variables: Readonly<Record<string, string>>): Grant {
  const word = entry.value.toLowerCase();
  // It takes back what stands above it: whoever writes none must not find that a line far up still grants something.
  // Only a denial stays: it wins wherever it stands.
  if (word === "none") {
    const kept = earlier.lines.filter(({ denied = false }) => denied);
    return { asAsked: false, lines: kept, decides: true, none: entry.position };
  }
  const { none: _none, ...granting } = earlier;
  if (word === "manifest") return { ...granting, asAsked: true, decides: true };
  const lines = grantLines(entry, variables);
  const grants = lines.some(({ denied = false }) => !denied);
  return { ...(grants ? granting : earlier), lines: [...earlier.lines, ...lines], decides: earlier.decides || grants };
}

function grantLines(entry: Entry, variables: Readonly<Record<string, string>>): PermissionLine[] {
  const [, kindText = "", list = ""] = /^([^=]*?)\s*=\s*(.*)$/.exec(entry.value) ?? [];
  const word = parseKind(kindText);
  if (word === undefined) {
    const near = nearest(kindText.toLowerCase(), KIND_WORDS);
    fail(
      entry.position,
      `"${entry.value}" is no grant: expected none, manifest, or kind=value with one of ${
        PERMISSION_KINDS.join(", ")
      }, "deny-" in front of it takes away` +
        (near ? `; did you mean "${near}"` : ""),
    );
  }
  return splitList(list).map((value) => {
    const normal = normalizeScope(word.kind, expand(value, { variables, position: entry.position }));
    if ("fault" in normal) fail(entry.position, normal.fault);
    // Of a denial it is told where it stands.
    return word.denied
      ? { ...word, value: normal.value, position: entry.position }
      : { kind: word.kind, value: normal.value };
  });
}

function expand(value: string, at: { variables: Readonly<Record<string, string>>; position: Position }): string {
  try {
    return expandVariables(value, at.variables);
  } catch (error) {
    fail(at.position, (error as TypeError).message);
  }
}

function parseRealms(entries: readonly Entry[]) {
  const realms = new Map<string, RealmChoice>();
  for (const { key, value, position } of entries) {
    const choice = REALM_CHOICES.find((one) => one === value.toLowerCase());
    if (choice === undefined) fail(position, `"${value}" is no realm: expected ${REALM_CHOICES.join(", ")}`);
    realms.set(nameKey(key), choice);
  }
  const defaultRealm = realms.get(DEFAULT) ?? "shared";
  realms.delete(DEFAULT);
  return { realms, defaultRealm };
}

function fail(position: Position, reason: string): never {
  throw new ConfigError(reason, { position });
}
