/**
 * Lines appended to a file that others may rotate away.
 *
 * @module
 */

/** Most lines that wait for one file: a disk that hangs must not fill the memory. */
export const MAXIMUM_WAITING = 10_000;

/** Most characters of them. */
export const MAXIMUM_WAITING_LENGTH = 16 * 1024 * 1024;

interface Waiting {
  readonly line: string;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Appends lines to one file, each by a single write, so that lines of several programs never mix.
 *
 * The handle stays open while lines wait and is closed when none is left: a module that may only write cannot ask
 * whether the file was renamed or removed, so it opens the file by its name anew.
 */
export class AppendFile {
  /** Lines written. */
  written = 0;
  /** Lines that could not be written. */
  failed = 0;
  readonly #path: string;
  readonly #waiting: Waiting[] = [];
  #waitingLength = 0;
  #drained: Promise<void> | undefined;

  /** @param path the file; its directory is made when it is missing */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Appends a line, which must end with a line end. Settles when it is written.
   *
   * @throws {Error} when it cannot be written, naming the file
   */
  append(line: string): Promise<void> {
    const tooLong = this.#waitingLength > 0 && this.#waitingLength + line.length > MAXIMUM_WAITING_LENGTH;
    if (tooLong || this.#waiting.length >= MAXIMUM_WAITING) {
      this.failed++;
      return Promise.reject(
        new RangeError(`Cannot write to ${this.#path}: ${this.#waiting.length} records wait already`),
      );
    }
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ line, done });
    this.#waitingLength += line.length;
    this.#drained ??= this.#drain();
    return done.promise;
  }

  /** Settles when no line waits. */
  async idle(): Promise<void> {
    await this.#drained;
  }

  /** Writes what waits. Never rejects: failures go to those who wait. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      try {
        using file = await this.#open();
        while (this.#waiting.length > 0) await this.#write(file, this.#next());
      } catch (cause) {
        while (this.#waiting.length > 0) this.#fail(this.#next(), cause);
      }
    }
    this.#drained = undefined;
  }

  #next(): Waiting {
    const next = this.#waiting.shift()!;
    this.#waitingLength -= next.line.length;
    return next;
  }

  async #open(): Promise<Deno.FsFile> {
    const options = { append: true, create: true, mode: 0o640 };
    try {
      return await Deno.open(this.#path, options);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await Deno.mkdir(this.#path.slice(0, this.#path.lastIndexOf("/")), { recursive: true });
      return await Deno.open(this.#path, options);
    }
  }

  async #write(file: Deno.FsFile, waiting: Waiting): Promise<void> {
    try {
      const bytes = new TextEncoder().encode(waiting.line);
      const count = await file.write(bytes);
      // The rest is not written after it: by now another program may have appended a line of its own.
      if (count < bytes.length) {
        throw new Error(`only ${count} of ${bytes.length} bytes were written; is the disk full`);
      }
      this.written++;
      waiting.done.resolve();
    } catch (cause) {
      this.#fail(waiting, cause);
    }
  }

  #fail(waiting: Waiting, cause: unknown): void {
    this.failed++;
    const reason = cause instanceof Error ? cause.message : String(cause);
    waiting.done.reject(new Error(`Cannot write to ${this.#path}: ${reason}`, { cause }));
  }
}
