import { LOAD_PRIORITIES } from "../module_api/mod.ts";
import { kindWord } from "../permission/mod.ts";
import type { Manifest, Provision } from "./model.ts";
import { nameKey } from "./name.ts";

/** Something needed or provided, wherever it comes from. */
export type ManifestThing = Pick<Provision, "type" | "name"> & { readonly priority?: number };

/** What a manifest's text is made of: a {@linkcode Manifest}, places and the file's own path aside. */
export interface ManifestContent extends
  Omit<
    Manifest,
    "file" | "loadPriority" | "optionalModules" | "enhances" | "conflicts" | "uses" | "canUse" | "provides"
  > {
  /** A number, or one of Asterisk's names. */
  readonly loadPriority: number | string;
  /** See {@linkcode Manifest.optionalModules}. */
  readonly optionalModules: readonly ManifestThing[];
  /** See {@linkcode Manifest.enhances}. */
  readonly enhances: readonly ManifestThing[];
  /** See {@linkcode Manifest.conflicts}. */
  readonly conflicts: readonly ManifestThing[];
  /** See {@linkcode Manifest.uses}. */
  readonly uses: readonly ManifestThing[];
  /** See {@linkcode Manifest.canUse}. */
  readonly canUse: readonly ManifestThing[];
  /** See {@linkcode Manifest.provides}; the module itself is not written. */
  readonly provides: readonly ManifestThing[];
}

/**
 * Writes a manifest so that reading it gives the same again. The same content gives the same text, byte for byte.
 *
 * @param content what to write
 * @param comment a first line for people, without `;`
 * @returns the text of a `.manifest` file
 */
export function stringifyManifest(content: ManifestContent, comment?: string): string {
  const sections: [string, string[]][] = [
    ["module", moduleLines(content)],
    ["uses", content.uses.map(thingLine)],
    ["canuse", content.canUse.map(thingLine)],
    ["provides", content.provides.filter((thing) => !isSelf(thing, content.name)).map(thingLine)],
    ["permissions", content.permissions.map((one) => line(kindWord(one), one.value))],
  ];
  const head = comment === undefined ? "" : `; ${escapeValue(comment)}\n`;
  return head + sections.filter(([, lines]) => lines.length > 0)
    .map(([section, lines]) => `[${section}]\n${[...new Set(lines)].join("\n")}\n`).join("");
}

function moduleLines(content: ManifestContent): string[] {
  return [
    line("name", content.name),
    ...(content.checksum === undefined ? [] : [line("checksum", content.checksum)]),
    ...(content.description === "" ? [] : [line("description", content.description)]),
    ...(content.supportLevel === "unknown" ? [] : [line("support_level", content.supportLevel)]),
    ...(content.license === "" ? [] : [line("license", content.license)]),
    line("load_priority", priorityName(content.loadPriority)),
    ...(content.exportGlobals ? [line("export_globals", "yes")] : []),
    ...(content.blockUnload === undefined ? [] : [line("block_unload", String(content.blockUnload))]),
    ...(content.defaultEnabled ? [] : [line("default_enabled", "no")]),
    ...content.optionalModules.map(({ name }) => line("optional_modules", name)),
    ...content.enhances.map(({ name }) => line("enhances", name)),
    ...content.conflicts.map(({ name }) => line("conflicts", name)),
    ...content.configs.map((config) => line("config", config)),
  ];
}

function thingLine({ type, name, priority = 0 }: ManifestThing): string {
  return line(type, priority === 0 ? name : `${name}:${priority}`);
}

function isSelf({ type, name }: ManifestThing, self: string): boolean {
  return type === "module" && nameKey(name) === nameKey(self);
}

/** Asterisk's word where there is one. */
function priorityName(priority: number | string): string {
  if (typeof priority === "string") return priority.toLowerCase().replace(/^ast_modpri_/, "");
  return Object.entries(LOAD_PRIORITIES).find(([, value]) => value === priority)?.[0] ?? String(priority);
}

function line(key: string, value: string): string {
  return `${key} = ${escapeValue(value)}`;
}

/** A value that the configuration reader reads back: one line, semicolons not the begin of a comment. */
function escapeValue(value: string): string {
  // deno-lint-ignore no-control-regex -- what the reader takes for blanks, and the rest that has no place on a line
  return value.replace(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, " ").trim().replaceAll(";", "\\;");
}
