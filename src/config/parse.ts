import { readDirective } from "./include.ts";
import { Lexer } from "./lexer.ts";
import { readKeyLine } from "./key_line.ts";
import { type ConfigFile, ConfigFileData, type Entry, type SectionData } from "./model.ts";
import type { ParseOptions, Reviver } from "./options.ts";
import { ReadFault } from "./read_fault.ts";
import { ReadState, type ReadText } from "./state.ts";
import { readHeader } from "./template.ts";
import { decodeText } from "./text.ts";

const BRACKET = 0x5b;
const HASH = 0x23;

/**
 * Reads a configuration file in Asterisk's dialect. Pure and synchronous; other files are asked of `options.source`.
 *
 * Bytes that are no UTF-8 are kept as {@linkcode decodeText} says, in a string as in bytes.
 *
 * @param text The content. A string is taken as it is, bytes are decoded.
 * @param options The file's name, and what its directives may do.
 * @returns The sections in order, templates included, with inheritance done.
 * @throws {ConfigError} When the file is invalid as a whole, with the line at fault. An included file that is invalid
 * ends at its fault, which is then a warning; one that is missing makes the file invalid that named it.
 */
export function parse(text: string | Uint8Array, options: ParseOptions): ConfigFile {
  const content = typeof text === "string" ? text : decodeText(text);
  const state = new ReadState(options, readText);
  readText(state, { text: content, file: options.file, included: false, block: undefined, target: undefined });
  if (options.reviver !== undefined) reviveAll(state.sections, options.reviver);
  return new ConfigFileData(options.file, state.sections, content);
}

function readText(state: ReadState, input: ReadText): void {
  const lexer = new Lexer(input.text, { file: input.file, block: input.block, warn: state.options.onWarning });
  try {
    while (lexer.advance()) {
      const first = lexer.live.charCodeAt(0);
      if (first === BRACKET) input.target = readHeader(state, lexer);
      else if (first === HASH) readDirective(state, lexer);
      else readKeyLine(state, lexer, input.target);
    }
  } catch (error) {
    if (error instanceof ReadFault) {
      if (input.included) state.warn(error.position, error.logged, error.level);
      lexer.finish();
    }
    throw error;
  }
  lexer.finish();
}

function reviveAll(sections: readonly SectionData[], reviver: Reviver): void {
  for (const section of sections) {
    section.entries = section.entries.flatMap((entry) => revive(entry, section.name, reviver));
  }
}

function revive(entry: Entry, section: string, reviver: Reviver): Entry[] {
  const value = reviver(entry.key, entry.value, section, entry.position);
  if (value === undefined) return [];
  return value === entry.value ? [entry] : [{ ...entry, value }];
}
