import { isAbsolute, resolve } from "@std/path";
import { isPermissionKind, normalizeScope, type PermissionLine, permissionSet } from "../permission/mod.ts";

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

/** What was learned, without what is already known; two of one kind and value are one. */
export function newLines(denied: readonly PermissionLine[], known: readonly PermissionLine[]): PermissionLine[] {
  const keyOf = ({ kind, value }: PermissionLine) => `${kind}=${value}`;
  const seen = new Set(known.map(keyOf));
  return denied.filter((line) => !seen.has(keyOf(line)) && seen.add(keyOf(line)));
}

/** Those that no other one contains. */
export function withoutContained(lines: readonly PermissionLine[]): PermissionLine[] {
  const set = permissionSet(lines);
  return lines.filter(({ kind, value }) => set[kind].includes(value));
}

/** Sections of a manifest and of modules.conf that give a module these permissions. */
export function formatLearned(
  module: string,
  lines: readonly PermissionLine[],
  directories: Readonly<Record<string, string>>,
): string {
  if (lines.length === 0) return `; ${module} needs no permissions\n`;
  const shown = lines.map(({ kind, value }) => ({
    kind,
    value: withVariables(value, directories).replaceAll(";", "\\;"),
  }))
    .sort((a, b) => a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.value < b.value ? -1 : 1);
  const asked = shown.map(({ kind, value }) => `${kind} = ${value}\n`).join("");
  const granted = shown.map(({ kind, value }) => `${module} = ${kind}=${value}\n`).join("");
  return `; for ${module}.manifest\n[permissions]\n${asked}\n; for modules.conf\n[permissions]\n${granted}`;
}

/** A path with the directory of the host that it is in, the longest, as `\${name}`. */
function withVariables(value: string, directories: Readonly<Record<string, string>>): string {
  const [name, path] = Object.entries(directories)
    .filter(([, path]) => isAbsolute(path) && (value === path || value.startsWith(`${path}/`)))
    .sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return name === undefined || path === undefined ? value : `\${${name}}${value.slice(path.length)}`;
}

/** A manifest that asks for exactly these permissions. */
export function askingFor(manifest: string, lines: readonly PermissionLine[]): string {
  let inside = false;
  const others = manifest.split("\n").filter((line) => {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) inside = section.trim().toLowerCase() === "permissions";
    return !inside;
  });
  const asked = lines.map(({ kind, value }) => `${kind} = ${value.replaceAll(";", "\\;")}`);
  return [...others, "[permissions]", ...asked, ""].join("\n");
}
