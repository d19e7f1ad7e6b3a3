import type { Writers } from "../log/mod.ts";

/** Fewer modules than this are loaded before anyone has read the line. */
const LEAST_TOTAL = 31;

/** To the beginning of the line, and nothing on it. */
const ERASE = "\r\x1b[K";

/** Shows how far the start is, on one line that is rewritten in place and gone at the end. For terminals only. */
export class ProgressLine {
  readonly #write: (text: string) => void;
  #shown = "";

  /** Makes a line that is not shown yet; `write` takes its text, on the error stream as a rule. */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Shows `Loading modules 34/356`, or nothing when there are few. */
  update(done: number, total: number): void {
    if (total < LEAST_TOTAL) return;
    this.#shown = `Loading modules ${done}/${total}`;
    this.#write(`${ERASE}${this.#shown}`);
  }

  /** Erases the line. Safe to call twice, and when there was none. */
  end(): void {
    if (this.#shown !== "") this.#write(ERASE);
    this.#shown = "";
  }

  /** Writers for the log meanwhile: the line makes room for each text and is back after it. */
  around(writers: Writers): Writers {
    const making = (write: (text: string) => void) => (text: string) => {
      if (this.#shown !== "") this.#write(ERASE);
      write(text);
      if (this.#shown !== "") this.#write(this.#shown);
    };
    return { out: making(writers.out), err: making(writers.err) };
  }
}
