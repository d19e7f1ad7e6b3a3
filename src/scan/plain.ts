/**
 * The one import that needs no parser: of `asterism`, written as people and bundlers write it. In a comment, a string or
 * a template the same text is no import at all, so it is harmless wherever it stands.
 */
const API_IMPORT_REGEXP =
  /\bimport(?:\s+[\w$]+\s+|\s*\{[\w$\s,]*\}\s*|\s*\*\s*as\s+[\w$]+\s+)from\s*(?:"asterism"|'asterism')/g;

/** `from`, each letter possibly escaped: V8 takes no escaped keyword, but Deno's own parser follows `fr\u006fm "x"`. */
const FROM = [..."from"].map((letter) => `(?:${letter}|\\\\u\\{?0*${letter.charCodeAt(0).toString(16)}\\}?)`).join("");

/**
 * What is left of a text could be an import, a re-export, or a pragma that names another file as the source of errors.
 * The keyword `import` can neither be escaped nor follow a letter or a digit, so nothing that imports is without a match,
 * and most of what matches imports nothing: then the parser decides.
 */
const SUSPECT_REGEXP = new RegExp(`\\bimport\\b|${FROM}\\s*(?:["'\`]|/[*/])|[#@]\\s*source`, "i");

/** Whether a text plainly imports nothing but `asterism`. No is not a verdict: ask the parser. */
export function isPlain(text: string): boolean {
  return !SUSPECT_REGEXP.test(text.replace(API_IMPORT_REGEXP, ";"));
}
