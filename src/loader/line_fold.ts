import type { GatedLine } from "../log/mod.ts";

/** How often a line is written in a row before it is only counted. */
const WRITTEN = 3;

/** After so many milliseconds it is told how often a line came meanwhile, and later it is a new one. */
const TELL_MS = 10_000;

/** Longest text that is compared: what can be longer is the host's own and does not come in a row. */
const MAX_TEXT = 4_200;

/** How much of a repeated text is told again. */
const MAX_TOLD = 200;

/** What is told of lines that were only counted. */
export interface Repeated extends Pick<GatedLine, "level" | "area"> {
  /** For people. */
  readonly message: string;
}

/**
 * The same error or warning again and again, as one line: the first three in a row are written, the others are counted and
 * told with the next other line, after ten seconds, and at the end.
 */
export class LineFold {
  readonly #tell: (repeated: Repeated) => void;
  #last: (Pick<GatedLine, "level" | "area"> & { readonly text: string }) | undefined;
  #seen = 0;
  #counted = 0;
  #at = 0;
  #timer: number | undefined;

  /** A fold that has seen nothing; `tell` writes what is told. */
  constructor(tell: (repeated: Repeated) => void) {
    this.#tell = tell;
  }

  /** Whether lines are counted that nobody was told of. */
  get pending(): boolean {
    return this.#counted > 0;
  }

  /** Whether one more line is to be written. */
  admits({ level, area, text }: GatedLine, now: number): boolean {
    const shown = level === "error" || level === "warning" ? text() : undefined;
    const last = this.#last;
    const same = shown !== undefined && last?.text === shown && last.level === level && last.area === area &&
      now - this.#at < TELL_MS;
    if (!same) {
      this.flush();
      this.#last = shown === undefined || shown.length > MAX_TEXT ? undefined : { level, area, text: shown };
      this.#seen = 0;
    }
    this.#at = now;
    if (++this.#seen <= WRITTEN) return true;
    this.#counted++;
    this.#timer ??= setTimeout(() => this.flush(), TELL_MS);
    return false;
  }

  /** Tells of what was only counted. Safe to call twice. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [last, counted] = [this.#last, this.#counted];
    if (last === undefined || counted === 0) return;
    this.#counted = 0;
    const { level, area, text } = last;
    const told = text.length > MAX_TOLD ? `${text.slice(0, MAX_TOLD)}…` : text;
    this.#tell({ level, area, message: `repeated ${counted === 1 ? "once" : `${counted} times`}: ${told}` });
  }
}
