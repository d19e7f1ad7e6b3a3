import { messageOf } from "../fault/mod.ts";
import { type FileFormat, formatForFile } from "./file_format.ts";
import type { RotateStrategy } from "./logger_conf.ts";
import type { LogLevel, LogRecord, LogSink } from "./record.ts";
import { rotation } from "./rotate.ts";

/** What a file of the log is opened with. */
export interface FileSinkOptions {
  /** Its path. */
  readonly path: string;
  /** Levels that it takes. */
  readonly levels: ReadonlySet<LogLevel>;
  /** Verbose lines up to that level. */
  readonly verbosity: () => number;
  /** How lines look. */
  readonly format: FileFormat;
  /** How it is named when it is rotated. */
  readonly rotateStrategy: RotateStrategy;
  /** Beyond this many bytes it is rotated. */
  readonly rotateSize: number;
  /** Told the new name after each rotation. */
  readonly rotated?: ((file: string) => void) | undefined;
  /** Told once when it cannot be written any more. */
  readonly failed: (message: string) => void;
}

/** What writes a file: as much of the logging library as is used. */
export interface Writer {
  /** Writes text; throws when it cannot. */
  write(text: string): boolean;
  /** Closes the file, soon. */
  destroy(): void;
  /** Tells of faults that come later. */
  on(event: "error", listener: (error: unknown) => void): unknown;
}

/** Opens a writer at the end of a file. */
export type OpenWriter = (path: string) => Writer;

/** Loads the logging library. */
export async function fileWriter(): Promise<OpenWriter> {
  const { default: Boom } = await import("./file_writer.ts");
  // A line must be out before the program ends, so each is written at once.
  return (path) => new Boom({ dest: path, append: true, mkdir: true, sync: true, minLength: 0, mode: 0o640 });
}

/** A file of the log. One that cannot be written is disabled until it is opened anew; it never disturbs who logs. */
export class FileSink implements LogSink {
  readonly #options: FileSinkOptions;
  readonly #open: OpenWriter;
  #writer: Writer | undefined;
  #bytes = 0;

  /** Opens the file. */
  constructor(open: OpenWriter, options: FileSinkOptions) {
    this.#open = open;
    this.#options = options;
    this.reopen();
  }

  /** Whether it can be written. */
  get enabled(): boolean {
    return this.#writer !== undefined;
  }

  /** Whether such a line goes into the file. */
  accepts(level: LogLevel, verbosity: number): boolean {
    const { levels } = this.#options;
    return this.enabled && levels.has(level) && (level !== "verbose" || verbosity <= this.#options.verbosity());
  }

  /** Writes a record, if the file takes it. */
  write(record: LogRecord): void {
    if (!this.accepts(record.level, record.verbosity)) return;
    this.writeLine(formatForFile(record, this.#options.format));
    if (this.#bytes > this.#options.rotateSize) this.rotate();
  }

  /** Writes a line as it is. */
  writeLine(line: string): void {
    try {
      this.#writer?.write(line);
      this.#bytes += line.length;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Opens the file anew: another program may have moved it. */
  reopen(): void {
    this.close();
    const { path } = this.#options;
    try {
      const writer = this.#open(path);
      writer.on("error", (error: unknown) => this.#fail(error));
      this.#writer = writer;
      this.#bytes = sizeOf(path) ?? 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Gives the file another name and begins a new one. */
  rotate(): void {
    const { path, rotateStrategy, rotated } = this.#options;
    const renames = rotation(path, rotateStrategy, { exists: (file) => sizeOf(file) !== undefined, now: Date.now() });
    try {
      for (const { from, to } of renames) Deno.renameSync(from, to);
    } catch (error) {
      this.#options.failed(`Unable to rename file '${path}': ${messageOf(error)}`);
    }
    this.reopen();
    const last = renames.at(-1);
    if (last !== undefined) rotated?.(last.to);
  }

  /** Closes it. Safe to call twice. */
  close(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    try {
      writer?.destroy();
    } catch {
      // It could not be written before either.
    }
  }

  #fail(error: unknown): void {
    if (this.#writer !== undefined) this.close();
    this.#options.failed(
      `Unable to write log file '${this.#options.path}': ${messageOf(error)}; it is disabled until 'logger reload'`,
    );
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}
