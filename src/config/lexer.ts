import type { Position } from "../fault/mod.ts";
import { ReadFault } from "./read_fault.ts";
import { byteLength, isBlank, rejoin, strip } from "./text.ts";
import { linePieces, MAX_LINE_BYTES } from "./line_limit.ts";
import type { ConfigWarning } from "./model.ts";

const SEMICOLON = 0x3b;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = "\ufeff";

/** Asterisk knows no more nested `;--` than this; at one more it never returns. */
export const MAX_OPEN_BLOCKS = 128;

/** Block comments that are open. The files of one glob hand it on, as they do in Asterisk. */
export class BlockState {
  /** How many are open; below zero after a stray `--;`, when everything up to the next `;--` is passed over. */
  depth = 0;
  /** Where each open one begins. */
  readonly begun: Position[] = [];
  /** The first `--;` that closed nothing. */
  stray: Position | undefined;
  /** Whether no file was begun yet: only the first loses its byte order mark. */
  fresh = true;
}

/** What a {@linkcode Lexer} needs beside the text. */
export interface LexerOptions {
  /** Name of the file, for positions. */
  file: string;
  /** Open block comments, when another file came before. */
  block?: BlockState | undefined;
  /** Receives what Asterisk would warn of. */
  warn?: ((warning: ConfigWarning) => void) | undefined;
}

/**
 * Cuts a text into the lines that hold something, without comments, escapes of `;` and blanks around them.
 *
 * A line ends at LF; a longer one than 8190 bytes is passed over; a NUL ends it early; what begins at `;` is a comment
 * unless a backslash stands before; `;--` to `--;` is a comment over any number of lines and nests.
 */
export class Lexer {
  /** The present line, ready to be read. Never empty after {@linkcode Lexer.advance} gave true. */
  live = "";
  /** Number of the present line, from 1. */
  line = 0;
  /** Column of the first live character, from 1. */
  column = 1;
  /** Where the present line begins in the text. */
  start = 0;
  /** Where it ends, its line feed not counted. */
  end = 0;
  /** Whether the present line is more than live text with at most an ordinary comment after it. */
  intricate: boolean = false;
  /** Where in the text the ordinary comment of the present line begins; -1 without one. */
  comment = -1;
  /** Block comments that are open now. */
  readonly block: BlockState;
  readonly #text: string;
  readonly #file: string;
  readonly #warn: ((warning: ConfigWarning) => void) | undefined;
  #next = 0;
  // The next of each from the present line on, so that a line without one costs no search.
  #semicolon: number;
  #nul: number;
  #pieces: string[] = [];

  /** Begins before the first line. */
  constructor(text: string, options: LexerOptions) {
    this.#text = text;
    this.#file = options.file;
    this.#warn = options.warn;
    this.block = options.block ?? new BlockState();
    this.#semicolon = indexFrom(text, ";", 0);
    this.#nul = indexFrom(text, "\0", 0);
  }

  /** The text of the present line, comments and all. */
  get raw(): string {
    return this.#text.slice(this.start, this.end);
  }

  /** Where the present line's live text begins. */
  get position(): Position {
    return { file: this.#file, line: this.line, column: this.column };
  }

  /**
   * Goes to the next line that holds something.
   *
   * @returns Whether there is one.
   * @throws {ReadFault} When block comments nest too deep.
   */
  advance(): boolean {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        if (this.#scan(piece, 0, piece.length)) return true;
        continue;
      }
      if (this.#next >= this.#text.length) return false;
      this.#takeLine();
      if (this.#nul < this.end || (this.end - this.start) * 3 > MAX_LINE_BYTES) this.#splitLine();
      else if (this.#scan(this.#text, this.#afterMark(), this.end)) return true;
    }
  }

  /** Reports a block comment that the file's end leaves open. */
  finish(): void {
    const { depth, begun, stray } = this.block;
    this.block.fresh = false;
    if (depth === 0) return;
    const position = (depth > 0 ? begun.at(-1) : stray) ?? this.position;
    this.#report(position, `Unterminated comment detected beginning on line ${position.line}`);
  }

  #takeLine(): void {
    const feed = this.#text.indexOf("\n", this.#next);
    this.start = this.#next;
    this.end = feed < 0 ? this.#text.length : feed;
    this.#next = this.end + 1;
    this.line++;
    if (this.#semicolon < this.start) this.#semicolon = indexFrom(this.#text, ";", this.start);
    if (this.#nul < this.start) this.#nul = indexFrom(this.#text, "\0", this.start);
  }

  /** Where the present line begins to count: after the mark that only the first line of the first file loses. */
  #afterMark(): number {
    if (this.line !== 1 || !this.block.fresh) return this.start;
    this.block.fresh = false;
    return this.#text.startsWith(BYTE_ORDER_MARK) ? this.start + 1 : this.start;
  }

  #splitLine(): void {
    const { raw } = this;
    const short = byteLength(raw) <= MAX_LINE_BYTES;
    const { pieces, skipped } = short ? { pieces: [raw], skipped: [] } : linePieces(raw);
    for (const head of skipped) {
      const position = { file: this.#file, line: this.line, column: 1 };
      this.#report(position, `Line ${this.line} too long, skipping. It begins with: ${head}...`);
    }
    const marked = this.#afterMark() > this.start && skipped.length === 0;
    this.#pieces = pieces.map((piece, index) =>
      (marked && index === 0 ? piece.slice(1) : piece).split("\0", 1)[0] ?? ""
    );
  }

  /** Sets the live part of `source` between two places; whether there is any. */
  #scan(source: string, start: number, end: number): boolean {
    const whole = source === this.#text;
    this.intricate = !whole || this.block.depth !== 0;
    this.comment = -1;
    if (whole && this.#semicolon >= end) return this.block.depth === 0 && this.#setLive(source, start, end);
    if (this.block.depth === 0) {
      while (start < end && isBlank(source.charCodeAt(start))) start++;
      // Most lines with a semicolon are nothing but a comment.
      if (source.charCodeAt(start) === SEMICOLON && start < end && !opensBlock(source, start)) return false;
    }
    return this.#cutComments(source, start, end);
  }

  #setLive(source: string, start: number, end: number): boolean {
    while (start < end && isBlank(source.charCodeAt(start))) start++;
    if (start >= end) return false;
    this.live = strip(source, start, end);
    this.column = start - (source === this.#text ? this.start : 0) + 1;
    return true;
  }

  /**
   * Walks from semicolon to semicolon. What decides about one is only looked for behind the semicolon before it: in
   * `\;--;` the dashes still close a block, the backslash is used up.
   */
  #cutComments(source: string, start: number, end: number): boolean {
    const cut = new CutLine(source, this.block.depth === 0);
    let from = start;
    for (let at = indexFrom(source, ";", from); at < end; at = indexFrom(source, ";", from)) {
      if (at > from && source.charCodeAt(at - 1) === BACKSLASH) {
        cut.add(from, at - 1);
        cut.add(at, at + 1);
        from = at + 1;
      } else if (opensBlock(source, at)) {
        cut.add(from, at);
        cut.stop();
        this.#open(source, start, at);
        from = at + 3;
      } else if (at >= from + 2 && source.charCodeAt(at - 1) === DASH && source.charCodeAt(at - 2) === DASH) {
        this.#close(source, start, at);
        // With a stray end nothing was cut, so its own text stays live on this line.
        cut.add(from, at + 1);
        if (this.block.depth === 0) cut.resume();
        from = at + 1;
      } else if (this.block.depth === 0) {
        cut.add(from, at);
        this.comment = at;
        return this.#takeCut(cut);
      } else {
        cut.add(from, at + 1);
        from = at + 1;
      }
    }
    cut.add(from, end);
    return this.#takeCut(cut);
  }

  #takeCut(cut: CutLine): boolean {
    if (!cut.begun) return false;
    const live = strip(cut.text);
    if (live === "") return false;
    this.live = this.intricate ? rejoin(live) : live;
    this.column = cut.first - (cut.source === this.#text ? this.start : 0) + 1;
    return true;
  }

  #open(source: string, start: number, at: number): void {
    this.intricate = true;
    const position = {
      file: this.#file,
      line: this.line,
      column: at - (source === this.#text ? this.start : start) + 1,
    };
    if (this.block.depth >= MAX_OPEN_BLOCKS) {
      throw new ReadFault(
        `Cannot begin a block comment: ${MAX_OPEN_BLOCKS} are open, the limit; close one with "--;" first`,
        { position, text: this.raw, level: "error", logged: `Maximum nest limit of ${MAX_OPEN_BLOCKS} reached.` },
      );
    }
    if (this.block.depth >= 0) this.block.begun.push(position);
    this.block.depth++;
  }

  #close(source: string, start: number, at: number): void {
    this.intricate = true;
    this.block.depth--;
    if (this.block.depth >= 0) {
      this.block.begun.pop();
      return;
    }
    const column = at - (source === this.#text ? this.start : start) - 1;
    const position = { file: this.#file, line: this.line, column };
    if (this.block.depth === -1) this.block.stray = position;
    this.#report(
      position,
      `End of a block comment that was never begun in line ${this.line} of ${this.#file}: ` +
        `what follows is ignored up to the next ';--'`,
    );
  }

  #report(position: Position, message: string): void {
    this.#warn?.({ position, message, level: "warning" });
  }
}

/** The live parts of one line while its comments are cut out. */
class CutLine {
  readonly source: string;
  /** The live parts, joined without a blank. */
  text = "";
  /** Where the first character that is no blank stands in the source. */
  first = 0;
  /** Whether any part of the line was live, be it empty. */
  begun: boolean;
  #live: boolean;

  constructor(source: string, live: boolean) {
    this.source = source;
    this.begun = live;
    this.#live = live;
  }

  add(start: number, end: number): void {
    if (!this.#live) return;
    if (strip(this.text) === "") {
      let first = start;
      while (first < end && isBlank(this.source.charCodeAt(first))) first++;
      this.first = first;
    }
    this.text += this.source.slice(start, end);
  }

  stop(): void {
    this.#live = false;
  }

  resume(): void {
    this.begun = true;
    this.#live = true;
  }
}

function opensBlock(source: string, at: number): boolean {
  return source.charCodeAt(at + 1) === DASH && source.charCodeAt(at + 2) === DASH && source.charCodeAt(at + 3) !== DASH;
}

/** indexOf, with a place behind every other instead of -1. */
function indexFrom(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from);
  return at < 0 ? Infinity : at;
}
