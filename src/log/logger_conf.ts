import type { ConfigFile, Entry } from "../config/mod.ts";
import { formatPosition, nearest } from "../fault/mod.ts";
import { LEVELS, type LogLevel } from "./record.ts";

/** How lines of a channel are written. */
export type Formatter = "default" | "plain" | "json";

/** How a file that is rotated is named: as Asterisk's `rotatestrategy`. */
export type RotateStrategy = "none" | "sequential" | "rotate" | "timestamp";

/** A line of `[logfiles]`. */
export interface ChannelSettings {
  /** `console`, or the name of a file: relative to `astlogdir`, or absolute. */
  readonly name: string;
  /** Levels that it takes. */
  readonly levels: ReadonlySet<LogLevel>;
  /** Verbose lines up to this level; as the program's own console when left out. */
  readonly verbosity?: number | undefined;
  /** How lines are written. */
  readonly formatter: Formatter;
}

/** `logger.conf`, read and checked. */
export interface LoggerSettings {
  /** How times are written, in the words of `strftime`; as Asterisk's usual ones when left out. */
  readonly dateFormat?: string | undefined;
  /** Whether names of files get the machine's behind them. */
  readonly appendHostname: boolean;
  /** How a file that is rotated is named. */
  readonly rotateStrategy: RotateStrategy;
  /** A file larger than this, in bytes, is rotated by itself. */
  readonly rotateSize: number;
  /** A shell command after each rotation; `${filename}` in it is the file's new name. */
  readonly execAfterRotate?: string | undefined;
  /** Where lines go, in the order of the file. */
  readonly channels: readonly ChannelSettings[];
}

/** What goes where when there is no `logger.conf`: everything to consoles. */
export const DEFAULT_LOGGER: LoggerSettings = {
  appendHostname: false,
  rotateStrategy: "sequential",
  // What Asterisk takes for massive.
  rotateSize: 0x40000000,
  channels: [{ name: "console", levels: new Set(LEVELS), formatter: "default" }],
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Says what is wrong at an entry. */
type Complain = (entry: Entry, message: string) => void;

const STRATEGIES: readonly RotateStrategy[] = ["none", "sequential", "rotate", "timestamp"];
const FORMATTERS: readonly Formatter[] = ["default", "plain", "json"];

/** Levels of Asterisk's for things that are not here. */
const FOREIGN_LEVELS = ["dtmf", "fax", "security", "trace"];

/** Keys of Asterisk's for things that are not here. */
const FOREIGN_KEYS: Readonly<Record<string, string>> = {
  display_callids: "lines carry no call identifiers",
  use_callids: "lines carry no call identifiers",
  logger_queue_limit: "lines are written at once and not queued",
  queue_log: "there is no queue log",
  queue_log_name: "there is no queue log",
  queue_log_to_file: "there is no queue log",
  queue_log_realtime_use_gmt: "there is no queue log",
};

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** What each key of `[general]` does. */
const GENERAL: Readonly<Record<string, (settings: Mutable<LoggerSettings>, entry: Entry, complain: Complain) => void>> =
  {
    dateformat: (settings, { value }) => settings.dateFormat = value,
    appendhostname: (settings, { value }) => settings.appendHostname = /^(?:yes|true|y|t|1|on)$/i.test(value),
    exec_after_rotate: (settings, { value }) => settings.execAfterRotate = value,
    rotatestrategy(settings, entry, complain) {
      const strategy = STRATEGIES.find((name) => name === entry.value.toLowerCase());
      if (strategy === undefined) {
        complain(entry, `Unknown rotatestrategy: ${entry.value}: expected ${STRATEGIES.join(", ")}`);
      } else settings.rotateStrategy = strategy;
    },
    rotatesize(settings, entry, complain) {
      const [, digits, unit = ""] = /^(\d{1,12})\s*([kmg]?)b?$/i.exec(entry.value) ?? [];
      const bytes = Number(digits) * (UNITS[unit.toLowerCase()] ?? NaN);
      if (bytes > 0) settings.rotateSize = bytes;
      else complain(entry, `"${entry.value}" is no size: expected a number, with k, m or g behind it where wanted`);
    },
  };

/**
 * Reads `logger.conf`. What is wrong in it is left out, with a warning: a host must not be without a log for it.
 *
 * @returns the settings, and warnings with their places
 */
export function parseLoggerConf(config: ConfigFile): { settings: LoggerSettings; warnings: string[] } {
  const warnings: string[] = [];
  const complain: Complain = ({ position }, message) => warnings.push(`${formatPosition(position)}: ${message}`);
  const settings: Mutable<LoggerSettings> = { ...DEFAULT_LOGGER };
  for (const entry of config.section("general")?.entries ?? []) {
    const key = entry.key.toLowerCase();
    const foreign = FOREIGN_KEYS[key];
    if (Object.hasOwn(GENERAL, key)) GENERAL[key]?.(settings, entry, complain);
    else if (foreign !== undefined) complain(entry, `"${entry.key}" changes nothing: ${foreign}`);
    else complain(entry, `unknown key "${entry.key}"${suggestion(key, Object.keys(GENERAL))}`);
  }
  const entries = config.section("logfiles")?.entries ?? [];
  const channels = entries.map((entry) => parseChannel(entry, complain)).filter((channel) => channel !== undefined);
  return { settings: { ...settings, channels }, warnings };
}

function parseChannel(entry: Entry, complain: Complain): ChannelSettings | undefined {
  if (/^syslog/i.test(entry.key)) {
    complain(entry, `"${entry.key}": there is no syslog; systemd puts what is on the console into its journal`);
    return undefined;
  }
  const name = /^console$/i.test(entry.key) ? "console" : entry.key;
  const channel = parseComponents(entry.value);
  for (const fault of channel.faults) complain(entry, fault);
  return { name, levels: channel.levels, verbosity: channel.verbosity, formatter: channel.formatter };
}

/** What the text behind a channel's name came to. */
export interface Components extends Omit<ChannelSettings, "name"> {
  /** What was wrong and is left out. */
  readonly faults: readonly string[];
}

/** Reads `[json]notice,warning,verbose(3)`. */
export function parseComponents(text: string): Components {
  const faults: string[] = [];
  const [, written, list = ""] = /^\s*(?:\[([^\]]*)\])?(.*)$/s.exec(text) ?? [];
  const formatter = FORMATTERS.find((name) => name === (written ?? "default").trim().toLowerCase());
  if (formatter === undefined) {
    faults.push(`Unknown formatter "${written}", using "default"${suggestion(written ?? "", FORMATTERS)}`);
  }
  const levels = new Set<LogLevel>();
  let verbosity: number | undefined;
  for (const word of list.split(",").map((part) => part.trim().toLowerCase()).filter((part) => part !== "")) {
    const level = LEVELS.find((known) => known === word);
    const verbose = /^verbose\((\d{1,2})\)$/.exec(word)?.[1];
    if (word === "*") LEVELS.forEach((known) => levels.add(known));
    else if (level !== undefined) levels.add(level);
    else if (verbose !== undefined) {
      levels.add("verbose");
      verbosity = Number(verbose);
    } else if (FOREIGN_LEVELS.includes(word)) faults.push(`there are no lines of level "${word}" here`);
    else faults.push(`unknown level "${word}"${suggestion(word, LEVELS)}`);
  }
  return { levels, verbosity, formatter: formatter ?? "default", faults };
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `: there are ${known.join(", ")}` : `: did you mean "${near}"`;
}
