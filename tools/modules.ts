/**
 * Builds modules: `modules/<name>.ts` or `modules/<name>/mod.ts` to one plain `modules/<name>.js`, and
 * `modules/<name>.manifest` beside it. Why it exists: a compiled host runs no TypeScript, and a manifest that is kept by
 * hand is wrong after the first edit. Manifests are committed, built files are not.
 *
 *     deno task manifests [--quiet] [--check] [DIR…]
 *
 * Only what is older than its source is built, for `deno task start` asks each time. `--check` builds everything anew in
 * memory, writes nothing and fails when a manifest on disk is another. Either way what was built is run once in a bare
 * realm, and a module that registers something else than its comments say is an error.
 *
 * @module
 */
import { join } from "@std/path";
import { ROOT, runTool, ToolError } from "./process.ts";
import type { TrialModule } from "./trial.ts";

/** A module's source. */
export interface ModuleSource {
  /** The module's name. */
  readonly name: string;
  /** Path below the directory: `<name>.ts` or `<name>/mod.ts`. */
  readonly entry: string;
}

/** What is made of a source. */
interface BuiltModule {
  readonly source: ModuleSource;
  readonly javascript: string;
  readonly manifest: string;
}

/** A change of these may change what is built from any module. */
const TOOL_INPUTS = [
  "tools/modules.ts",
  "tools/bundle.ts",
  "tools/trial.ts",
  "src/manifest/generate.ts",
  "src/manifest/stringify.ts",
  "src/ere/ere.ts",
  "src/ere/program.ts",
  "src/ere/set.ts",
  "src/ere/syntax.ts",
  "src/ere/walk.ts",
  "deno.json",
];

/** Endings and beginnings of files beside modules that are none: tests, and parts that several modules share. */
const NO_MODULE_REGEXP = /^_|_test\.ts$|\.d\.ts$/;

/**
 * The modules among a directory's files.
 *
 * @param files paths below the directory, with `/` between their parts
 * @throws {ToolError} when two sources would make one module
 */
export function moduleSources(files: readonly string[]): ModuleSource[] {
  const found = new Map<string, ModuleSource>();
  for (const entry of [...files].sort()) {
    const name = /^([^/]+)\/mod\.ts$/.exec(entry)?.[1] ?? /^([^/]+)\.ts$/.exec(entry)?.[1];
    if (name === undefined || NO_MODULE_REGEXP.test(entry)) continue;
    const other = found.get(name);
    if (other !== undefined) {
      throw new ToolError(`Cannot build "${name}": both ${other.entry} and ${entry} are there; remove one of them`);
    }
    found.set(name, { name, entry });
  }
  return [...found.values()];
}

/** Whether a file can change what is built from a source: its own folder, and what begins with `_`. */
export function concerns(file: string, source: ModuleSource): boolean {
  return file === source.entry || file.startsWith("_") || file.startsWith(`${source.name}/`);
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--quiet" && arg !== "--check");
  if (unknown !== undefined) throw new ToolError(`Cannot build modules: unknown option "${unknown}"`);
  const directories = args.filter((arg) => !arg.startsWith("-"));
  if (directories.length === 0) directories.push(join(ROOT, "modules"));
  if (args.includes("--check")) {
    const faults = (await Promise.all(directories.map(checkManifests))).flat();
    for (const fault of faults) console.error(fault);
    return faults.length === 0 ? 0 : 1;
  }
  const quiet = args.includes("--quiet");
  for (const directory of directories) {
    const built = await buildModules(directory, quiet ? () => {} : (note) => console.error(note));
    if (!quiet) {
      console.log(`${directory}: ${built.length} built${built.map((n) => ` ${n}`).join("")}`);
    }
  }
  return 0;
}

/**
 * Builds what is older than its source and writes it, each file whole or not at all.
 *
 * @param onNote told what could not be compared with its comments, for it needs more than a bare realm has
 * @returns the names of the modules that were built
 * @throws {ToolError} when there is no such directory or a module cannot be built
 * @throws {SyntaxError} when a module's comments are wrong, with file and line
 */
export async function buildModules(directory: string, onNote: (note: string) => void = () => {}): Promise<string[]> {
  // Outputs get the time at which the build began: a source that changes meanwhile is newer and built again.
  const began = new Date();
  const times = fileTimes(directory);
  const toolTime = Math.max(...TOOL_INPUTS.map((file) => modified(join(ROOT, file)) ?? 0));
  const stale = moduleSources([...times.keys()]).filter((source) => {
    const output = modified(join(directory, `${source.name}.js`));
    if (output === undefined || modified(join(directory, `${source.name}.manifest`)) === undefined) return true;
    return [...times].some(([file, time]) => time > output && concerns(file, source)) || toolTime > output;
  });
  for (const built of await build({ directory, onNote }, stale)) {
    const path = join(directory, built.source.name);
    // The built file first: a host that reads between the two finds a wrong checksum and refuses, never a wrong file.
    writeWhole(`${path}.js`, built.javascript);
    Deno.utimeSync(`${path}.js`, began, began);
    writeWhole(`${path}.manifest`, built.manifest);
  }
  return stale.map(({ name }) => name);
}

/** Every manifest that is not what its source gives, as a line with the cure. */
export async function checkManifests(directory: string): Promise<string[]> {
  const built = await build({ directory }, moduleSources([...fileTimes(directory).keys()]));
  return built.flatMap(({ source, manifest }) => {
    const path = join(directory, `${source.name}.manifest`);
    const present = readText(path);
    if (present === manifest) return [];
    const state = present === undefined ? "is missing" : `differs from what ${source.entry} gives`;
    return [`${path}:1: ${state}; run "deno task manifests" and commit it`];
  });
}

/** Where is built, and who is told what could not be compared. */
interface Building {
  readonly directory: string;
  onNote?(note: string): void;
}

async function build(building: Building, sources: readonly ModuleSource[]): Promise<BuiltModule[]> {
  const { directory } = building;
  if (sources.length === 0) return [];
  // Not needed when nothing is to be done, which is the usual case at every start.
  const { bundle } = await import("./bundle.ts");
  const { Describer } = await import("./describe.ts");
  const { generateManifest } = await import("../src/manifest/generate.ts");
  const { checksumOf, parseManifest } = await import("../src/manifest/mod.ts");
  const entries = sources.map(({ entry }) => entry);
  const texts = await bundle({ cwd: directory, entries, external: ["asterism"] });
  using describer = new Describer();
  const built: BuiltModule[] = [];
  const trials: TrialModule[] = [];
  for (const source of sources) {
    const javascript = texts.get(source.entry) ?? "";
    const file = join(directory, source.entry);
    const facts = await describer.describe(javascript, file);
    const checksum = checksumOf(new TextEncoder().encode(javascript));
    const text = await Deno.readTextFile(file);
    const { name, entry: origin } = source;
    const manifest = generateManifest({ name, file, origin, source: text, checksum, facts });
    // What the host would refuse is refused here, where it can be cured.
    const parsed = parseManifest(manifest, `${name}.manifest`);
    built.push({ source, javascript, manifest });
    trials.push({ manifest: parsed, javascript, file, source: text });
  }
  await compareWithDoing(trials, building);
  return built;
}

/**
 * Runs what was built in a bare realm.
 *
 * @throws {ToolError} when a module registers something else than its comments say
 */
async function compareWithDoing(trials: readonly TrialModule[], { directory, onNote = () => {} }: Building) {
  const { tryModules } = await import("./trial.ts");
  const { faults, notes } = await tryModules(trials, {
    readConfig: (file) => readText(join(directory, "../configs", file)),
  });
  notes.forEach(onNote);
  if (faults.length > 0) throw new ToolError(faults.join("\n"));
}

/** Whether a module can be made from a file. A script at the top is what was made. */
function isInput(below: string, name: string): boolean {
  return /\.(?:[cm]?ts|json|html|css|svg)$/.test(name) || (below !== "" && name.endsWith(".js"));
}

/** Times of the files that modules can be made from, by path below the directory. */
function fileTimes(directory: string): Map<string, number> {
  const times = new Map<string, number>();
  const visit = (below: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(join(directory, below))) {
      if (isDirectory) visit(`${below}${name}/`);
      else if (isInput(below, name)) times.set(below + name, modified(join(directory, below, name)) ?? 0);
    }
  };
  try {
    visit("");
  } catch (error) {
    throw new ToolError(`Cannot build modules: "${directory}" cannot be read: ${(error as Error).message}`);
  }
  return times;
}

/** When a file was last changed, or undefined when there is none. */
function modified(path: string): number | undefined {
  try {
    return Deno.statSync(path).mtime?.getTime();
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** Writes so that nobody ever reads half of it, and only when it differs. */
function writeWhole(path: string, text: string): void {
  if (readText(path) === text) return;
  const temporary = `${path}.${Deno.pid}.tmp`;
  Deno.writeTextFileSync(temporary, text);
  Deno.renameSync(temporary, path);
}

if (import.meta.main) await runTool(main);
