/**
 * The project's TypeScript files. Why it exists: several checks walk the same directories.
 *
 * @module
 */
import { join } from "@std/path";
import { ROOT } from "./process.ts";

/** Directories and files at the root that hold code. */
export const CODE: readonly string[] = ["main.ts", "mod.ts", "src", "modules", "tools", "tests", "bench"];

/** Those of {@linkcode CODE} that are there: a young tree does not have all of them. */
export function presentCode(among: readonly string[] = CODE): string[] {
  return among.filter((path) => {
    try {
      return Deno.statSync(join(ROOT, path)).isFile || typeScriptFiles([path]).length > 0;
    } catch {
      return false;
    }
  });
}

/** Paths from the root of all `.ts` files in the given files and directories, sorted. */
export function typeScriptFiles(among: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (path: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, path))) {
      if (isDirectory) visit(`${path}/${name}`);
      else if (name.endsWith(".ts")) found.push(`${path}/${name}`);
    }
  };
  for (const path of among) {
    if (path.endsWith(".ts")) found.push(path);
    else visit(path);
  }
  return found.sort();
}
