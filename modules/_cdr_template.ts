/**
 * Templates of cdr_custom.conf: text with `${CDR(field)}` and `${CSV_QUOTE(text)}` in it.
 *
 * @module
 */
import { printableLine } from "../src/fault/printable.ts";

/** A piece of a template. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "quote"; readonly parts: readonly TemplatePart[] };

/** Most functions around one another: each CSV_QUOTE doubles the quotes of what is in it. */
const MAXIMUM_NESTING = 4;

const KNOWN = "there are ${CDR(field)} and ${CSV_QUOTE(text)}";

/** The end of the `${…}` that begins at `start`, counting those inside it. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("${", at)) depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new SyntaxError(`"${text.slice(start)}" has no closing brace`);
}

function parseExpression(body: string, depth: number): TemplatePart {
  const [, name, argument] = /^([A-Z_]+)\((.*)\)$/is.exec(body.trim()) ?? [];
  if (name === undefined || argument === undefined) {
    throw new SyntaxError(`"\${${body}}" is no function that a record can be made of: ${KNOWN}`);
  }
  if (name.toUpperCase() === "CSV_QUOTE") return { kind: "quote", parts: parseTemplate(argument, depth + 1) };
  if (name.toUpperCase() !== "CDR") throw new SyntaxError(`unknown function "${name}": ${KNOWN}`);
  // The options (`u`, `f`, `l`, `r`) choose formats that a record, which holds texts, does not have.
  const field = argument.split(",")[0]!.trim();
  if (!/^[\w.-]+$/.test(field)) throw new SyntaxError(`"\${${body}}" names no field: expected \${CDR(field)}`);
  return { kind: "field", name: field };
}

/**
 * Reads a template.
 *
 * @param depth functions that are around it
 * @throws {SyntaxError} when it holds anything but the two functions, naming it
 */
export function parseTemplate(text: string, depth = 0): TemplatePart[] {
  if (depth > MAXIMUM_NESTING) throw new SyntaxError(`more than ${MAXIMUM_NESTING} functions are around one another`);
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const begin = text.indexOf("${", at);
    if (begin !== at) parts.push({ kind: "text", text: text.slice(at, begin < 0 ? undefined : begin) });
    if (begin < 0) break;
    const end = closingBrace(text, begin);
    parts.push(parseExpression(text.slice(begin + 2, end), depth));
    at = end + 1;
  }
  return parts;
}

/** A text as a CSV field: in quotes, quotes in it doubled. */
export function csvQuote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function render(parts: readonly TemplatePart[], record: Readonly<Record<string, string>>): string {
  return parts.map((part) => {
    if (part.kind === "text") return part.text;
    if (part.kind === "quote") return csvQuote(render(part.parts, record));
    return Object.hasOwn(record, part.name) ? String(record[part.name]) : "";
  }).join("");
}

/**
 * The line of a record, with its line end. Line ends in values become blanks: a caller could otherwise write a record
 * of his own into the file. What a terminal obeys is escaped.
 */
export function formatRecord(template: readonly TemplatePart[], record: Readonly<Record<string, string>>): string {
  return `${printableLine(render(template, record).replace(/[\r\n]+/g, " "))}\n`;
}

/**
 * Why a name cannot be a file in the records' directory, or undefined when it can.
 */
export function fileNameFault(name: string): string | undefined {
  if (/^[\w+@=~-][\w+@=~. -]*$/.test(name) && name.length <= 255) return undefined;
  return `"${name}" is no name of a file: expected letters, digits and . _ - + @ = ~, no directory`;
}
