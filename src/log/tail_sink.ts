import type { LogLevel, LogRecord, LogSink } from "./record.ts";

/** A line with its place among all lines. */
export interface NumberedRecord extends LogRecord {
  /** From 1, without gaps. */
  readonly number: number;
}

/** What a {@linkcode TailSink} keeps. */
export interface TailOptions {
  /** Lines. */
  readonly lines: number;
  /** Length of their texts together, in UTF-16 units; the latest line is kept in any case. */
  readonly length: number;
  /** Verbose lines up to this level. */
  readonly verbosity: number;
}

/** Keeps the latest lines in memory, for whoever wants to see the end of the log. Lines of debugging are left out. */
export class TailSink implements LogSink {
  readonly #options: TailOptions;
  readonly #records: NumberedRecord[] = [];
  #count = 0;
  #length = 0;

  /** Keeps nothing yet. */
  constructor(options: TailOptions) {
    this.#options = options;
  }

  /** What is shown of a line depends on its kind alone. */
  accepts(level: LogLevel, verbosity: number): boolean {
    return level !== "debug" && (level !== "verbose" || verbosity <= this.#options.verbosity);
  }

  /** Keeps a line. */
  write(record: LogRecord): void {
    this.#records.push({ ...record, number: ++this.#count });
    this.#length += record.message.length;
    while (this.#records.length > this.#options.lines || this.#length > this.#options.length) {
      if (this.#records.length === 1) return;
      this.#length -= this.#records.shift()?.message.length ?? 0;
    }
  }

  /** The lines that are kept and came after that number, oldest first. */
  after(number: number): NumberedRecord[] {
    return this.#records.filter((record) => record.number > number);
  }
}
