import type { AsyncLocalStorage } from "node:async_hooks";
import type { LogLevel, LogRecord, LogSink } from "../log/mod.ts";

/** Most lines of one operation that are kept. */
const MAX_KEPT = 20;

/** What an operation came to, and what was logged of it. */
export interface Told<T> {
  /** Its result. */
  readonly result: T;
  /** Its errors, else its warnings, in order. */
  readonly lines: readonly string[];
}

/** Errors and warnings that the host logs while it does something: told to whoever has asked for it, too. */
export class Causes implements LogSink {
  // The lines of operations that are under way at once are told apart by who began them.
  // Loaded when somebody asks: Node's half of the runtime would take a third of a short command's time.
  #asking: AsyncLocalStorage<LogRecord[]> | undefined;

  /** Whether anybody has asked for what logs a line now. */
  accepts(level: LogLevel): boolean {
    return (level === "error" || level === "warning") && this.#asking?.getStore() !== undefined;
  }

  /** Keeps a line for whoever has asked. */
  write(record: LogRecord): void {
    const kept = this.#asking?.getStore();
    if (kept !== undefined && kept.length < MAX_KEPT) kept.push(record);
  }

  /** Does something and keeps what is logged of it. */
  async of<T>(work: () => Promise<T>): Promise<Told<T>> {
    const kept: LogRecord[] = [];
    if (this.#asking === undefined) {
      const { AsyncLocalStorage } = await import("node:async_hooks");
      this.#asking ??= new AsyncLocalStorage();
    }
    const result = await this.#asking.run(kept, work);
    const errors = kept.filter(({ level }) => level === "error");
    return { result, lines: (errors.length > 0 ? errors : kept).map(({ message }) => message) };
  }
}
