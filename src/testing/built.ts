import { basename, dirname, fromFileUrl, join, resolve } from "@std/path";
import { HostError } from "../fault/mod.ts";
import { type Manifest, parseManifest } from "../manifest/mod.ts";

/** A module as it was built. */
export interface BuiltModule {
  /** The module's name. */
  readonly name: string;
  /** The text of its file. */
  readonly source: string;
  /** The text of its manifest. */
  readonly manifestText: string;
  /** What the manifest says. */
  readonly manifest: Manifest;
}

/**
 * Reads a built module and its manifest. A source that is newer than what was built from it is refused: the test would
 * be about another module than the one its author looks at.
 *
 * @param file `<name>.js`, or the `<name>.ts` beside it
 * @throws {HostError} with code `not-found` when one of the two files is missing, `state` when the source is newer
 * @throws {ConfigError} when the manifest is wrong
 */
export function readBuilt(file: string | URL): BuiltModule {
  const path = resolve(typeof file === "string" && !file.startsWith("file:") ? file : fromFileUrl(file));
  const directory = dirname(path);
  const name = basename(path).replace(/\.[cm]?[jt]s$/, "");
  const base = join(directory, name);
  const cure = `build it: deno task manifests ${directory}`;
  const source = readText(`${base}.js`, cure);
  const manifestText = readText(`${base}.manifest`, cure);
  const built = modified(`${base}.js`);
  for (const origin of [`${base}.ts`, join(base, "mod.ts")]) {
    if (modified(origin) > built) throw new HostError("state", `${origin} is newer than ${base}.js; ${cure}`);
  }
  return { name, source, manifestText, manifest: parseManifest(manifestText, `${base}.manifest`) };
}

function readText(path: string, cure: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new HostError("not-found", `There is no ${path}; ${cure}`, { cause });
  }
}

/** When a file was changed, 0 when there is none. */
function modified(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}
