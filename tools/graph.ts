/**
 * Which file imports which. Why it exists: `deno info` resolves as the runtime does and lists type-only imports too, but
 * takes one entry at a time.
 *
 * @module
 */
import { fromFileUrl, join, relative, toFileUrl } from "@std/path";
import { ROOT, runDeno, ToolError } from "./process.ts";

/** One import or re-export, types included. */
export interface Import {
  /** The importing file: its path from the root. */
  readonly from: string;
  /** Line, from 1. */
  readonly line: number;
  /** What is written there. */
  readonly specifier: string;
  /** The imported file's path from the root, or a package such as `npm:capnweb`. */
  readonly to: string;
}

/** What `deno info --json` prints, as far as it is used here. */
export interface InfoOutput {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly InfoDependency[];
  }[];
}

interface InfoDependency {
  readonly specifier: string;
  readonly code?: InfoTarget;
  readonly type?: InfoTarget;
}

interface InfoTarget {
  readonly specifier?: string;
  readonly error?: string;
  readonly span: { readonly start: { readonly line: number } };
}

/**
 * Imports between the given files and of all they reach.
 *
 * @param files paths from the root
 * @throws {ToolError} when a file cannot be read or an import cannot be resolved
 */
export async function importGraph(files: readonly string[]): Promise<Import[]> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-graph-" });
  try {
    const entry = join(directory, "all.ts");
    await Deno.writeTextFile(
      entry,
      files.map((file) => `import ${JSON.stringify(toFileUrl(join(ROOT, file)))};\n`).join(""),
    );
    const { code, stdout, stderr } = await runDeno(
      ["info", "--json", "--no-lock", "--config", join(ROOT, "deno.json"), entry],
    );
    if (code !== 0) throw new ToolError(`Cannot read the imports: deno info said\n${stderr}`);
    return readGraph(JSON.parse(stdout), ROOT);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The imports of all files below `root` in what `deno info` printed. */
export function readGraph(info: InfoOutput, root: string): Import[] {
  return info.modules.flatMap(({ specifier, error, dependencies = [] }) => {
    const from = pathBelow(root, specifier);
    if (from === undefined) return [];
    if (error !== undefined) throw new ToolError(`Cannot read the imports of ${from}: ${error}`);
    return dependencies.flatMap((dependency) => {
      const target = dependency.code ?? dependency.type;
      if (target === undefined) return [];
      const line = target.span.start.line + 1;
      if (target.specifier === undefined) {
        throw new ToolError(`${from}:${line}: Cannot resolve "${dependency.specifier}": ${target.error}`);
      }
      const to = pathBelow(root, target.specifier) ??
        target.specifier.replace(/^npm:\/?((?:@[^/]+\/)?[^@/]+).*$/, "npm:$1");
      return [{ from, line, specifier: dependency.specifier, to }];
    });
  });
}

function pathBelow(root: string, specifier: string): string | undefined {
  if (!specifier.startsWith("file:")) return undefined;
  const path = relative(root, fromFileUrl(specifier));
  return path.startsWith("..") ? undefined : path;
}
