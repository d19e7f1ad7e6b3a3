import { printable } from "../fault/mod.ts";
import { DebugLevels } from "./debug_levels.ts";
import type { LogRecord, LogSink } from "./record.ts";

/** Highest level of a verbose line. */
const MAX_VERBOSITY = 10;

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
  /** Which debug lines are written, by the whole family. */
  readonly debugLevels: DebugLevels;

  /** Makes a logger over sinks; pass a `Set` to share it with the logger. */
  constructor(sinks: Iterable<LogSink>, options: LoggerOptions = {}) {
    this.#sinks = sinks instanceof Set ? sinks : new Set(sinks);
    this.#module = options.module === undefined ? undefined : printable(options.module);
    this.#area = options.area === undefined ? this.#module ?? "core" : printable(options.area);
    this.#now = options.now ?? Date.now;
    this.debugLevels = options.debugLevels ?? new DebugLevels();
  }

  /** A logger for a part of the host or for a module, with the same sinks and clock. */
  child(options: Pick<LoggerOptions, "area" | "module">): Logger {
    const module = options.module ?? this.#module;
    const area = options.area ?? options.module ?? this.#area;
    return new Logger(this.#sinks, { area, module, now: this.#now, debugLevels: this.debugLevels });
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
    let safe: string | undefined;
    for (const sink of this.#sinks) {
      if (sink.accepts !== undefined && !sink.accepts(level, verbosity)) continue;
      safe ??= options.multiline === true ? message.split("\n").map(printableLine).join("\n") : printable(message);
      sink.write({ level, verbosity, module: this.#module, area: this.#area, message: safe, time: this.#now() });
    }
  }
}

/** `map` passes an index too, which must not become the limit. */
function printableLine(line: string): string {
  return printable(line);
}

/** A level between `least` and 10. A module may pass anything, so NaN must not hide or show a line for ever. */
function clampLevel(level: number, least: number): number {
  return Number.isNaN(level) ? least : Math.min(MAX_VERBOSITY, Math.max(least, Math.trunc(level)));
}
