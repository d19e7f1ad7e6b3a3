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
  const base = commonDirectory(options.entries);
  const outputs = await bundleFiles(options);
  return new Map(options.entries.map((entry) => {
    const output = entry.slice(base.length).replace(/\.[cm]?[jt]s$/, ".js");
    return [entry, outputs.get(output) ?? ""];
  }));
}

/**
 * Bundles one entry into several files: what is imported with `import()` only is in files of its own, loaded when they
 * are needed, and what these share with the rest is in files that both import. No code is there twice.
 *
 * @returns the JavaScript of each file, by its name; the entry's is that of its source
 * @throws {ToolError} with what `deno bundle` said when it fails
 */
export async function bundleSplit(cwd: string, entry: string): Promise<Map<string, string>> {
  return await bundleFiles({ cwd, entries: [entry], flags: ["--code-splitting"] });
}

/** Runs the bundler; all that it writes, by path. */
async function bundleFiles(options: BundleOptions): Promise<Map<string, string>> {
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
    const paths = filesBelow(outdir);
    return new Map(
      await Promise.all(
        paths.map(async (path) => [path, portable(await Deno.readTextFile(join(outdir, path)))] as const),
      ),
    );
  } finally {
    await Deno.remove(outdir, { recursive: true });
  }
}

function filesBelow(directory: string, below = ""): string[] {
  return [...Deno.readDirSync(join(directory, below))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(directory, `${below}${name}/`) : [below + name]
  );
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
