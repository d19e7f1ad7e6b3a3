import { isAbsolute, resolve } from "@std/path";
import { isPermissionKind, kindWord, normalizeScope, type PermissionLine, permissionSet } from "../permission/mod.ts";

/** What a path that Deno does not name stands for. */
export interface Places {
  readonly cwd: string;
  readonly tmp: string;
}

const DENIAL_REGEXP = /^Requires ([a-z]+) access(?: to (?:"(.*?)"|(<[A-Z_]+>)))?(?:,|$)/s;

/** The permission that a denial of Deno's names; undefined for what cannot be granted to a module. */
export function parseDenial(message: string, { cwd, tmp }: Places): PermissionLine | undefined {
  const [, kind = "", quoted, place] = DENIAL_REGEXP.exec(message) ?? [];
  if (!isPermissionKind(kind)) return undefined;
  let value = quoted ?? "*";
  if (place !== undefined) value = place === "<TMP>" ? tmp : place === "<CWD>" ? cwd : "*";
  const isPath = kind === "read" || kind === "write" || kind === "ffi";
  if (isPath && value !== "*" && !isAbsolute(value)) value = resolve(cwd, value);
  const normal = normalizeScope(kind, value);
  return "fault" in normal ? undefined : { kind, value: normal.value };
}

/** A permission on one line: `read=/srv`. The same ones have the same text. */
export function lineKey({ kind, value }: PermissionLine): string {
  return `${kind}=${value}`;
}

/** What was learned, without what is already known; two of one kind and value are one. */
export function newLines(denied: readonly PermissionLine[], known: readonly PermissionLine[]): PermissionLine[] {
  const seen = new Set(known.map(lineKey));
  return denied.filter((line) => !seen.has(lineKey(line)) && seen.add(lineKey(line)));
}

/** Those that no other one contains. */
export function withoutContained(lines: readonly PermissionLine[]): PermissionLine[] {
  const set = permissionSet(lines);
  return lines.filter(({ kind, value }) => set[kind].includes(value));
}

/** What a module needs, by where it has to be written. */
export interface LearnedLines {
  /** What it was denied and needs: for both files. */
  readonly needed: readonly PermissionLine[];
  /** What its manifest asks for in other lines: for modules.conf alone. */
  readonly implied: readonly PermissionLine[];
  /** What its manifest asks for and nothing has needed: without a grant the module is declined. */
  readonly unneeded: readonly PermissionLine[];
  /** Denials of the manifest itself. */
  readonly denied: readonly PermissionLine[];
}

/** Sections of a manifest and of modules.conf that give a module these permissions. */
export function formatLearned(
  module: string,
  { needed, implied, unneeded, denied }: LearnedLines,
  directories: Readonly<Record<string, string>>,
): string {
  const written = (lines: readonly PermissionLine[]) =>
    lines.map((line) => ({
      kind: kindWord(line),
      value: withVariables(line.value, directories).replaceAll(";", "\\;"),
    })).sort((a, b) => a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.value < b.value ? -1 : 1);
  const granting = (lines: readonly PermissionLine[]) =>
    written(lines).map(({ kind, value }) => `${module} = ${kind}=${value}\n`).join("");
  const asked = written([...needed, ...denied]).map(({ kind, value }) => `${kind} = ${value}\n`).join("");
  const parts = needed.length === 0 ? [] : [`; for ${module}.manifest\n[permissions]\n${asked}`];
  const granted = granting([...needed, ...implied]);
  const more = unneeded.length === 0
    ? ""
    : `; ${module}.manifest asks for this, too, which nothing has needed: grant it, or take it out there; else ${module} is declined\n` +
      granting(unneeded);
  if (granted + more !== "") parts.push(`; for modules.conf\n[permissions]\n${granted}${more}`);
  return parts.length === 0 ? `; ${module} needs no permissions\n` : parts.join("\n");
}

/** A path with the directory of the host that it is in, the longest, as `\${name}`. */
function withVariables(value: string, directories: Readonly<Record<string, string>>): string {
  const [name, path] = Object.entries(directories)
    .filter(([, path]) => isAbsolute(path) && (value === path || value.startsWith(`${path}/`)))
    .sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return name === undefined || path === undefined ? value : `\${${name}}${value.slice(path.length)}`;
}

const DENIES_REGEXP = /^\s*deny-/i;

/** A manifest that asks for exactly these permissions; what it denies itself it goes on denying. */
export function askingFor(manifest: string, lines: readonly PermissionLine[]): string {
  let inside = false;
  const others = manifest.split("\n").filter((line) => {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) inside = section.trim().toLowerCase() === "permissions";
    return !inside || DENIES_REGEXP.test(line);
  });
  const asked = lines.map(({ kind, value }) => `${kind} = ${value.replaceAll(";", "\\;")}`);
  const denied = others.filter((line) => DENIES_REGEXP.test(line));
  return [...others.filter((line) => !DENIES_REGEXP.test(line)), "[permissions]", ...denied, ...asked, ""].join("\n");
}
