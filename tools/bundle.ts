/**
 * Makes one plain JavaScript file out of an entry and all it imports. Why it exists: a compiled binary runs no
 * TypeScript and embeds npm packages whole, and a module must be one file for its checksum to say what will run.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { LOCK_FLAG, ROOT, runDeno, ToolError } from "./process.ts";

/** What is bundled and how. */
export interface BundleOptions {
  /** Directory that the entries are relative to; comments in the output name files relative to it. */
  readonly cwd: string;
  /** Paths below `cwd`. */
  readonly entries: readonly string[];
  /** Specifiers left as imports. */
  readonly external?: readonly string[];
  /** Further flags of `deno bundle`. */
  readonly flags?: readonly string[];
}

/**
 * Bundles every entry on its own.
 *
 * @returns the JavaScript of each entry, by its path as given
 * @throws {ToolError} with what `deno bundle` said when it fails
 */
export async function bundle(options: BundleOptions): Promise<Map<string, string>> {
  const { entries, external = [], flags = [] } = options;
  const cwd = await Deno.realPath(options.cwd);
  const outdir = await Deno.makeTempDir({ prefix: "asterism-bundle-" });
  try {
    const { code, stderr } = await runDeno([
      "bundle",
      "--quiet",
      ...["--config", join(ROOT, "deno.json"), LOCK_FLAG],
      ...external.flatMap((specifier) => ["--external", specifier]),
      ...flags,
      ...["--outdir", outdir],
      ...entries,
    ], { cwd });
    if (code !== 0) throw new ToolError(`Cannot bundle ${entries.join(", ")} in ${cwd}: deno bundle said\n${stderr}`);
    const base = commonDirectory(entries);
    const outputs = entries.map(async (entry) => {
      const output = join(outdir, entry.slice(base.length).replace(/\.[cm]?[jt]s$/, ".js"));
      return [entry, portable(await Deno.readTextFile(output))] as const;
    });
    return new Map(await Promise.all(outputs));
  } finally {
    await Deno.remove(outdir, { recursive: true });
  }
}

/** The directory, with a slash at its end, below which all entries lie; the bundler keeps what follows it. */
export function commonDirectory(entries: readonly string[]): string {
  const [first = [], ...others] = entries.map((entry) => dirname(entry).split("/").filter((part) => part !== "."));
  const length = others.reduce((shared, parts) => {
    const differs = first.findIndex((part, index) => index >= shared || part !== parts[index]);
    return differs < 0 ? shared : differs;
  }, first.length);
  return first.slice(0, length).map((part) => `${part}/`).join("");
}

/**
 * The bundle without traces of the machine it was made on: the bundler names each npm file by its place in Deno's cache,
 * which differs from machine to machine and would change the checksum.
 */
export function portable(javascript: string): string {
  const place = String.raw`(?:[^"\n]*\/)?npm\/[^/"\s]+\/((?:@[^/"\s]+\/)?[^/"\s]+)\/(\d[^/"\s]*)\/([^"\n]+)`;
  return javascript
    .replace(new RegExp(`^// ${place}$`, "gm"), "// npm:$1@$2/$3")
    .replace(new RegExp(`^(\\s*)"${place}"(?=\\()`, "gm"), '$1"npm:$2@$3/$4"');
}
