import { dirname, isAbsolute, join, normalize } from "@std/path";
import { type ConfigFile, DEFAULT_EXEC_MS, type Entry } from "../config/mod.ts";
import { type ControlFile, parseControlFile } from "./control_file.ts";
import { known, refuse } from "./entry.ts";

/** Directories, under Asterisk's names; absolute paths. */
export interface Directories {
  /** Configuration files. */
  readonly astetcdir: string;
  /** Modules and their manifests. */
  readonly astmoddir: string;
  /** What modules keep. */
  readonly astdatadir: string;
  /** Sockets and the like, gone after a restart. */
  readonly astrundir: string;
  /** Logs and records. */
  readonly astlogdir: string;
}

/** Options of the program. Times are in seconds in the file and in milliseconds here. */
export interface Options {
  /** `-v` this many times, at least. */
  readonly verbose: number;
  /** Debug level. */
  readonly debug: number;
  /** No colors, even on a terminal. */
  readonly nocolor: boolean;
  /** The time in front of verbose lines on the console, as `-T`. */
  readonly timestamp: boolean;
  /** No word about remote consoles that come and go. */
  readonly hideConnect: boolean;
  /** Whether `!` runs shell commands on a console. */
  readonly consoleShell: boolean;
  /** Deadline of a module's import and of its `load` or `reload`. */
  readonly loadTimeout: number;
  /** Deadline of a module's `unload`. */
  readonly unloadTimeout: number;
  /** Deadline of a call into a module: application, function, service, command. */
  readonly callTimeout: number;
  /** Time between two heartbeats of a realm. */
  readonly heartbeatInterval: number;
  /** Time a realm has to answer one. */
  readonly heartbeatTimeout: number;
  /** Bytes that the keys and values of one module may take in the database. */
  readonly databaseQuota: number;
  /** Workers without permissions that are kept ready for modules to be loaded into. */
  readonly warmRealms: number;
  /** Whether `#exec` runs its command, in every file but `asterism.conf` and `extconfig.conf`. */
  readonly execIncludes: boolean;
  /** Deadline of all commands of `#exec` in one file together; the program stands still for as long. */
  readonly execTimeout: number;
  /** Licences (SPDX identifiers) of modules that may be loaded. */
  readonly licenses: readonly string[];
}

/** `asterism.conf`, read and checked. */
export interface Settings {
  /** The file it was read from. */
  readonly file: string;
  /** Where things are. */
  readonly directories: Directories;
  /** How the program behaves. */
  readonly options: Options;
  /** The control socket. @default {DEFAULT_CONTROL} */
  readonly control?: ControlFile | undefined;
}

/** Where things are when the file does not say; Asterisk's places. */
export const DEFAULT_DIRECTORIES: Directories = {
  astetcdir: "/etc/asterism",
  astmoddir: "/usr/lib/asterism/modules",
  astdatadir: "/var/lib/asterism",
  astrundir: "/var/run/asterism",
  astlogdir: "/var/log/asterism",
};

/** The licences that are accepted unless `licenses` says otherwise: the common free ones. */
const FREE_LICENSES = [
  "0BSD",
  "AGPL-3.0-only",
  "AGPL-3.0-or-later",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "GPL-2.0-only",
  "GPL-2.0-or-later",
  "GPL-3.0-only",
  "GPL-3.0-or-later",
  "ISC",
  "LGPL-2.1-only",
  "LGPL-2.1-or-later",
  "LGPL-3.0-only",
  "LGPL-3.0-or-later",
  "MIT",
  "MPL-2.0",
  "Unlicense",
];

/** A day: what waits longer waits for ever. */
const MAX_SECONDS = 86_400;

/** What a module keeps must fit into one message to it. */
const MAX_QUOTA = 8 * 1024 * 1024;

type Reader<T> = (entry: Entry) => T;

/** Every option: its name in the file, what it becomes, its default. The only list of them. */
const OPTIONS: { [K in keyof Options]: { key: string; read: Reader<Options[K]>; absent: Options[K] } } = {
  verbose: { key: "verbose", read: level, absent: 0 },
  debug: { key: "debug", read: level, absent: 0 },
  nocolor: { key: "nocolor", read: yesOrNo, absent: false },
  timestamp: { key: "timestamp", read: yesOrNo, absent: false },
  hideConnect: { key: "hideconnect", read: yesOrNo, absent: false },
  consoleShell: { key: "console_shell", read: yesOrNo, absent: false },
  loadTimeout: { key: "load_timeout", read: seconds, absent: 10_000 },
  unloadTimeout: { key: "unload_timeout", read: seconds, absent: 5_000 },
  callTimeout: { key: "call_timeout", read: seconds, absent: 60_000 },
  heartbeatInterval: { key: "heartbeat_interval", read: seconds, absent: 5_000 },
  heartbeatTimeout: { key: "heartbeat_timeout", read: seconds, absent: 5_000 },
  databaseQuota: { key: "database_quota", read: bytes, absent: 1024 * 1024 },
  warmRealms: { key: "warm_realms", read: fewWorkers, absent: 1 },
  execIncludes: { key: "execincludes", read: yesOrNo, absent: false },
  execTimeout: { key: "exec_timeout", read: seconds, absent: DEFAULT_EXEC_MS },
  licenses: { key: "licenses", read: words, absent: FREE_LICENSES },
};

/**
 * Reads `asterism.conf`. Relative directories are relative to the file, not to the working directory of the run; they
 * come out absolute when the file's own path is.
 *
 * @throws {ConfigError} for an unknown key or a value of the wrong kind, at its line
 */
export function parseSettings(config: ConfigFile): Settings {
  const base = dirname(config.file);
  const directories: Record<string, string> = { ...DEFAULT_DIRECTORIES };
  for (const entry of config.section("directories")?.entries ?? []) {
    const key = known(entry, Object.keys(DEFAULT_DIRECTORIES));
    if (entry.value === "") refuse(entry, `"${entry.key}" has no value: expected a directory`);
    directories[key] = normalize(isAbsolute(entry.value) ? entry.value : join(base, entry.value)).replace(
      /(.)\/+$/,
      "$1",
    );
  }
  const values: Record<string, unknown> = defaultOptions() as unknown as Record<string, unknown>;
  for (const entry of config.section("options")?.entries ?? []) {
    const key = known(entry, Object.values(OPTIONS).map((option) => option.key));
    for (const [name, option] of Object.entries(OPTIONS)) {
      if (option.key === key) values[name] = option.read(entry);
    }
  }
  return {
    file: config.file,
    directories: directories as unknown as Directories,
    options: values as unknown as Options,
    control: parseControlFile(config),
  };
}

/** The options when no file says otherwise. */
export function defaultOptions(): Options {
  return Object.fromEntries(Object.entries(OPTIONS).map(([name, { absent }]) => [name, absent])) as unknown as Options;
}

function level(entry: Entry): number {
  if (!/^\d{1,2}$/.test(entry.value)) refuse(entry, `"${entry.value}" is no level: expected a number from 0 to 99`);
  return Number(entry.value);
}

function fewWorkers(entry: Entry): number {
  if (/^\d+$/.test(entry.value) && Number(entry.value) <= 64) return Number(entry.value);
  refuse(entry, `"${entry.value}" is no number of Workers: expected 0 to 64`);
}

function seconds(entry: Entry): number {
  const value = /^\d+(\.\d+)?$/.test(entry.value) ? Number(entry.value) : 0;
  if (value <= 0 || value > MAX_SECONDS) {
    refuse(entry, `"${entry.value}" is no time: expected seconds, more than 0 and at most ${MAX_SECONDS}`);
  }
  return Math.ceil(value * 1000);
}

function bytes(entry: Entry): number {
  const value = /^\d+$/.test(entry.value) ? Number(entry.value) : Infinity;
  if (value > MAX_QUOTA) refuse(entry, `"${entry.value}" is no number of bytes: expected 0 to ${MAX_QUOTA}`);
  return value;
}

/** Asterisk's words for both. */
function yesOrNo(entry: Entry): boolean {
  if (/^(yes|true|y|t|1|on)$/i.test(entry.value)) return true;
  if (/^(no|false|n|f|0|off)$/i.test(entry.value)) return false;
  refuse(entry, `"${entry.value}" is neither yes nor no`);
}

function words(entry: Entry): readonly string[] {
  return entry.value.split(",").map((word) => word.trim()).filter((word) => word !== "");
}
