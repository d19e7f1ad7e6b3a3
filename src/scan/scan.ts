import { formatPosition, HostError, messageOf, type Position, printable } from "../fault/mod.ts";
import { isPlain } from "./plain.ts";
import type { Dissection, ImportForm, Quoted, Span } from "./parser.ts";

/** Longest text that the parser is given, in UTF-16 units: it works on the thread of the host. */
export const MAX_PARSED_LENGTH = 2 * 1024 * 1024;

/** What every module may import; the host provides it. */
const API = "asterism";
const NODE = "node:";

/** The words of every import, static or not, and of `export … from`. */
const REST_REGEXP = /\bimport\b|\bfrom\s*["'`]/;

/** Options of {@linkcode scanModule}. */
export interface ScanOptions {
  /** The module's name. */
  readonly name: string;
  /** Built-in modules of Node that were granted, without `node:`. */
  readonly builtins: readonly string[];
  /** Those that can be granted. */
  readonly grantable: readonly string[];
  /** Told of one that is imported and could be granted but is not. */
  lacked?(builtin: string): void;
}

/**
 * Decides what a text imports and gives back the text that may run:
 *
 * 1. a text that plainly imports nothing but `asterism` is taken as it is
 * 2. any other is parsed. Static imports of `asterism` and of granted built-in modules of Node are allowed; `import()`,
 *    `import.meta`, attributes and every other specifier are refused
 * 3. comments become blanks, for some of them redirect error messages to other files; `import` in strings is escaped
 * 4. then no text that could be an import may be left, wherever it stands: should the parser ever see a string where V8
 *    sees code, nothing is gained by it
 *
 * Lines keep their numbers.
 *
 * @throws {HostError} with code `permission` for a refused import, `module` for a text that is no module; the message
 * begins with `name.js:line:column`
 */
export async function scanModule(text: string, options: ScanOptions): Promise<string> {
  if (isPlain(text)) return text;
  const place: Place = { text, file: `${options.name}.js` };
  if (text.length > MAX_PARSED_LENGTH) {
    throw new HostError(
      "module",
      `${place.file} has ${text.length} characters: one that mentions imports may have ${MAX_PARSED_LENGTH}`,
    );
  }
  const dissection = await parse(place);
  for (const form of [...dissection.forms].sort((a, b) => a.start - b.start)) {
    const reason = refusal(form, options);
    if (reason === undefined) continue;
    const { kind, specifier = "", attributes } = form;
    const builtin = kind === "static" && !attributes && specifier.startsWith(NODE) ? specifier.slice(NODE.length) : "";
    if (options.grantable.includes(builtin)) options.lacked?.(builtin);
    throw refuse(place, { start: form.start, reason });
  }
  checkRest(place, dissection);
  return disarm(text, dissection);
}

/** A text and the name it goes by. */
interface Place {
  readonly text: string;
  readonly file: string;
}

async function parse(place: Place): Promise<Dissection> {
  const { dissect } = await import("./parser.ts");
  try {
    return dissect(place.text);
  } catch (error) {
    if (error instanceof RangeError) throw new HostError("module", `${place.file} is nested too deeply to be checked`);
    const { loc } = error as { loc?: { line: number; column: number } };
    const position = { file: place.file, line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1 };
    // Acorn ends its messages with the place; ours begin with it.
    const reason = messageOf(error).replace(/ \(\d+:\d+\)$/, "");
    throw new HostError("module", `${formatPosition(position)}: ${printable(reason)}`);
  }
}

/** Why a form is refused, if it is. */
function refusal(
  { kind, specifier = "", attributes }: ImportForm,
  { name, builtins, grantable }: ScanOptions,
): string | undefined {
  if (kind === "dynamic") return `import() is refused: a module is one text, checked before it runs; bundle it`;
  if (kind === "meta") return `import.meta is refused: a module is not imported from a file`;
  const shown = printable(specifier, 200);
  if (attributes) return `import of "${shown}" with attributes is refused: a module imports code only; bundle it`;
  if (specifier === API) return undefined;
  if (!specifier.startsWith(NODE)) {
    return `import of "${shown}" is refused: a module imports "${API}" only; bundle it into the module`;
  }
  const builtin = specifier.slice(NODE.length);
  if (builtins.includes(builtin)) return undefined;
  if (!grantable.includes(builtin)) {
    return `import of "${shown}" is refused: it leads out of the realm, and no grant gives it`;
  }
  return `import of "${shown}" is refused: it needs "node = ${builtin}" in the [permissions] of its ` +
    `manifest, and "${name} = node=${builtin}" in those of modules.conf`;
}

/** Blanks comments, and escapes the words of imports in strings. */
function disarm(text: string, { comments, quoted, forms }: Dissection): string {
  const edits: (Span & { text: string })[] = comments.map(({ start, end }) => ({
    start,
    end,
    text: text.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, " "),
  }));
  for (const one of outside(quoted, forms)) {
    if (one.raw) continue;
    const escaped = escapeWords(text, one);
    if (escaped !== undefined) edits.push({ ...one, text: escaped });
  }
  return splice(text, edits);
}

/** Those that stand in no static import. Neither these nor the forms overlap each other. */
function outside(quoted: readonly Quoted[], forms: readonly ImportForm[]): Quoted[] {
  const byStart = (a: Span, b: Span) => a.start - b.start;
  const statics = forms.filter(({ kind }) => kind === "static").sort(byStart);
  let at = 0;
  return [...quoted].sort(byStart).filter((one) => {
    while ((statics[at]?.end ?? Infinity) < one.end) at++;
    return (statics[at]?.start ?? Infinity) > one.start;
  });
}

/** The text of a string with the words of imports escaped, or undefined when there are none. */
function escapeWords(text: string, { start, end }: Quoted): string | undefined {
  const whole = text.slice(start, end);
  const escaped = whole.replace(/(\\*)\b(i(?=mport\b)|f(?=rom\s*["'`]))/g, (_, slashes: string, letter: string) => {
    // An escaped letter is that letter; the new escape takes the place of the old.
    const kept = slashes.slice(0, slashes.length - slashes.length % 2);
    return `${kept}\\x${letter.charCodeAt(0).toString(16)}`;
  });
  return escaped === whole ? undefined : escaped;
}

function splice(text: string, edits: readonly (Span & { text: string })[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * The text with everything blank that the parser accounted for: nothing that reads like an import may be left.
 *
 * @throws {HostError} where something is
 */
function checkRest(place: Place, { comments, forms, names, quoted }: Dissection): void {
  const accounted = [...comments, ...forms, ...names, ...quoted.filter(({ raw }) => !raw)];
  const rest = splice(place.text, accounted.map((span) => ({ ...span, text: " ".repeat(span.end - span.start) })));
  const found = REST_REGEXP.exec(rest);
  if (found === null) return;
  throw refuse(place, {
    start: found.index,
    reason: `"${printable(found[0], 40)}" reads like an import: write it otherwise`,
  });
}

function refuse(place: Place, { start, reason }: { start: number; reason: string }): HostError {
  return new HostError("permission", `${formatPosition(positionOf(place, start))}: ${reason}`);
}

function positionOf({ text, file }: Place, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
