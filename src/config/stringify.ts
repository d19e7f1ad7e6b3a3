import { ConfigError } from "../fault/mod.ts";
import { splitKeyLine } from "./key_line.ts";
import { Lexer } from "./lexer.ts";
import { MAX_LINE_BYTES } from "./line_limit.ts";
import { type ConfigFile, ConfigFileData, type Entry, type Section } from "./model.ts";
import { parse } from "./parse.ts";
import { byteLength, strip } from "./text.ts";

const BRACKET = "[";
const HASH = "#";
const BYTE_ORDER_MARK = "\ufeff";

/** What the first character of a key would mean without a backslash before it. */
const SPECIAL_STARTS = "[#\\=";

/** The part of an entry that is written. */
type Line = Pick<Entry, "key" | "value" | "object">;

/**
 * Writes a file so that reading it gives the same sections again.
 *
 * One that came from {@linkcode parse} keeps its comments, blank lines, templates and directives: only plain key lines
 * are set as Asterisk's own writer sets them, `key = value  ;comment`. It is the file that is written, not what a
 * reviver made of it nor what it includes. Lines with block comments stay as they are, where Asterisk's writer would
 * bring commented lines to life.
 *
 * Any other is written from its sections; those with `inherits` with all their lines and without the names.
 *
 * @param file What to write.
 * @returns The text; {@linkcode encodeText} makes bytes of it.
 * @throws {TypeError} When a name, key or value cannot be written in this dialect, a line feed in a value for one.
 */
export function stringify(file: ConfigFile): string {
  const text = ConfigFileData.textOf(file);
  return text === undefined ? file.sections.map(sectionText).join("\n") : tidyText(text);
}

function tidyText(text: string): string {
  const lexer = new Lexer(text, { file: "" });
  const parts: string[] = [];
  let written = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  parts.push(text.slice(0, written));
  while (lexer.advance()) {
    const line = lexer.intricate ? undefined : tidyLine(lexer);
    if (line === undefined) continue;
    if (lexer.start > written) parts.push(text.slice(written, lexer.start));
    parts.push(line);
    written = lexer.end;
  }
  parts.push(text.slice(written));
  if (text !== "" && !text.endsWith("\n")) parts.push("\n");
  return parts.join("");
}

/** A key line in its usual form; nothing for other lines and where the usual form would not fit. */
function tidyLine(lexer: Lexer): string | undefined {
  const { live, raw } = lexer;
  if (live.startsWith(BRACKET) || live.startsWith(HASH)) return undefined;
  const line = splitKeyLine(live);
  if (line === undefined || line.appends || line.key === "") return undefined;
  const comment = lexer.comment < 0 ? "" : `  ${strip(raw, lexer.comment - lexer.start)}`;
  const tidy = entryText({ ...line, value: strip(line.value) }) + comment + (raw.endsWith("\r") ? "\r" : "");
  return byteLength(tidy) > MAX_LINE_BYTES ? undefined : tidy;
}

function sectionText(section: Section): string {
  const header = `[${escapeComments(section.name)}]${section.template ? "(!)" : ""}`;
  const lines = section.entries.map((entry) => {
    const line = entryText(entry);
    if (!readsAs(line, entry)) throw new TypeError(`Cannot write entry "${entry.key}": no line reads as its value`);
    return line;
  });
  if (!headerReadsAs(header, section)) {
    throw new TypeError(`Cannot write section "${section.name}": no header reads so`);
  }
  return [header, ...lines, ""].join("\n");
}

function entryText({ key, value, object }: Line): string {
  const escape = SPECIAL_STARTS.includes(key.charAt(0)) ? "\\" : "";
  return `${escape}${escapeComments(key)} ${object ? "=>" : "="} ${escapeComments(value)}`;
}

function escapeComments(text: string): string {
  return text.replaceAll(";", "\\;");
}

/** Reading back is the one complete test of what can be written. */
function readsAs(line: string, { key, value, object }: Line): boolean {
  const entries = tryParse(`[a]\n${line}\n`)?.sections[0]?.entries;
  const entry = entries?.length === 1 ? entries[0] : undefined;
  return entry?.key === key && entry.value === value && entry.object === object;
}

function headerReadsAs(header: string, { name, template }: Section): boolean {
  const sections = tryParse(`${header}\n`)?.sections;
  const section = sections?.length === 1 ? sections[0] : undefined;
  return section?.name === name && section.template === template;
}

function tryParse(text: string): ConfigFile | undefined {
  try {
    return parse(text, { file: "" });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
