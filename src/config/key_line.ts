import type { Lexer } from "./lexer.ts";
import type { SectionData } from "./model.ts";
import { ReadFault } from "./read_fault.ts";
import type { ReadState } from "./state.ts";
import { isBlank, strip } from "./text.ts";

const BACKSLASH = 0x5c;
const PLUS = 0x2b;
const MORE = 0x3e;
const LAST_ASCII = 0x7f;

/**
 * Reads `key = value`, `key => value` or `key += value` into the section.
 *
 * 1. A backslash at the start takes its meaning from the next character, which must be visible ASCII.
 * 2. The first `=` splits; an escaped one at the start does not.
 * 3. `+` directly before it appends; `>` directly after it only marks the entry.
 *
 * @throws {ReadFault} Outside of any section, or with nothing to escape.
 */
export function readKeyLine(state: ReadState, lexer: Lexer, target: SectionData | undefined): void {
  if (target === undefined) throw outside(lexer);
  const { live } = lexer;
  if (live.charCodeAt(0) === BACKSLASH) checkEscape(lexer);
  const line = splitKeyLine(live);
  if (line === undefined) return state.warn(lexer.position, `No '=' (equal sign) ${place(lexer)}`);
  const { key, value, object, appends } = line;
  if (appends && target.append(key, value, lexer.position)) return;
  if (key === "") return state.warn(lexer.position, `No variable name ${place(lexer)}`);
  target.entries.push({ key, value: strip(value), position: lexer.position, object });
}

/** A key line in its parts. */
export interface KeyLine {
  /** Stripped and without its escape; may be empty. */
  key: string;
  /** What stands after the `=` or `=>`, unstripped: appending keeps the blanks before it. */
  value: string;
  /** Written with `=>`. */
  object: boolean;
  /** Written with `+=`. */
  appends: boolean;
}

/** Takes a line apart that has an `=`; nothing for one that has none. */
export function splitKeyLine(live: string): KeyLine | undefined {
  const escaped = live.charCodeAt(0) === BACKSLASH ? 1 : 0;
  const first = escaped * 2;
  const equals = live.indexOf("=", first);
  if (equals < 0) return undefined;
  const appends = equals > first && live.charCodeAt(equals - 1) === PLUS;
  const object = !appends && live.charCodeAt(equals + 1) === MORE;
  const key = strip(live, escaped, appends ? equals - 1 : equals);
  return { key, value: live.slice(equals + (object ? 2 : 1)), object, appends };
}

function checkEscape(lexer: Lexer): void {
  const code = lexer.live.charCodeAt(1);
  if (code <= LAST_ASCII && !isBlank(code)) return;
  const { position, raw } = lexer;
  throw new ReadFault(
    'Cannot escape the beginning of the line: "\\" stands before a blank, nothing or no ASCII; a visible ASCII character is needed',
    { position, text: raw, level: "error", logged: `Invalid escape ${place(lexer)}` },
  );
}

function outside(lexer: Lexer): ReadFault {
  const { position, raw } = lexer;
  return new ReadFault("Cannot take the line: no section is begun yet; it needs a [section] before it", {
    position,
    text: raw,
    logged: `parse error: No category context for line ${position.line} of ${position.file}`,
  });
}

function place(lexer: Lexer): string {
  const { line, file } = lexer.position;
  return `in line ${line} of ${file}`;
}
