/**
 * Builds `dist/asterism`, one self-contained executable. Why it exists: `deno compile` on the source tree would embed
 * npm packages whole (4 MB and 5 ms at every start), could not find the realm's entry, and would need a clean checkout.
 * So the program is bundled into `dist/build/`, which has the same layout as the source tree, and compiled from there.
 *
 *     deno task compile [--output FILE] [--target TRIPLE] [--choice FILE] [flags of deno compile] [-- arguments always passed]
 *
 * With `--target` and without `--output` the file is `dist/asterism-TRIPLE`. Beside the executable goes `FILE.sha256`, for
 * `sha256sum -c`.
 *
 * The binary has all permissions unless an `--allow-…` or `--deny-…` flag is given: then it has exactly those.
 * Paths in flags other than `--output` are relative to `dist/build/`, so write them absolute.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "@std/path";
import { bundle, bundleSplit } from "./bundle.ts";
import { findDenort, isDownloadFailure, recoverDenort } from "./denort.ts";
import { ELF_HEADER_BYTES, elfEnd, isElf } from "./elf.ts";
import { buildModules } from "./modules.ts";
import { ROOT, runDeno, type RunResult, runTool, ToolError } from "./process.ts";

/** What a build is made from. */
export interface Layout {
  /** Holds `main.ts`, `src/`, `modules/` and `configs/`. */
  readonly root: string;
  /** Emptied and filled anew. */
  readonly buildDirectory: string;
  /** File with the choice of modules; without one, or without the file, what is enabled by default. */
  readonly choice?: string | undefined;
}

/** The command line of this tool, taken apart. */
export interface CompileRequest {
  /** Path of the executable. */
  readonly output: string;
  /** Target triple. */
  readonly target: string;
  /** File with the choice of modules. */
  readonly choice: string;
  /** Flags for `deno compile`, permissions included. */
  readonly flags: readonly string[];
  /** Arguments that the binary passes to itself at every start. */
  readonly programArgs: readonly string[];
}

/** What every binary runs with; see docs/building.md for what was tried and left out. */
export const V8_FLAGS: string = [
  // No module and no dependency makes code from text, and none shall.
  "--disallow-code-generation-from-strings",
  // One error made while the bundle is evaluated would have V8 parse all of it again: 4.6 ms of every start.
  "--no-enable-lazy-source-positions",
  // What runs a few hundred times during a start is not worth an optimizing compiler, whose own code alone takes 3 MB.
  "--invocation-count-for-maglev=4000",
  "--invocation-count-for-maglev-osr=1000",
].join(",");
const PERMISSION_REGEXP = /^(?:--(?:allow|deny|ignore)-|--permission-set\b|-[ARWNESIP](?:=|$))/;

/** What is embedded beside the program's own files. */
const INCLUDED = ["modules", "configs", "guest.js", "limited.js", "asterism.js", "granted.txt"] as const;

/** The program's entry. What it imports with `import()` only becomes files of its own. */
export const PROGRAM = "main.ts";

/** What the bundles for realms are made of: name below the build directory, entry below the root. */
export const BUNDLES = [
  { output: "guest.js", entry: "src/realm/guest/main.ts", external: ["asterism"] },
  { output: "limited.js", entry: "src/realm/limited_worker.ts", external: ["asterism/guest"] },
  { output: "asterism.js", entry: "src/module_api/mod.ts" },
] as const;

/** Takes the command line apart. `cwd` is where relative outputs lie. */
export function parseRequest(args: readonly string[], cwd: string, host: string): CompileRequest {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const rest = args.slice(0, end);
  const output = take(rest, ["--output", "-o"]) ?? "";
  const target = take(rest, ["--target"]);
  const choice = take(rest, ["--choice"]) ?? join(ROOT, "dist/menuselect.conf");
  const v8 = [V8_FLAGS, take(rest, ["--v8-flags"])].filter((flag) => flag !== undefined).join(",");
  // Deno would keep compiled code in the directory for temporary files and run what it finds there: whoever can write that
  // directory, another user of the machine or a module with that grant, could have the host run anything.
  const flags = [`--v8-flags=${v8}`, "--no-code-cache", ...rest.filter((flag) => flag !== "--no-code-cache")];
  if (!rest.some((flag) => PERMISSION_REGEXP.test(flag))) flags.push("--allow-all");
  if (target !== undefined) flags.push("--target", target);
  return {
    output: output === ""
      ? join(ROOT, `dist/asterism${target === undefined ? "" : `-${target}`}`)
      : resolve(cwd, output),
    target: target ?? host,
    choice: resolve(cwd, choice),
    flags,
    programArgs: args.slice(end + 1),
  };
}

/** Removes a flag and its values from a list and gives the last value. */
function take(args: string[], names: readonly string[]): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < args.length;) {
    const [name = "", ...rest] = (args[index] ?? "").split("=");
    if (!names.includes(name)) index++;
    else if (rest.length > 0) value = args.splice(index, 1)[0]?.slice(name.length + 1);
    else if (args[index + 1] === undefined) throw new ToolError(`Cannot compile: "${name}" has no value`);
    else value = args.splice(index, 2)[1];
  }
  return value;
}

/**
 * Fills the build directory: bundles, built modules with their manifests, configurations, and a `deno.json` whose import
 * map lets modules from outside the binary import `asterism`.
 */
export async function stage({ root, buildDirectory, choice }: Layout): Promise<void> {
  await Deno.remove(buildDirectory, { recursive: true }).catch(() => {});
  await Deno.mkdir(join(buildDirectory, "modules"), { recursive: true });
  await buildModules(join(root, "modules"));
  for (const [name, text] of await bundleSplit(root, PROGRAM)) {
    await Deno.writeTextFile(join(buildDirectory, name), text);
  }
  for (const { output, entry, ...options } of BUNDLES) {
    const texts = await bundle({ cwd: root, entries: [entry], ...options });
    await Deno.writeTextFile(join(buildDirectory, output), texts.get(entry) ?? "");
  }
  for (const name of await chosen({ root, buildDirectory, choice })) {
    for (const file of [`${name}.js`, `${name}.manifest`]) {
      await Deno.copyFile(join(root, "modules", file), join(buildDirectory, "modules", file));
    }
  }
  await copyTree(join(root, "configs"), join(buildDirectory, "configs"));
  const config = {
    imports: {
      "asterism": "./asterism.js",
      "asterism/guest": "./guest.js",
      "asterism/limited": "./limited.js",
    },
    unstable: ["worker-options"],
  };
  await Deno.writeTextFile(join(buildDirectory, "deno.json"), JSON.stringify(config, null, 2));
}

/**
 * Names of the modules that are embedded: exactly those that are chosen.
 *
 * @throws {ToolError} when something that a chosen one needs is left out
 */
async function chosen({ root, choice = "" }: Layout): Promise<ReadonlySet<string>> {
  const { chosenModules, readItems } = await import("./menuselect.ts");
  const { choiceFaults } = await import("./menuselect/choice.ts");
  const items = readItems(join(root, "modules"));
  const names = chosenModules(items, choice);
  const faults = choiceFaults(items, names);
  if (faults.length > 0) {
    throw new ToolError(`Cannot embed the chosen modules (deno task menuselect): ${faults.join("; ")}`);
  }
  return names;
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyTree(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

/** Compiles a filled build directory. The program is told what it is granted, for it cannot ask Deno for a list. */
export async function compile(buildDirectory: string, request: CompileRequest): Promise<void> {
  const grants = request.flags.filter((flag) => PERMISSION_REGEXP.test(flag));
  await Deno.writeTextFile(join(buildDirectory, "granted.txt"), `${grants.join("\n")}\n`);
  const wanted = { version: Deno.version.deno, target: request.target };
  await Deno.mkdir(dirname(request.output), { recursive: true });
  const denort = await findDenort(wanted);
  let result = await runCompile(buildDirectory, request, denort);
  if (denort === undefined && isDownloadFailure(result)) {
    result = await runCompile(buildDirectory, request, await recoverDenort(wanted));
  }
  if (result.code !== 0) throw new ToolError(`Cannot compile ${request.output}: deno compile said\n${result.stderr}`);
}

function runCompile(cwd: string, request: CompileRequest, denort: string | undefined): Promise<RunResult> {
  const args = [
    "compile",
    "--quiet",
    "--no-check",
    "--no-prompt",
    "--unstable-worker-options",
    ...["--config", "deno.json"],
    ...INCLUDED.flatMap((path) => ["--include", path]),
    ...["--output", request.output],
    ...request.flags,
    "main.js",
    ...request.programArgs,
  ];
  // A package.json above would make Deno embed all packages that it names.
  const env = { DENO_NO_PACKAGE_JSON: "1", ...(denort === undefined ? {} : { DENORT_BIN: denort }) };
  return runDeno(args, { cwd, env });
}

/** Writes `path.sha256`: one line that `sha256sum -c` reads, from the directory of the file. */
export async function writeChecksum(path: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
  await Deno.writeTextFile(`${path}.sha256`, `${digest}  ${basename(path)}\n`);
}

/** Size of a binary and, where its format tells, how much of it is not denort. */
export async function report(path: string): Promise<string> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const head = new Uint8Array(ELF_HEADER_BYTES);
  await file.read(head);
  const own = isElf(head) ? `, ${(size - elfEnd(head)).toLocaleString("en")} more than denort` : "";
  return `${path}: ${size.toLocaleString("en")} bytes${own}`;
}

async function main(args: readonly string[]): Promise<number> {
  const request = parseRequest(args, Deno.cwd(), Deno.build.target);
  const buildDirectory = join(ROOT, "dist/build");
  await stage({ root: ROOT, buildDirectory, choice: request.choice });
  await compile(buildDirectory, request);
  const { output, target } = request;
  const path = target.includes("windows") && !output.endsWith(".exe") ? `${output}.exe` : output;
  await writeChecksum(path);
  console.log(await report(path));
  return 0;
}

if (import.meta.main) await runTool(main);
