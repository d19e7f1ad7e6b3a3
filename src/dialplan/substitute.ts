import { evaluateExpression, type ExpressionScope, MAX_TEXT } from "./expression.ts";

export { MAX_TEXT } from "./expression.ts";

/** What text of the dialplan may ask of the call it is run in. */
export interface Scope extends ExpressionScope {
  /** The value of a variable; nothing when there is none. */
  variable(name: string): string | undefined;
}

/** How deep variables may stand in one another. */
const MAX_DEPTH = 50;
/** Steps that one replacement is worth, besides its characters. */
const REPLACE_STEPS = 50;

/**
 * Replaces `${NAME}`, `${NAME:offset:length}`, `${FUNCTION(args)}` and `$[expression]`, those within others first. What
 * comes in is not looked at again.
 *
 * @throws {RangeError} when the text becomes too long, or stands in itself too deep
 * @throws {HostError} with code `limit` when it takes too many steps
 */
export async function substitute(text: string, scope: Scope, depth: number = 0): Promise<string> {
  if (depth > MAX_DEPTH) throw new RangeError(`variables stand in one another more than ${MAX_DEPTH} deep`);
  let result = "";
  let at = 0;
  for (;;) {
    const begin = nextBegin(text, at);
    result += text.slice(at, begin);
    if (begin === text.length) return checked(result);
    const expression = text[begin + 1] === "[";
    const end = matchingEnd(text, begin + 2, expression ? "[]" : "{}");
    if (end === undefined) {
      scope.warn(`Error in extension logic (missing '${expression ? "]" : "}"}'): ${text.slice(begin)}`);
      return checked(result + text.slice(begin));
    }
    // Each level looks at its own text once more.
    scope.spend(REPLACE_STEPS + (end - begin));
    const rest = scope.rest();
    if (rest !== undefined) await rest;
    const inside = await substitute(text.slice(begin + 2, end), scope, depth + 1);
    scope.spend(inside.length);
    result = checked(result + (expression ? await evaluateExpression(inside, scope) : await read(inside, scope)));
    at = end + 1;
  }
}

function checked(text: string): string {
  if (text.length > MAX_TEXT) throw new RangeError(`text becomes longer than ${MAX_TEXT} characters`);
  return text;
}

function nextBegin(text: string, from: number): number {
  for (let at = text.indexOf("$", from); at >= 0; at = text.indexOf("$", at + 1)) {
    if (text[at + 1] === "{" || text[at + 1] === "[") return at;
  }
  return text.length;
}

function matchingEnd(text: string, from: number, [open, close]: string): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at;
  }
  return undefined;
}

async function read(written: string, scope: Scope): Promise<string> {
  const { name, offset, length } = splitName(written);
  const open = name.indexOf("(");
  const value = open < 0
    ? scope.variable(name) ?? ""
    : await scope.readFunction(name.slice(0, open), name.slice(open + 1, name.endsWith(")") ? -1 : undefined));
  return substring(value, offset, length);
}

/** Takes `:offset:length` off, outside of parentheses. */
function splitName(written: string): { name: string; offset: number; length: number } {
  let depth = 0;
  for (let at = 0; at < written.length; at++) {
    if (written[at] === "(") depth++;
    else if (written[at] === ")") depth--;
    else if (written[at] === ":" && depth <= 0) {
      const [, offset = "0", length] = /^:\s*([+-]?\d+)?(?::\s*([+-]?\d+))?/.exec(written.slice(at)) ?? [];
      return { name: written.slice(0, at), offset: Number(offset), length: Number(length ?? Infinity) };
    }
  }
  return { name: written, offset: 0, length: Infinity };
}

/** A negative offset counts from the end, a negative length leaves off so much there. */
export function substring(value: string, offset: number, length: number): string {
  const start = offset < 0 ? Math.max(0, value.length + offset) : offset;
  const end = length < 0 ? value.length + length : start + length;
  return end <= start ? "" : value.slice(start, end);
}

/** Names of functions that a text reads, in capitals: for those who must be there when it runs. */
export function functionsIn(text: string): string[] {
  return [...text.matchAll(/\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\(/g)].map(([, name = ""]) => name.toUpperCase());
}
