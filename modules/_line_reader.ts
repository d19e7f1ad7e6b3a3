/**
 * Lines out of bytes.
 *
 * @module
 */

/** Longest line, in characters; what is longer comes as several. */
export const MAXIMUM_LINE = 8192;

/**
 * Lines out of bytes: ends of line of any kind, without a character of a terminal's in them. Each character is looked at
 * once, however few come at a time.
 */
export class LineReader {
  readonly #decoder = new TextDecoder();
  /** Pieces of a line that has not ended. */
  #pieces: string[] = [];
  #length = 0;

  /** The lines that these bytes complete. */
  read(bytes: Uint8Array): string[] {
    const [first = "", ...others] = this.#decoder.decode(bytes, { stream: true }).split("\n");
    const lines: string[] = [];
    this.#add(first, lines);
    for (const part of others) {
      lines.push(this.#take());
      this.#add(part, lines);
    }
    return lines;
  }

  /** What is left when nothing more comes. */
  end(): string[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  #add(text: string, lines: string[]): void {
    let rest = text;
    while (this.#length + rest.length > MAXIMUM_LINE) {
      const fits = MAXIMUM_LINE - this.#length;
      this.#pieces.push(rest.slice(0, fits));
      rest = rest.slice(fits);
      lines.push(this.#take());
    }
    if (rest === "") return;
    this.#pieces.push(rest);
    this.#length += rest.length;
  }

  #take(): string {
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    // deno-lint-ignore no-control-regex -- control characters are what must go
    return line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
  }
}
