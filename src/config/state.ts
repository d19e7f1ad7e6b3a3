import type { Position } from "../fault/mod.ts";
import type { BlockState, Lexer } from "./lexer.ts";
import { LimitFault } from "./read_fault.ts";
import type { ConfigWarning, SectionData } from "./model.ts";
import type { ParseOptions } from "./options.ts";
import { foldCase } from "./text.ts";

/** Lines that templates may copy in one reading: a chain of `(a,a)` doubles them at every step. */
export const MAX_COPIED_LINES = 1_000_000;

/** Files that one reading may include: a file that includes itself twice asks for 2 to the 10th. */
export const MAX_INCLUDED_FILES = 20_000;

/** Characters that all included files may have together. */
export const MAX_INCLUDED_LENGTH = 256 * 1024 * 1024;

/** Steps that the expressions of `(+filter)` may take in one reading: some seconds. */
export const MAX_MATCHING_STEPS = 100_000_000;

/** One text to be read, main or included. */
export interface ReadText {
  /** The content. */
  text: string;
  /** Its name, for positions. */
  file: string;
  /** Whether a fault ends this text only. It is then a warning, given before that of a comment left open. */
  included: boolean;
  /** Comments left open by the file before, within one glob. */
  block: BlockState | undefined;
  /** The section it adds to: at first where it begins, afterwards where it ended. The next file of a glob goes on there. */
  target: SectionData | undefined;
}

/** What one reading knows across all its files. */
export class ReadState {
  /** As the caller gave them. */
  readonly options: ParseOptions;
  /** All sections so far, of all files. */
  readonly sections: SectionData[] = [];
  /** The section created or continued last, in whichever file: where an included file begins. */
  current: SectionData | undefined;
  /** How deep the present file stands; the main one at 1. An invalid included file never gives its level back. */
  level = 1;
  /** Names included so far, as written. */
  readonly included: Set<string> = new Set();
  /** Reads one text into the sections. Kept here because including calls it again. */
  readonly read: (state: ReadState, input: ReadText) => void;
  #copied = 0;
  #files = 0;
  #length = 0;
  #steps = 0;
  #byName: Map<string, SectionData[]> | undefined;

  /** Begins without sections. */
  constructor(options: ParseOptions, read: (state: ReadState, input: ReadText) => void) {
    this.options = options;
    this.read = read;
  }

  /** Reports something that does not make the file invalid. */
  warn(position: Position, message: string, level: ConfigWarning["level"] = "warning"): void {
    this.options.onWarning?.({ position, message, level });
  }

  /** Adds a new section. */
  append(section: SectionData): void {
    this.sections.push(section);
    if (this.#byName === undefined) return;
    const key = foldCase(section.name);
    const named = this.#byName.get(key);
    if (named === undefined) this.#byName.set(key, [section]);
    else named.push(section);
  }

  /** The sections so far with that name in any case of letters; all of them for the empty name. */
  named(name: string): readonly SectionData[] {
    if (name === "") return this.sections;
    this.#byName ??= Map.groupBy(this.sections, (section) => foldCase(section.name));
    return this.#byName.get(foldCase(name)) ?? [];
  }

  /** Counts lines about to be copied from a template. */
  countCopied(lines: number, lexer: Lexer): void {
    this.#copied += lines;
    if (this.#copied > MAX_COPIED_LINES) {
      throw new LimitFault(
        `Cannot inherit: more than ${MAX_COPIED_LINES} lines would be copied; name fewer templates`,
        { position: lexer.position, text: lexer.raw },
      );
    }
  }

  /** Counts an included file about to be read. */
  countIncluded(length: number, lexer: Lexer): void {
    this.#length += length;
    if (++this.#files > MAX_INCLUDED_FILES || this.#length > MAX_INCLUDED_LENGTH) {
      throw new LimitFault(
        `Cannot include: ${this.#files} files, ${this.#length} characters are too many; look for files that include each other`,
        { position: lexer.position, text: lexer.raw },
      );
    }
  }

  /** Counts the work that regular expressions do. */
  countMatching(steps: number, lexer: Lexer): void {
    this.#steps += steps;
    if (this.#steps > MAX_MATCHING_STEPS) {
      throw new LimitFault(
        `Cannot match the filter: more than ${MAX_MATCHING_STEPS} steps are too many; write simpler expressions`,
        { position: lexer.position, text: lexer.raw },
      );
    }
  }
}
