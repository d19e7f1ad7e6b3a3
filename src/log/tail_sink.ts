import type { LogLevel, LogRecord, LogSink } from "./record.ts";

/** A line with its place among all lines. */
export interface NumberedRecord extends LogRecord {
  /** From 1, without gaps. */
  readonly number: number;
}

/** Keeps the latest lines in memory, for whoever wants to see the end of the log. Lines of debugging are left out. */
export class TailSink implements LogSink {
  readonly #size: number;
  readonly #verbosity: number;
  readonly #records: NumberedRecord[] = [];
  #count = 0;

  /** Keeps as many lines as `size`, verbose ones up to that level. */
  constructor(size: number, verbosity: number) {
    this.#size = size;
    this.#verbosity = verbosity;
  }

  /** What is shown of a line depends on its kind alone. */
  accepts(level: LogLevel, verbosity: number): boolean {
    return level !== "debug" && (level !== "verbose" || verbosity <= this.#verbosity);
  }

  /** Keeps a line. */
  write(record: LogRecord): void {
    this.#records.push({ ...record, number: ++this.#count });
    if (this.#records.length > this.#size) this.#records.shift();
  }

  /** The lines that are kept and came after that number, oldest first. */
  after(number: number): NumberedRecord[] {
    return this.#records.filter((record) => record.number > number);
  }
}
