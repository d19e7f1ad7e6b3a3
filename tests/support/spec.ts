/** Specifications of runs: a folder with `__test__.jsonc`, the files of the run and what it shall write. */
import { join } from "@std/path";
import type { Mode } from "./program.ts";
import { ASTERISM_CONF } from "./stage.ts";

/** A run and what it must come to. */
export interface Spec {
  /** Name of the folder. */
  readonly name: string;
  /** The folder itself. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly modes: readonly Mode[];
  /** Names of files that are copied into the directory of the run. */
  readonly copied: readonly string[];
  /** Further files, by name; a usual asterism.conf when the arguments name one. */
  readonly files: Readonly<Record<string, string>>;
  /** Sections that follow `[module]` in the manifest a module is given when it has none. */
  readonly manifest: Readonly<Record<string, string>>;
  /** Names of modules that load and do nothing. */
  readonly harmless: readonly string[];
  /** Exit status. */
  readonly exit: number;
  /** What must be written, with wildcards. */
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds after which the run is killed. */
  readonly deadline: number;
}

const SPEC_FILE = "__test__.jsonc";
const KEYS = [
  "args",
  "env",
  "modes",
  "files",
  "options",
  "manifest",
  "harmless",
  "exit",
  "stdout",
  "stderr",
  "deadline",
];
const DEADLINE_MS = 20_000;

/** What `__test__.jsonc` holds, before it is checked. */
interface AllegedSpec {
  args?: string[];
  env?: Record<string, string>;
  modes?: Mode[];
  files?: Record<string, string | string[]>;
  options?: string[];
  manifest?: Record<string, string | string[]>;
  harmless?: string[];
  exit?: number;
  stdout?: string;
  stderr?: string;
  deadline?: number;
}

/** Names of the folders that hold a specification, sorted. */
export function specNames(directory: string): string[] {
  return [...Deno.readDirSync(directory)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
}

/**
 * Reads a specification.
 *
 * @throws {SyntaxError} for an unknown key, a missing one, and an expectation that no key names
 */
export function readSpec(folder: string): Spec {
  const path = join(folder, SPEC_FILE);
  const alleged = parseSpec(Deno.readTextFileSync(path), path);
  const { args, env = {}, modes = ["binary", "run"], exit = 0, deadline = DEADLINE_MS } = alleged;
  if (args === undefined) throw new SyntaxError(`${path}: there is no "args"`);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== SPEC_FILE).sort();
  const expected = [alleged.stdout, alleged.stderr].filter((name) => name !== undefined);
  for (const name of names) {
    if (/\.(?:out|err)$/.test(name) && !expected.includes(name)) {
      throw new SyntaxError(`${path}: neither "stdout" nor "stderr" names ${name}; use it or remove it`);
    }
    if (alleged.files?.[name] !== undefined) throw new SyntaxError(`${path}: "files" hides the file ${name}`);
  }
  const read = (name: string | undefined) => name === undefined ? "" : Deno.readTextFileSync(join(folder, name));
  return {
    name: folder.slice(folder.lastIndexOf("/") + 1),
    folder,
    args,
    env,
    modes,
    copied: names.filter((name) => !expected.includes(name)),
    files: { ...usualConfig(alleged), ...texts(alleged.files) },
    manifest: texts(alleged.manifest),
    harmless: alleged.harmless ?? [],
    exit,
    stdout: read(alleged.stdout),
    stderr: read(alleged.stderr),
    deadline,
  };
}

/** Reads the text of a specification; comments stand on lines of their own. */
export function parseSpec(text: string, path: string): AllegedSpec {
  const spec = JSON.parse(text.replace(/^\s*\/\/.*$/gm, "")) as AllegedSpec;
  for (const key of Object.keys(spec)) {
    if (!KEYS.includes(key)) throw new SyntaxError(`${path}: unknown key "${key}": there are ${KEYS.join(", ")}`);
  }
  return spec;
}

/** The usual asterism.conf for a run whose arguments name one, with the options of the specification. */
function usualConfig({ args = [], options = [] }: AllegedSpec): Record<string, string> {
  return args.includes("asterism.conf") ? { "asterism.conf": `${ASTERISM_CONF}${options.join("\n")}\n` } : {};
}

/** A list is the lines of a text. */
function texts(alleged: Record<string, string | string[]> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(alleged).map(([name, text]) => [name, typeof text === "string" ? text : `${text.join("\n")}\n`]),
  );
}
