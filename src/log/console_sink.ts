import { formatRecord } from "./format.ts";
import type { LogLevel, LogRecord, LogSink } from "./record.ts";

/** Where text goes. Each takes whole lines. */
export interface Writers {
  /** Verbose, notice and debug lines. */
  readonly out: (text: string) => void;
  /** Warnings and errors. */
  readonly err: (text: string) => void;
}

/** Options of {@linkcode ConsoleSink}. */
export interface ConsoleSinkOptions {
  /** Process id shown in the lines. */
  readonly pid: number;
  /** Whether lines carry colors. @default {false} */
  readonly color?: boolean | undefined;
  /** Verbose lines up to this level are shown. @default {0} */
  readonly verbosity?: number | undefined;
  /** Debug lines up to this level are shown. @default {0} */
  readonly debugLevel?: number | undefined;
}

/** Shows records as Asterisk's console does. Everything about it may change at run time. */
export class ConsoleSink implements LogSink {
  /** Where lines go; a local console puts itself here while it is open. */
  writers: Writers;
  /** Verbose lines up to this level are shown. */
  verbosity: number;
  /** Debug lines up to this level are shown. */
  debugLevel: number;
  /** Whether lines carry colors. */
  color: boolean;
  readonly #pid: number;

  /** Makes a sink that shows no verbose and no debug lines unless told to. */
  constructor(writers: Writers, options: ConsoleSinkOptions) {
    this.writers = writers;
    this.verbosity = options.verbosity ?? 0;
    this.debugLevel = options.debugLevel ?? 0;
    this.color = options.color ?? false;
    this.#pid = options.pid;
  }

  /** Whether such a line is shown at the present levels. */
  accepts(level: LogLevel, verbosity: number): boolean {
    if (level === "verbose") return verbosity <= this.verbosity;
    return level !== "debug" || verbosity <= this.debugLevel;
  }

  /** Shows a record, if the present levels let it through. */
  write(record: LogRecord): void {
    if (!this.accepts(record.level, record.verbosity)) return;
    const text = formatRecord(record, { pid: this.#pid, color: this.color });
    if (record.level === "error" || record.level === "warning") this.writers.err(text);
    else this.writers.out(text);
  }
}
