import type { LogLevel, LogRecord, LogSink } from "./record.ts";

/** Keeps records; for tests, and for lines that are to be shown later. */
export class MemorySink implements LogSink {
  /** What was written, oldest first. */
  readonly records: LogRecord[] = [];
  readonly #most: number;

  /** Keeps the first so many, all of them when nothing is said: where modules write, say something. */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** Keeps a record, if there is room. */
  write(record: LogRecord): void {
    if (this.records.length < this.#most) this.records.push(record);
  }

  /** The messages, of one level or of all, oldest first. */
  messages(level?: LogLevel): string[] {
    return this.records.filter((record) => level === undefined || record.level === level).map(({ message }) => message);
  }
}
