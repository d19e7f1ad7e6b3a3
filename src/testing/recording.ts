import { HostError } from "../fault/mod.ts";
import type { LogRecord, LogSink } from "../log/mod.ts";

/** Longest wait for a line of the log, in milliseconds. */
const LOG_DEADLINE_MS = 10_000;

/** Keeps every record and tells when one was written. */
export class RecordingSink implements LogSink {
  readonly records: LogRecord[] = [];
  #next: PromiseWithResolvers<void> = Promise.withResolvers();

  write(record: LogRecord): void {
    this.records.push(record);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** The first message that matches, already written or to come. */
  async wait(matches: (record: LogRecord) => boolean, what: string): Promise<string> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const said = this.records.map(({ level, message }) => `${level}: ${message}`).join("\n");
      late.reject(
        new HostError("deadline", `Nothing ${what} was logged within ${LOG_DEADLINE_MS / 1000} s, but\n${said}`),
      );
    }, LOG_DEADLINE_MS);
    try {
      for (;;) {
        const found = this.records.find(matches);
        if (found !== undefined) return found.message;
        await Promise.race([this.#next.promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What the log says of a fault, as one text. */
export function whyNot(name: string, records: readonly LogRecord[], what: string = "does not run"): string {
  const faults = records.filter(({ level }) => level === "error" || level === "warning");
  return [`${name} ${what}:`, ...faults.map(({ message }) => `  ${message}`)].join("\n");
}
