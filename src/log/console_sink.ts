import { ConsoleView } from "./console_view.ts";
import { type FormatOptions, formatRecord } from "./format.ts";
import type { LogRecord, LogSink } from "./record.ts";

/** Where text goes. Each takes whole lines. */
export interface Writers {
  /** Verbose, notice and debug lines. */
  readonly out: (text: string) => void;
  /** Warnings and errors. */
  readonly err: (text: string) => void;
}

/** Options of {@linkcode ConsoleSink}. */
export interface ConsoleSinkOptions extends FormatOptions {
  /** Verbose lines up to this level are shown. @default {0} */
  readonly verbosity?: number | undefined;
}

/** Shows records as Asterisk's console does. Everything about it may change at run time. */
export class ConsoleSink extends ConsoleView implements LogSink {
  /** Where lines go; a local console puts itself here while it is open. */
  writers: Writers;
  /** How lines look. */
  options: ConsoleSinkOptions;

  /** Makes a sink that shows no verbose lines unless told to. */
  constructor(writers: Writers, options: ConsoleSinkOptions) {
    super(options.verbosity);
    this.writers = writers;
    this.options = options;
  }

  /** Shows a record, if it is to be shown at present. */
  write(record: LogRecord): void {
    if (!this.accepts(record.level, record.verbosity)) return;
    const text = formatRecord(record, this.options);
    if (record.level === "error" || record.level === "warning") this.writers.err(text);
    else this.writers.out(text);
  }
}
