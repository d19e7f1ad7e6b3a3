import { fromFileUrl, join, resolve } from "@std/path";
import { HostError } from "../fault/mod.ts";
import { DiskSource, type ModuleSource } from "../manifest/mod.ts";
import { DEFAULT_DIRECTORIES, defaultOptions, type Settings } from "../settings/mod.ts";
import { readSettings } from "./options.ts";

/** The variable that names the main configuration when `-C` does not. */
const CONFIG_VARIABLE = "ASTERISM_CONF";

/** Where the main configuration is when neither says. The working directory is nobody's word: it may be another user's. */
const CONFIG_FILE = "/etc/asterism/asterism.conf";

/** What a run of the program starts from. */
export interface ProgramConfig {
  /** What `asterism.conf` says. */
  readonly settings: Settings;
  /** Where modules are: embedded in the program, and in `astmoddir`. */
  readonly modules: readonly (string | ModuleSource)[];
  /** What the reader of the configuration warns of, with places; for the log, once there is one. */
  readonly warnings: readonly string[];
  /** Whether it is that of the samples in the program, for there is none of the administrator's. */
  readonly embedded: boolean;
}

/**
 * Finds the configuration of a run: the file given, else that of `ASTERISM_CONF`, else `/etc/asterism/asterism.conf`, else,
 * in the compiled program, the embedded samples with Asterisk's directories. A directory of modules that a line names must
 * be there; the default one need not.
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
  const file = given ?? variable(CONFIG_VARIABLE) ?? (isFile(CONFIG_FILE) ? CONFIG_FILE : undefined);
  if (file === undefined && !Deno.build.standalone) throw new HostError("config", noConfiguration());
  const settings = file === undefined ? embeddedSettings(base) : readSettings(resolve(file), warnings);
  const { astmoddir } = settings.directories;
  const installed = new DiskSource(astmoddir, {
    shipped: astmoddir === own ? "built-here" : undefined,
    optional: astmoddir === DEFAULT_DIRECTORIES.astmoddir,
  });
  return { settings, modules: [...embedded, installed], warnings, embedded: file === undefined };
}

function noConfiguration(): string {
  const sample = "configs/asterism.conf";
  const here = isFile(sample) ? `; the one in this directory is ${sample}` : "";
  return `There is no configuration: no ${CONFIG_FILE}; name one with -C FILE or ${CONFIG_VARIABLE}${here}`;
}

/** A variable of the environment; nothing when it is empty or may not be read. */
function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}

function embeddedSettings(base: string): Settings {
  const directories = { ...DEFAULT_DIRECTORIES, astetcdir: fromFileUrl(new URL("./configs", base)) };
  return { file: join(directories.astetcdir, "asterism.conf"), directories, options: defaultOptions() };
}

function isFile(path: string): boolean {
  return stat(path)?.isFile ?? false;
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
