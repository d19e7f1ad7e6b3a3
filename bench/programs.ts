/**
 * The compiled programs that are started: Asterism and what it is compared with.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { compile, parseRequest, stage } from "../tools/compile.ts";
import { findDenort } from "../tools/denort.ts";
import { ROOT, runDeno, ToolError } from "../tools/process.ts";

const BASELINE = fromFileUrl(new URL("./baseline", import.meta.url));

/** Paths of executables. */
export interface Programs {
  readonly asterism: string;
  /** Prints `hello`. */
  readonly hello: string;
  /** Imports all modules of a directory in one Worker and prints `imported`. */
  readonly importAll: string;
  /** Modules embedded in Asterism. */
  readonly embedded: readonly string[];
}

/** Builds the programs from the tree as it is, in a directory that is nobody else's. */
export async function buildPrograms(directory: string): Promise<Programs> {
  const build = join(directory, "build");
  const bare = join(directory, "bare");
  await stage({ root: ROOT, buildDirectory: build });
  const request = parseRequest(["--output", join(directory, "asterism")], directory, Deno.build.target);
  await compile(build, request);
  await Deno.mkdir(bare);
  for (const name of ["hello.js", "import_all.js", "import_all_worker.js"]) {
    await Deno.copyFile(join(BASELINE, name), join(bare, name));
  }
  await Deno.copyFile(join(build, "asterism.js"), join(bare, "asterism.js"));
  await Deno.writeTextFile(join(bare, "deno.json"), JSON.stringify({ imports: { asterism: "./asterism.js" } }));
  await compileBare(bare, { entry: "hello.js", output: join(directory, "hello"), include: [] });
  await compileBare(bare, {
    entry: "import_all.js",
    output: join(directory, "import_all"),
    include: ["import_all_worker.js", "asterism.js"],
  });
  return {
    asterism: request.output,
    hello: join(directory, "hello"),
    importAll: join(directory, "import_all"),
    embedded: [...Deno.readDirSync(join(build, "modules"))].filter(({ name }) => name.endsWith(".manifest"))
      .map(({ name }) => name.slice(0, -".manifest".length)),
  };
}

async function compileBare(
  cwd: string,
  { entry, output, include }: { entry: string; output: string; include: readonly string[] },
): Promise<void> {
  const denort = await findDenort({ version: Deno.version.deno, target: Deno.build.target });
  const env = { DENO_NO_PACKAGE_JSON: "1", ...(denort === undefined ? {} : { DENORT_BIN: denort }) };
  const included = include.flatMap((path) => ["--include", path]);
  const flags = ["--quiet", "--no-check", "--no-prompt", "--allow-all", "--config", "deno.json"];
  const { code, stderr } = await runDeno(["compile", ...flags, ...included, "--output", output, entry], { cwd, env });
  if (code !== 0) throw new ToolError(`Cannot compile ${entry}: deno compile said\n${stderr}`);
}
