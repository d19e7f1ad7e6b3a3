/** Every level, in Asterisk's order. */
export const LEVELS: readonly LogLevel[] = ["debug", "notice", "warning", "error", "verbose"];

/** What kind of line it is. `verbose` and `debug` have a number beside it, {@linkcode LogRecord.verbosity}. */
export type LogLevel = "error" | "warning" | "notice" | "verbose" | "debug";

/** One thing said to the log. Its texts are safe to show: the logger has made control characters visible. */
export interface LogRecord {
  /** What kind of line it is. */
  readonly level: LogLevel;
  /** `verbose`: 0 to 10, shown from that many `-v` on. `debug`: from 1. Otherwise 0. */
  readonly verbosity: number;
  /** The module it is from or about, when there is one. */
  readonly module?: string | undefined;
  /** Who says it: a part of the host such as `loader`, or the module's name. */
  readonly area: string;
  /** The text; line ends in it are the host's own. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Where records go. */
export interface LogSink {
  /** Takes a record. Must not throw: whoever logs cannot do anything about it. */
  write(record: LogRecord): void;
  /**
   * Whether such a record would be shown at all; without it, every record is written. Lets lines that nobody sees cost
   * nothing.
   */
  accepts?(level: LogLevel, verbosity: number): boolean;
}
