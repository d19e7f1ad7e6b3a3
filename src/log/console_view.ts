import { LEVELS, type LogLevel } from "./record.ts";

/** The console channel of the log: what may reach a console at all. Shared by all of them. */
export interface ConsoleChannel {
  /** Levels that consoles show; verbose lines are each console's own choice. */
  levels: ReadonlySet<LogLevel>;
}

/** What one console shows of the log. Everything about it may change at run time. */
export class ConsoleView {
  /** Verbose lines up to this level are shown. */
  verbosity: number;
  /** Whether all lines are kept from it. */
  muted = false;
  /** Levels that are kept from it. */
  readonly hidden: Set<string> = new Set();
  /** What may reach it. */
  channel: ConsoleChannel;

  /** A console that shows what the channel has, and verbose lines up to a level. */
  constructor(verbosity = 0, channel: ConsoleChannel = { levels: new Set(LEVELS) }) {
    this.verbosity = verbosity;
    this.channel = channel;
  }

  /** Whether such a line is shown at present. */
  accepts(level: LogLevel, verbosity: number): boolean {
    if (this.muted || this.hidden.has(level)) return false;
    if (level === "verbose") return verbosity <= this.verbosity;
    return this.channel.levels.has(level);
  }
}
