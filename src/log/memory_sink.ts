import type { LogLevel, LogRecord, LogSink } from "./record.ts";

/** Keeps every record; for tests, and for lines that are to be shown later. */
export class MemorySink implements LogSink {
  /** What was written, oldest first. */
  readonly records: LogRecord[] = [];

  /** Keeps a record. */
  write(record: LogRecord): void {
    this.records.push(record);
  }

  /** The messages, of one level or of all, oldest first. */
  messages(level?: LogLevel): string[] {
    return this.records.filter((record) => level === undefined || record.level === level).map(({ message }) => message);
  }
}
