import { join, resolve } from "@std/path";
import { type ConfigFile, type ConfigObject, configText, parse } from "../config/mod.ts";
import { formatPosition, HostError } from "../fault/mod.ts";
import type { Learning } from "../loader/mod.ts";
import type { LogSink } from "../log/mod.ts";
import { DiskSource, type ModuleSource } from "../manifest/mod.ts";
import { endUnserved, unservedProcesses } from "../realm/mod.ts";
import type { ConsoleSession } from "../registry/mod.ts";
import { parsePolicy, type Policy } from "../policy/mod.ts";
import {
  type ControlFile,
  DEFAULT_DIRECTORIES,
  defaultOptions,
  type Directories,
  type Options,
  parseSettings,
  type Settings,
} from "../settings/mod.ts";
import { readFileIfAny, readingIn } from "./disk_files.ts";

/** Settings of a host, as far as they are not the usual ones. */
export interface SettingsInput {
  /** The file that messages name. @default {"asterism.conf"} */
  readonly file?: string | undefined;
  /** Where things are; absolute paths. */
  readonly directories?: Partial<Directories> | undefined;
  /** Deadlines, licences, verbosity. Times in milliseconds. */
  readonly options?: Partial<Options> | undefined;
  /** The control socket, for programs that have one. */
  readonly control?: ControlFile | undefined;
}

/** Options of {@linkcode createHost}. */
export interface HostOptions {
  /** Path of `asterism.conf`, or the settings themselves. @default {{}} */
  readonly config?: string | SettingsInput | undefined;
  /**
   * What is wanted and granted: the path of a `modules.conf`, or an object of the same sections and keys. A module
   * without a line in `permissions` is granted nothing. @default {`modules.conf` in `astetcdir`}
   */
  readonly policy?: string | ConfigObject | undefined;
  /**
   * Where modules are: directories, and sources such as {@linkcode MemorySource}. Later ones hide earlier ones.
   * @default {`astmoddir`}
   */
  readonly modules?: readonly (string | ModuleSource)[] | undefined;
  /** Where lines of the log go. @default {[]} */
  readonly sinks?: readonly LogSink[] | undefined;
  /** Whether a console may run a command, given in words. @default {() => true} */
  readonly permits?: ((session: ConsoleSession, words: readonly string[]) => boolean) | undefined;
  /** Told while modules load at start-up. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** What a host is made from, once its options are read. */
export interface HostInput {
  /** The settings. */
  readonly settings: Settings;
  /** What is wanted and granted. */
  readonly policy: Policy;
  /** Where modules are. */
  readonly sources: readonly ModuleSource[];
  /** What the reader of the configuration warns of, with places. */
  readonly warnings: readonly string[];
  /** Somebody who wants to know what one of the modules needs. */
  readonly learning?: Learning | undefined;
}

/**
 * Reads what the options name.
 *
 * @throws {ConfigError} when something cannot be read as configuration, at its line
 * @throws {HostError} with code `config` when a file is missing
 */
export function readOptions({ config = {}, policy, modules }: HostOptions): HostInput {
  endUnserved();
  const warnings: string[] = [];
  const settings = typeof config === "string" ? readSettings(config, warnings) : completeSettings(config);
  const { astetcdir, astmoddir } = settings.directories;
  const file = typeof policy === "object"
    // Written and read again, so that an object means exactly what the file would.
    ? readText(configText(policy), { file: "policy", directory: astetcdir, warnings })
    : readConfig(policy ?? join(astetcdir, "modules.conf"), { warnings, exec: settings.options });
  const read = parsePolicy(file, { ...settings.directories });
  checkServed(read);
  return {
    settings,
    policy: read,
    sources: (modules ?? [astmoddir]).map((place) =>
      typeof place === "string" ? new DiskSource(resolve(place)) : place
    ),
    warnings,
  };
}

/** A program that does not serve the processes of realms must not be able to ask for any. */
function checkServed({ file, realms, defaultRealm }: Policy): void {
  const unserved = unservedProcesses();
  if (unserved === undefined || ![...realms.values(), defaultRealm].includes("process")) return;
  throw new HostError("config", `Cannot make a host: ${file} names realms of the kind "process", and ${unserved}`);
}

/**
 * Reads `asterism.conf`.
 *
 * @param warnings takes what the reader warns of, with its place
 * @throws {ConfigError} when it cannot be read as configuration
 * @throws {HostError} with code `config` when there is none
 */
export function readSettings(file: string, warnings: string[]): Settings {
  return parseSettings(readConfig(file, { warnings }));
}

function completeSettings({ file = "asterism.conf", directories, options, control }: SettingsInput): Settings {
  return {
    file,
    control,
    directories: { ...DEFAULT_DIRECTORIES, ...directories },
    options: { ...defaultOptions(), ...options },
  };
}

/** How a file is read. */
export interface ReadingOptions {
  /** Takes what the reader warns of, with its place. */
  readonly warnings: string[];
  /** What the settings say of `#exec`; without them no command runs. */
  readonly exec?: Options;
}

function readConfig(file: string, options: ReadingOptions): ConfigFile {
  const config = readConfigIfAny(file, options);
  if (config !== undefined) return config;
  const name = file.slice(file.lastIndexOf("/") + 1);
  throw new HostError("config", `'${name}' invalid or missing: there is no file ${file}`);
}

/**
 * Reads a configuration file that need not be there.
 *
 * @throws {ConfigError} when it cannot be read as configuration
 */
export function readConfigIfAny(file: string, options: ReadingOptions): ConfigFile | undefined {
  const content = readFileIfAny(file);
  return content && readText(content, { ...options, file, directory: file.slice(0, file.lastIndexOf("/")) });
}

/** Where a text is from. */
interface Place extends ReadingOptions {
  readonly file: string;
  readonly directory: string;
}

function readText(text: string | Uint8Array, { file, directory, warnings, exec }: Place): ConfigFile {
  return parse(text, {
    file,
    ...readingIn(directory, exec ?? defaultOptions()),
    onWarning: ({ position, message }) => warnings.push(`${formatPosition(position)}: ${message}`),
  });
}
