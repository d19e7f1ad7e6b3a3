import { type ConfigFile, type ConfigWarning, type Entry, parse, type Section } from "../config/mod.ts";
import { type ConfigError, printable } from "../fault/mod.ts";
import { fail, failAt, FaultSink, unknownWord } from "./entry.ts";
import { EVERYTHING, type PermissionRequest } from "../permission/mod.ts";
import type { Manifest } from "./model.ts";
import { readModuleSection } from "./module_keys.ts";
import { readNeeds, readPermissions, readProvisions } from "./things.ts";

const SECTIONS = ["module", "uses", "canuse", "provides", "permissions"] as const;
/** A header takes lines from few templates and templates from none: a page of text must not become a gigabyte. */
const MAX_BASES = 4;
/** More lines than any module has things to say. */
const MAX_LINES = 5_000;
/** Control characters but the tab, and what a decoder puts for bytes it cannot read. */
// deno-lint-ignore no-control-regex -- finding them is the purpose
const UNFIT_REGEXP = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]/;

/** Lines of characters that are themselves wherever they are shown. */
const PLAIN_REGEXP = /^[\n\x20-\x7e]*$/;
/** What directives, lines that are added to and headers with templates are written with. */
const MARKED_REGEXP = /#|\+=|\]\s*\(/;

/** A manifest as it was read: complete, or with all that is wrong with it. */
export type ManifestReading =
  | { readonly manifest: Manifest; readonly faults: readonly [] }
  | { readonly manifest: undefined; readonly faults: readonly [ConfigError, ...ConfigError[]] };

/**
 * Reads and checks a manifest (seed 003).
 *
 * @param text the manifest's text
 * @param file its path, used in errors; the name in it must be the file's
 * @throws {ConfigError} at the first fault: unknown section or key, wrong value, missing name, name unlike the file's
 */
export function parseManifest(text: string, file: string): Manifest {
  const { manifest, faults } = readManifest(text, file);
  if (manifest === undefined) throw faults[0];
  return manifest;
}

/**
 * Reads and checks a manifest as {@linkcode parseManifest} does, and finds all that is wrong in one reading.
 *
 * @param text the manifest's text
 * @param file its path, used in errors
 * @returns the manifest, or its faults as they were found
 */
export function readManifest(text: string, file: string): ManifestReading {
  const sink = new FaultSink();
  const manifest = sink.attempt(() => {
    const plain = isPlain(text);
    if (!plain) checkShape(text, file);
    const onWarning = ({ position, message }: ConfigWarning) => void sink.attempt(() => failAt(position, message));
    return readSections(parse(text, { file, onWarning }), sink, plain);
  });
  const [first, ...others] = sink.faults;
  if (first !== undefined) return { manifest: undefined, faults: [first, ...others] };
  return { manifest: manifest as Manifest, faults: [] };
}

function readSections(config: ConfigFile, sink: FaultSink, plain: boolean): Manifest {
  checkSections(config, sink);
  if (!plain) checkCharacters(config, sink);
  const section = config.section("module");
  if (section === undefined) {
    failAt({ file: config.file, line: 1 }, 'Cannot read the manifest: it has no "[module]" section');
  }
  const own = baseOf(config.file);
  const draft = readModuleSection(section, sink);
  const name = sink.attempt(() => nameOf(draft.name, section, own)) ?? own;
  const permissions = readPermissions(config.section("permissions"), sink);
  return {
    name,
    checksum: draft.checksum,
    description: draft.description ?? "",
    supportLevel: draft.supportLevel ?? "unknown",
    license: draft.license ?? "",
    loadPriority: draft.loadPriority ?? 128,
    exportGlobals: draft.exportGlobals ?? false,
    blockUnload: draft.blockUnload,
    defaultEnabled: draft.defaultEnabled ?? true,
    optionalModules: draft.optionalModules,
    enhances: draft.enhances,
    conflicts: draft.conflicts,
    configs: [...draft.configs, ...askedConfigs(permissions, draft.configs)],
    uses: readNeeds(config.section("uses"), sink),
    canUse: readNeeds(config.section("canuse"), sink),
    provides: [
      { type: "module", name, priority: 0, position: section.position },
      ...readProvisions(config.section("provides"), name, sink),
    ],
    permissions,
    file: config.file,
  };
}

/** Files that only `[permissions]` names: who asks for one reads it. */
function askedConfigs(permissions: PermissionRequest, named: readonly string[]): string[] {
  return permissions.filter(({ kind, value, denied = false }) =>
    kind === "config" && !denied && value !== EVERYTHING && !named.some((one) => one.toLowerCase() === value)
  ).map(({ value }) => value);
}

/** What must hold before the reader is given the text: no manifest may make it read other files or grow without end. */
function checkShape(text: string, file: string): void {
  const lines = text.split("\n", MAX_LINES + 1);
  if (lines.length > MAX_LINES) failAt({ file, line: MAX_LINES + 1 }, `a manifest has at most ${MAX_LINES} lines`);
  lines.forEach((line, index) => {
    const refuse = (reason: string) => failAt({ file, line: index + 1 }, reason);
    if (UNFIT_REGEXP.test(line.replace(/\r$/, ""))) {
      refuse(`it has a character that cannot be shown, or is no UTF-8: "${printable(line, 60)}"`);
    }
    if (/^\s*#/.test(line)) refuse(`"${printable(line.trim(), 60)}": a manifest has no directives; it is one file`);
    if (/^[^;=]*\+=/.test(line)) refuse('a manifest has no "+="; write the value in one line');
    const bases = /^\s*\[[^\]]*\]\s*\(([^)]*)/.exec(line)?.[1]?.split(",").map((base) => base.trim()) ?? [];
    const inherited = bases.filter((base) => base !== "!" && base !== "+");
    if (inherited.length > MAX_BASES) refuse(`a section takes lines from at most ${MAX_BASES} templates`);
    if (inherited.length > 0 && bases.includes("!")) refuse("a template of a manifest takes no lines from another");
  });
}

/**
 * Whether a text has nothing that one of the checks could object to. Nearly all manifests are so, and every start reads
 * all of them.
 */
function isPlain(text: string): boolean {
  return text.length < MAX_LINES && PLAIN_REGEXP.test(text) && !MARKED_REGEXP.test(text);
}

function checkSections(config: ConfigFile, sink: FaultSink): void {
  const seen = new Map<string, Section>();
  for (const section of config.sections) {
    if (section.template) continue;
    const name = section.name.toLowerCase();
    const earlier = seen.get(name);
    sink.attempt(() => {
      if (!(SECTIONS as readonly string[]).includes(name)) {
        failAt(section.position, unknownWord("section", section.name, SECTIONS));
      }
      if (earlier !== undefined) {
        failAt(section.position, `section "[${name}]" stands twice; the first is at line ${earlier.position.line}`);
      }
    });
    seen.set(name, earlier ?? section);
  }
}

/** The name in the manifest, which is the file's. A line that names it wrongly has been told of already. */
function nameOf(entry: Entry | undefined, { position, entries }: Section, own: string): string {
  if (entry === undefined) {
    if (entries.some(({ key }) => /^name$/i.test(key))) return own;
    failAt(position, 'Cannot read the manifest: "[module]" has no "name"');
  }
  if (entry.value !== own) {
    fail(entry, `name "${entry.value}" is unlike the file's: expected a file "${entry.value}.manifest"`);
  }
  return own;
}

function baseOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.manifest$/, "");
}

/** What stands in a manifest is shown to people and compared; nothing in it may hide, forge a line or turn text round. */
function checkCharacters({ sections }: ConfigFile, sink: FaultSink): void {
  for (const { entries } of sections) {
    for (const entry of entries) {
      const { key, value } = entry;
      if (printable(value, value.length) === value && printable(key, key.length) === key) continue;
      sink.attempt(() =>
        fail(entry, `"${printable(key)}" has a character that cannot be shown: "${printable(value)}"`)
      );
    }
  }
}
