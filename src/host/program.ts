import { fromFileUrl, join, resolve } from "@std/path";
import { HostError } from "../fault/mod.ts";
import { DiskSource, type ModuleSource } from "../manifest/mod.ts";
import { DEFAULT_DIRECTORIES, defaultOptions, type Settings } from "../settings/mod.ts";
import { readSettings } from "./options.ts";

/** Where the main configuration is looked for when `-C` does not say. */
const CONFIG_FILES = ["configs/asterism.conf", "/etc/asterism/asterism.conf"];

/** What a run of the program starts from. */
export interface ProgramConfig {
  /** What `asterism.conf` says. */
  readonly settings: Settings;
  /** Where modules are: embedded in the program, and in `astmoddir`. */
  readonly modules: readonly (string | ModuleSource)[];
  /** What the reader of the configuration warns of, with places; for the log, once there is one. */
  readonly warnings: readonly string[];
}

/**
 * Finds the configuration of a run: the file given, else the usual places, else, in the compiled program, the embedded
 * samples with Asterisk's directories.
 *
 * @param given the path of `-C`, or undefined
 * @param base URL of the program's main file; `modules/` and `configs/` lie beside it
 * @throws {HostError} with code `config` when there is none
 * @throws {ConfigError} when it cannot be read as configuration
 */
export function findProgramConfig(given: string | undefined, base: string): ProgramConfig {
  const own = fromFileUrl(new URL("./modules", base));
  const embedded = Deno.build.standalone ? [new DiskSource(own, { label: "embedded", shipped: "all" })] : [];
  const warnings: string[] = [];
  const file = given ?? CONFIG_FILES.find(isFile);
  if (file !== undefined) {
    const settings = readSettings(resolve(file), warnings);
    const { astmoddir } = settings.directories;
    const installed = astmoddir === own ? new DiskSource(own, { shipped: "built-here" }) : astmoddir;
    return { settings, modules: [...embedded, installed], warnings };
  }
  if (Deno.build.standalone) {
    const settings = embeddedSettings(base);
    const { astmoddir } = settings.directories;
    // Modules of one's own are welcome in the usual place, but it need not exist.
    return { settings, modules: [...embedded, ...(isDirectory(astmoddir) ? [astmoddir] : [])], warnings };
  }
  throw new HostError(
    "config",
    `There is no configuration: neither ${CONFIG_FILES.join(" nor ")}; name one with -C FILE`,
  );
}

function embeddedSettings(base: string): Settings {
  const directories = { ...DEFAULT_DIRECTORIES, astetcdir: fromFileUrl(new URL("./configs", base)) };
  return { file: join(directories.astetcdir, "asterism.conf"), directories, options: defaultOptions() };
}

function isFile(path: string): boolean {
  return stat(path)?.isFile ?? false;
}

function isDirectory(path: string): boolean {
  return stat(path)?.isDirectory ?? false;
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
