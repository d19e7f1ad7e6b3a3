import { printable } from "../fault/mod.ts";
import { DebugLevels } from "./debug_levels.ts";
import type { LogRecord, LogSink } from "./record.ts";

/** Highest level of a verbose line. */
const MAX_VERBOSITY = 10;

/** Decides which lines of a logger are written at all; see {@linkcode LoggerOptions.gate}. */
export interface LineGate {
  /**
   * Whether one more line is written.
   *
   * @param size bytes of its text as it would be written; costs time, so that it is asked only when it matters
   */
  admits(size: () => number, line: GatedLine): boolean;
}

/** A line that is about to be written. */
export interface GatedLine extends Pick<LogRecord, "level" | "area"> {
  /** Its text as it would be written; costs time, too. */
  text(): string;
}

/** The log of a module by its name, within the module's limits; "" is the core. */
export type LogOf = (module: string) => Logger;

/** Options of {@linkcode Logger}. */
export interface LoggerOptions {
  /** Who says it; the module's name when left out, else `core`. */
  area?: string | undefined;
  /** The module concerned. */
  module?: string | undefined;
  /** The clock, in milliseconds since the epoch. @default {Date.now} */
  now?: (() => number) | undefined;
  /** Which debug lines are written. @default {new DebugLevels()} */
  debugLevels?: DebugLevels | undefined;
  /** Asked for each line that a sink would take; also by all that are derived from it. @default {every line is written} */
  gate?: LineGate | undefined;
}

/** Options of one line. */
export interface LineOptions {
  /**
   * Line ends in the message are meant. For text the host has written itself; never set it on text that came from a
   * module, which could forge a line of its own with them. @default {false}
   */
  multiline?: boolean | undefined;
}

/**
 * What the whole host logs through. Cheap to derive from with {@linkcode Logger.child}; all of a family share their
 * sinks.
 */
export class Logger {
  readonly #sinks: Set<LogSink>;
  readonly #area: string;
  readonly #module: string | undefined;
  readonly #now: () => number;
  readonly #gate: LineGate | undefined;
  /** Which debug lines are written, by the whole family. */
  readonly debugLevels: DebugLevels;

  /** Makes a logger over sinks; pass a `Set` to share it with the logger. */
  constructor(sinks: Iterable<LogSink>, options: LoggerOptions = {}) {
    this.#sinks = sinks instanceof Set ? sinks : new Set(sinks);
    this.#module = options.module === undefined ? undefined : printable(options.module);
    this.#area = options.area === undefined ? this.#module ?? "core" : printable(options.area);
    this.#now = options.now ?? Date.now;
    this.debugLevels = options.debugLevels ?? new DebugLevels();
    this.#gate = options.gate;
  }

  /** A logger for a part of the host or for a module, with the same sinks and clock. */
  child(options: Pick<LoggerOptions, "area" | "module" | "gate">): Logger {
    const module = options.module ?? this.#module;
    const area = options.area ?? options.module ?? this.#area;
    const gate = options.gate ?? this.#gate;
    return new Logger(this.#sinks, { area, module, now: this.#now, debugLevels: this.debugLevels, gate });
  }

  /** Adds a sink to the whole family. Disposing the result twice is safe. */
  addSink(sink: LogSink): Disposable {
    this.#sinks.add(sink);
    return { [Symbol.dispose]: () => void this.#sinks.delete(sink) };
  }

  /** A fault that needs somebody. */
  error(message: string, options?: LineOptions): void {
    this.#write({ level: "error", verbosity: 0, message }, options);
  }

  /** Something that may need somebody. */
  warning(message: string, options?: LineOptions): void {
    this.#write({ level: "warning", verbosity: 0, message }, options);
  }

  /** Something worth knowing. */
  notice(message: string, options?: LineOptions): void {
    this.#write({ level: "notice", verbosity: 0, message }, options);
  }

  /** Progress, shown from that many `-v` on: 1 to 10, 0 for always. A number outside counts as the nearest. */
  verbose(level: number, message: string, options?: LineOptions): void {
    this.#write({ level: "verbose", verbosity: clampLevel(level, 0), message }, options);
  }

  /** For developers, shown from that debug level on, from 1. */
  debug(level: number, message: string, options?: LineOptions): void {
    this.#write({ level: "debug", verbosity: clampLevel(level, 1), message }, options);
  }

  #write(line: Pick<LogRecord, "level" | "verbosity" | "message">, options: LineOptions = {}): void {
    const { level, verbosity, message } = line;
    if (level === "debug" && !this.debugLevels.accepts(this.#module ?? this.#area, verbosity)) return;
    const takers = [...this.#sinks].filter((sink) => sink.accepts?.(level, verbosity) !== false);
    if (takers.length === 0) return;
    let safe: string | undefined;
    const shown = () => safe ??= options.multiline === true ? printableLines(message) : printable(message);
    const gated = { level, area: this.#area, text: shown };
    if (this.#gate?.admits(() => ENCODER.encode(shown()).length, gated) === false) return;
    const record = { level, verbosity, module: this.#module, area: this.#area, message: shown(), time: this.#now() };
    for (const sink of takers) sink.write(record);
  }
}

const ENCODER = new TextEncoder();

/** Longest text of the host's own with line ends, in UTF-16 units. */
const MAX_LINES_LENGTH = 65_536;

/** Text whose line ends are meant: each line is shown as one, and the whole is cut when it is too long. */
function printableLines(text: string): string {
  const cut = text.length > MAX_LINES_LENGTH
    ? `${text.slice(0, MAX_LINES_LENGTH)}… (${text.length - MAX_LINES_LENGTH} more characters)`
    : text;
  return cut.split("\n").map((line) => printable(line)).join("\n");
}

/** A level between `least` and 10. A module may pass anything, so NaN must not hide or show a line for ever. */
function clampLevel(level: number, least: number): number {
  return Number.isNaN(level) ? least : Math.min(MAX_VERBOSITY, Math.max(least, Math.trunc(level)));
}
