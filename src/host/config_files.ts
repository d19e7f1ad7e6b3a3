import { isAbsolute, join, relative } from "@std/path";
import {
  type ConfigFile,
  type ConfigWarning,
  ExecRefused,
  type ExecResult,
  type Included,
  parse,
  readConfig,
  realtimeFile,
  type RealtimeSource,
  type Section,
  type Source,
} from "../config/mod.ts";
import { ConfigError, formatPosition, HostError, messageOf, type Position, printable } from "../fault/mod.ts";
import type { LogOf } from "../log/mod.ts";
import { type CatalogEntry, configOwners, nameKey } from "../manifest/mod.ts";
import { type AdminUse, parseExtconfig, type Policy, type RealtimeMapping } from "../policy/mod.ts";
import type { RealtimeDriver } from "../module_api/mod.ts";
import type { RegistrationTable } from "../registry/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { withDeadline } from "../realm/mod.ts";
import { type ExecOptions, readFileIfAny, readingIn } from "./disk_files.ts";

type Notice = Pick<ConfigWarning, "position" | "message">;

/**
 * The files of a host. What is wrong with `extconfig.conf` is told now, as with `modules.conf`.
 *
 * @throws {ConfigError} when it cannot be read as configuration
 */
export function configFiles(
  { directories, options }: Settings,
  { drivers, logOf }: { drivers: RegistrationTable<RealtimeDriver>; logOf: LogOf },
): ConfigFiles {
  const files = new ConfigFiles({
    directory: directories.astetcdir,
    exec: options,
    drivers,
    // Before the deadline of the load that waits for it, so that the reason is told.
    deadline: Math.min(options.callTimeout, options.loadTimeout) / 2,
    warn: (message, module) => logOf(module).child({ area: "loader" }).warning(message),
  });
  files.mappings();
  return files;
}

/** Options of {@linkcode ConfigFiles}. */
export interface ConfigFilesOptions {
  /** The directory of configuration files. */
  readonly directory: string;
  /** Whether files may run commands. */
  readonly exec: ExecOptions;
  /** Drivers by name. */
  readonly drivers: RegistrationTable<RealtimeDriver>;
  /** Milliseconds that a driver may take. */
  readonly deadline: number;
  /** Told what readers warn of, with places, and the module for which it is read; "" is the core. */
  readonly warn: (message: string, module: string) => void;
}

/**
 * Configuration files by name, each from wherever `extconfig.conf` says its content is. That file is read again whenever
 * something else is, so that it never differs from what is on the disk.
 */
export class ConfigFiles {
  readonly #options: ConfigFilesOptions;
  /** Warnings about extconfig.conf that were given: it is read often. */
  readonly #warned = new Set<string>();

  /** Files of a directory; nothing is read yet. */
  constructor(options: ConfigFilesOptions) {
    this.#options = options;
  }

  /**
   * Reads a file.
   *
   * @param module for whom, who bears what is warned of; "" for the core
   * @throws {ConfigError} when a text, or `extconfig.conf`, cannot be read as configuration
   * @throws {HostError} with code `config` when a driver cannot read it
   */
  async read(name: string, module: string): Promise<ConfigFile | undefined> {
    const mappings = this.mappings();
    const ran = new RanCommands();
    return await readConfig(name, {
      realtime: this.#source(mappings, module),
      disk: (file, included, warn) => this.#disk(file, warn, (source) => ran.over(file, over(source, included))),
      warn: (warning) => this.#warn(warning, module),
    });
  }

  /**
   * What `extconfig.conf` says, by the name of the file in small letters.
   *
   * @throws {ConfigError} when it cannot be read as configuration
   */
  mappings(): ReadonlyMap<string, RealtimeMapping> {
    const config = this.#disk("extconfig.conf", (warning) => this.#warnOnce(warning), withoutCommands);
    if (config === undefined) return new Map();
    return parseExtconfig(config, (warning) => this.#warnOnce(warning));
  }

  /**
   * A policy in which whatever reads a mapped file also uses what provides the driver: it is found, loaded first and kept
   * running as any dependency is (seed 003). Evaluated each time a plan asks.
   */
  withDrivers(policy: Policy, catalog: () => readonly CatalogEntry[]): Policy {
    const driverUses = () => this.#driverUses(catalog());
    return {
      ...policy,
      get uses() {
        return [...policy.uses, ...driverUses()];
      },
    };
  }

  #driverUses(catalog: readonly CatalogEntry[]): AdminUse[] {
    const mappings = this.mappings();
    if (mappings.size === 0) return [];
    return catalog.flatMap(({ manifest: { name: user, configs } }) =>
      configs.flatMap((config) => {
        const mapping = mappings.get(config.toLowerCase());
        return mapping === undefined
          ? []
          : [{ user, type: "realtime", name: mapping.driver, position: mapping.position }];
      })
    );
  }

  #source(mappings: ReadonlyMap<string, RealtimeMapping>, module: string): RealtimeSource {
    return {
      maps: (name) => mappings.has(name.toLowerCase()),
      load: (name, include) =>
        this.#load(mappings.get(name.toLowerCase()) as RealtimeMapping, (other, position) => {
          const fault = this.#includeFault(other, module);
          if (fault !== undefined) {
            throw new ConfigError(`Cannot include "${printable(other)}": ${fault}`, { position });
          }
          return include(other);
        }),
    };
  }

  async #load(
    { file, driver, database, table, position }: RealtimeMapping,
    include: (name: string, position: Position) => Promise<readonly Section[]>,
  ): Promise<ConfigFile> {
    const label = `${file} (${driver},${database},${table})`;
    try {
      const registration = this.#options.drivers.get(driver);
      if (registration === undefined) {
        throw new Error(
          `no running module provides realtime=${driver}; who does not name the file in its manifest needs ` +
            `"<module> = ${driver}" after "type = realtime" in [uses] of modules.conf`,
        );
      }
      const rows = await withDeadline(
        Promise.resolve(registration.value.load({ file, database, table })),
        this.#options.deadline,
        `realtime=${driver}`,
      );
      return await realtimeFile(rows, { file: label, include });
    } catch (error) {
      throw new HostError("config", `Cannot read ${label}, ${formatPosition(position)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /**
   * Why a row may not take in a file, if so. The rows are a driver's words, not the administrator's: they do not lead out of
   * the directory, nor to what whoever reads them may not read.
   */
  #includeFault(other: string, module: string): string | undefined {
    const { directory } = this.#options;
    const name = relative(directory, join(directory, other));
    if (isAbsolute(other) || name === ".." || name.startsWith("../")) {
      return `rows of a table take in files below ${directory} only`;
    }
    const owners = configOwners(name);
    if (module === "" || owners === undefined || owners.includes(nameKey(module))) return undefined;
    return `it is no file of "${module}", for which the table is read`;
  }

  #disk(
    name: string,
    warn: (warning: ConfigWarning) => void,
    change: (source: Source) => Source,
  ): ConfigFile | undefined {
    const { directory, exec } = this.#options;
    const path = join(directory, name);
    const content = readFileIfAny(path);
    if (content === undefined) return undefined;
    const { source, execIncludes } = readingIn(directory, exec);
    return parse(content, { file: path, source: change(source), execIncludes, onWarning: warn });
  }

  #warn({ position, message }: Notice, module: string): void {
    this.#options.warn(`${formatPosition(position)}: ${message}`, module);
  }

  /** For a file that is read again and again. */
  #warnOnce(warning: Notice): void {
    const key = `${formatPosition(warning.position)}: ${warning.message}`;
    if (!this.#warned.has(key)) this.#warn(warning, "");
    this.#warned.add(key);
  }
}

/** A source in which some files of the directory itself have another content, whether they are there or not. */
function over(source: Source, included: Included): Source {
  const start = `${source.directory}/`;
  return {
    ...source,
    read(path) {
      const name = path.startsWith(start) ? path.slice(start.length) : "/";
      return (name.includes("/") ? undefined : included(name)) ?? source.read(path);
    },
  };
}

/** The mappings are asked for whenever another file is, far more often than a command should run. */
function withoutCommands(source: Source): Source {
  return {
    ...source,
    exec() {
      throw new ExecRefused("in extconfig.conf, which is read whenever another file is!");
    },
  };
}

/** What the commands of one reading gave: a file that is read again once a table has been runs none of them again. */
class RanCommands {
  readonly #byFile = new Map<string, { command: string; result: Uint8Array | ExecResult }[]>();

  /** A source for reading a file from its beginning. */
  over(file: string, source: Source): Source {
    const { exec } = source;
    if (exec === undefined) return source;
    const ran = this.#byFile.getOrInsertComputed(file, () => []);
    let next = 0;
    return {
      ...source,
      exec(command) {
        const place = next++;
        const known = ran[place];
        if (known?.command === command) return known.result;
        const result = exec(command);
        ran[place] = { command, result };
        return result;
      },
    };
  }
}
