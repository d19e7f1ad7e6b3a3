import { dirname, join } from "@std/path";
import type { GrantedLink } from "../loader/mod.ts";
import { EVERYTHING, type PermissionSet } from "../permission/mod.ts";

/** Entries of granted directories that are looked at; a tree of more is the operator's affair. */
const MAX_ENTRIES = 20_000;

/** The path without symbolic links; of what does not exist, the rest as it is written. */
export function resolvePath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(resolvePath(parent), path.slice(parent === "/" ? 1 : parent.length + 1));
  }
}

/**
 * Links below granted directories that lead out of what is granted for the same kind. Deno checks the path that a module
 * names and follows links afterwards, so each would be a grant that nobody gave. Modules cannot make links: Deno has that
 * need permission to read and write everything.
 */
export function linksOut(set: PermissionSet): GrantedLink[] {
  const found: GrantedLink[] = [];
  for (const kind of ["read", "write"] as const) {
    if (set[kind].includes(EVERYTHING)) continue;
    let left = MAX_ENTRIES;
    const open = [...set[kind]].map((value) => ({ value, directory: resolvePath(value) }));
    for (let next = open.pop(); next !== undefined && left > 0; next = open.pop()) {
      const { value, directory } = next;
      for (const { name, isDirectory, isSymlink } of entries(directory)) {
        if (--left < 0) break;
        const path = join(directory, name);
        if (isDirectory) open.push({ value, directory: path });
        if (!isSymlink) continue;
        const target = resolvePath(path);
        if (!isBelow(target, set[kind])) found.push({ kind, value, link: path, target });
      }
    }
  }
  return found;
}

function isBelow(path: string, directories: readonly string[]): boolean {
  return directories.some((one) => path === one || path.startsWith(one === "/" ? one : `${one}/`));
}

function entries(directory: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(directory)];
  } catch {
    // A file, or nothing yet, or what the program itself may not read.
    return [];
  }
}
