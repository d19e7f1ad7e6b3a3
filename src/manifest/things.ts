import type { Entry, Section } from "../config/mod.ts";
import { nearest } from "../fault/mod.ts";
import { KIND_WORDS, normalizeScope, parseKind, type PermissionLine } from "../permission/mod.ts";
import { checkModule, fail, failAt, type FaultSink, unknownWord } from "./entry.ts";
import { splitList } from "./module_keys.ts";
import { KNOWN_TYPES, type Need, type Provision } from "./model.ts";
import { nameKey } from "./name.ts";

const TYPE_REGEXP = /^[a-z][a-z0-9_-]{0,63}$/;
/** Plain characters only: what looks like another name must not be another one. */
const THING_REGEXP = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

/** Most console commands of one module: it may register no more. */
const MAX_COMMANDS = 1_000;

/** Reads `[uses]` or `[canuse]`. */
export function readNeeds(section: Section | undefined, sink: FaultSink): Need[] {
  const needs = entriesOf(section).flatMap((entry) => sink.attempt(() => need(entry)) ?? []);
  refuseTwins(needs, sink);
  return needs;
}

/** Reads `[provides]`; what is implied, the module itself, is left out. */
export function readProvisions(section: Section | undefined, self: string, sink: FaultSink): Provision[] {
  const provisions = entriesOf(section).flatMap((entry) => sink.attempt(() => provision(entry, self)) ?? []);
  refuseTwins(provisions, sink);
  const beyond = provisions.filter(({ type }) => type === "command")[MAX_COMMANDS];
  if (beyond !== undefined) {
    sink.attempt(() => failAt(beyond.position, `a module provides at most ${MAX_COMMANDS} commands`));
  }
  return provisions;
}

/** Reads `[permissions]`. */
export function readPermissions(section: Section | undefined, sink: FaultSink): PermissionLine[] {
  return entriesOf(section).flatMap((entry) => sink.attempt(() => permissionLines(entry)) ?? []);
}

function entriesOf(section: Section | undefined): readonly Entry[] {
  return section?.entries ?? [];
}

/** The same line twice is a mistake: of two services with different priorities nobody could say which is meant. */
function refuseTwins(needs: readonly Need[], sink: FaultSink): void {
  const seen = new Map<string, Need>();
  for (const one of needs) {
    const key = `${one.type}=${one.type === "module" ? nameKey(one.name) : one.name.toLowerCase()}`;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, one);
    else {
      sink.attempt(() =>
        failAt(one.position, `${one.type} = ${one.name} stands twice, first at line ${earlier.position.line}`)
      );
    }
  }
}

function need(entry: Entry): Need {
  const type = entry.key.toLowerCase();
  if (!TYPE_REGEXP.test(type)) fail(entry, `"${entry.key}" is no type of thing: expected one such as application`);
  // Every line of every manifest comes by here at a start, and looking for what is meant is dear.
  if (!(KNOWN_TYPES as readonly string[]).includes(type) && nearest(type, KNOWN_TYPES) !== undefined) {
    fail(entry, unknownWord("type", entry.key, KNOWN_TYPES));
  }
  if (entry.value === "") fail(entry, `"${entry.key}" has no value: expected the name of a ${type}`);
  if (type === "module") checkModule(entry, entry.value);
  else if (!THING_REGEXP.test(entry.value)) {
    fail(entry, `"${entry.value}" cannot name any ${type}: at most 200 letters, digits and signs of ASCII`);
  }
  return { type, name: entry.value, position: entry.position };
}

function provision(entry: Entry, self: string): Provision[] {
  const { type, name, position } = need(entry);
  if (type === "module") {
    // Nobody provides another module: who uses one means that one.
    if (nameKey(name) === nameKey(self)) return [];
    fail(entry, `a module provides no module but itself; remove module = ${name}`);
  }
  if (type !== "service") return [{ type, name, priority: 0, position }];
  const [, service, priority] = /^(.*?)\s*(?::\s*(\d{1,9}))?$/.exec(name) ?? [];
  if (!service || service.includes(":")) {
    fail(entry, `"${name}" is no service: expected a name, or name:priority such as timer:200`);
  }
  return [{ type, name: service, priority: Number(priority ?? 0), position }];
}

function permissionLines(entry: Entry): PermissionLine[] {
  const word = parseKind(entry.key);
  if (word === undefined) fail(entry, unknownWord("permission", entry.key, KIND_WORDS));
  const { kind, denied } = word;
  return splitList(entry.value).map((value) => {
    // Values with variables are checked when the host's directories are known.
    const normal = value.includes("${") ? { value } : normalizeScope(kind, value);
    if ("fault" in normal) fail(entry, normal.fault);
    const { position } = entry;
    return denied ? { kind, value, denied, position } : { kind, value, position };
  });
}
