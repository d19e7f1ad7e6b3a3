import { compileEre, EreError } from "../ere/mod.ts";
import { HostError } from "../fault/mod.ts";

/**
 * A value in `$[…]`: a number that was computed, a text of digits, or any other text; texts in quotes keep them.
 * Comparing looks at texts of digits as numbers, at other texts as they are.
 */
export type Value =
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "digits" | "text"; readonly text: string };

/** Longer patterns are refused at once. */
const MAX_PATTERN = 1000;
/** Steps that compiling one character of a regular expression is worth. */
const COMPILE_STEPS = 50;

/** What division by zero and by no number give: C's largest `int`. */
const LARGEST = 2_147_483_647;

/** What operators ask of their surroundings. */
export interface OperatorScope {
  /** Told what is odd about an expression that has a value all the same. */
  warn(message: string): void;
  /** Counts the work of regular expressions. Throws a HostError with code `limit` when it becomes too much. */
  match(steps: number): void;
  /** Counts other work, in steps of some ten nanoseconds. Throws a HostError with code `limit` when it is too much. */
  spend(steps: number): void;
}

/** A number. */
export function numberValue(number: number): Value {
  return { kind: "number", number };
}

/** A text; one that looks like a number counts as one in comparisons. */
export function textValue(text: string): Value {
  return { kind: /^[0-9.]+$/.test(text) ? "digits" : "text", text };
}

/** A value as the dialplan has it. */
export function showValue(value: Value): string {
  return value.kind === "number" ? showNumber(value.number) : value.text;
}

/** As C prints it with `%.18Lg`, with as many digits as a number here really has. */
function showNumber(number: number): string {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  const exact = Number.isInteger(number) ? number : Number(number.toPrecision(15));
  if (exact === 0) return "0";
  const [digits = "", exponent] = exact.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -5 && power < 18) return String(Math.abs(exact) < 1e-6 ? exact.toFixed(20).replace(/0+$/, "") : exact);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** As C's `strtod` reads digits; nothing for any other text. */
export function toNumber(value: Value): number | undefined {
  if (value.kind === "number") return value.number;
  if (value.kind === "text") return undefined;
  return Number(/^(?:\d+\.?\d*|\.\d+)/.exec(value.text)?.[0] ?? 0);
}

function isZeroOrNull(value: Value): boolean {
  return value.kind !== "number" && value.text === "" || toNumber(value) === 0;
}

function withoutQuotes(value: Value): string {
  const text = showValue(value);
  return text.startsWith('"') && text.endsWith('"') ? text.replaceAll('"', "") : text;
}

/** -1, 0 or 1: as texts when either is one that is no number. */
function compare(a: Value, b: Value): number {
  const numbers = a.kind !== "text" && b.kind !== "text";
  const [x, y] = numbers ? [toNumber(a)!, toNumber(b)!] : [showValue(a), showValue(b)];
  return x === y ? 0 : x < y ? -1 : 1;
}

function truth(holds: boolean): Value {
  return numberValue(holds ? 1 : 0);
}

/** Operators of two values. */
export const BINARY: Readonly<Record<string, (a: Value, b: Value, scope: OperatorScope) => Value>> = {
  "|": (a, b) => isZeroOrNull(a) ? b : a,
  "&": (a, b) => isZeroOrNull(a) || isZeroOrNull(b) ? numberValue(0) : a,
  "=": (a, b) => truth(compare(a, b) === 0),
  "!=": (a, b) => truth(compare(a, b) !== 0),
  ">": (a, b) => truth(compare(a, b) > 0),
  "<": (a, b) => truth(compare(a, b) < 0),
  ">=": (a, b) => truth(compare(a, b) >= 0),
  "<=": (a, b) => truth(compare(a, b) <= 0),
  "+": (a, b, scope) => add(toNumber(a), toNumber(b), scope),
  "-": (a, b, scope) => {
    const subtrahend = toNumber(b);
    return add(toNumber(a), subtrahend === undefined ? undefined : -subtrahend, scope);
  },
  "*": (a, b, scope) => calculate([a, b], scope, (x, y) => x * y),
  "/": divide,
  "%": (a, b, scope) => {
    if (toNumber(b) !== 0) return calculate([a, b], scope, (x, y) => x % y);
    scope.warn("division by zero");
    return b;
  },
  ":": (a, b, scope) => matchValue([a, b], scope, (start) => start === 0),
  "=~": (a, b, scope) => matchValue([a, b], scope, () => true),
  "~~": (a, b) => textValue(withoutQuotes(a) + withoutQuotes(b)),
};

/** Operators of one value. */
export const UNARY: Readonly<Record<string, (a: Value, scope: OperatorScope) => Value>> = {
  "-": (a, scope) => calculate([a, a], scope, (x) => -x),
  "!": (a) => {
    if (a.kind === "number") return truth(a.number === 0);
    const holds = a.text !== "" && a.text !== "0" && Math.trunc(parseInt(a.text, 10) || 0) !== 0;
    return truth(!holds);
  },
};

/** `a ? b :: c`. */
export function choose(condition: Value, yes: Value, no: Value): Value {
  if (condition.kind === "text") return ["", '""', "0"].includes(condition.text) ? no : yes;
  return toNumber(condition) !== 0 ? yes : no;
}

function add(a: number | undefined, b: number | undefined, scope: OperatorScope): Value {
  if (a === undefined || b === undefined) scope.warn("non-numeric argument");
  return numberValue((a ?? 0) + (b ?? 0));
}

function calculate([a, b]: [Value, Value], scope: OperatorScope, operation: (x: number, y: number) => number): Value {
  const [x, y] = [toNumber(a), toNumber(b)];
  if (x !== undefined && y !== undefined) return numberValue(operation(x, y));
  scope.warn("non-numeric argument");
  return numberValue(0);
}

function divide(a: Value, b: Value, scope: OperatorScope): Value {
  const [x, y] = [toNumber(a), toNumber(b)];
  if (x !== undefined && y !== undefined && y !== 0) return numberValue(x / y);
  scope.warn(y === 0 && x !== undefined ? "division by zero" : "non-numeric argument");
  return numberValue(x === undefined ? 0 : LARGEST);
}

/** The first group of a match, without groups its length; nothing, or 0, without a match. */
function matchValue([a, b]: [Value, Value], scope: OperatorScope, fits: (start: number) => boolean): Value {
  const text = withoutQuotes(a);
  const pattern = withoutQuotes(b);
  scope.spend(COMPILE_STEPS * (1 + Math.min(pattern.length, MAX_PATTERN)));
  let groups = 0;
  try {
    const regex = compileEre(pattern);
    groups = regex.groups;
    const match = regex.match(text, (steps) => scope.match(steps));
    if (match !== undefined && fits(match.start)) {
      return match.group === undefined ? numberValue(match.end - match.start) : textValue(match.group);
    }
  } catch (error) {
    if (error instanceof EreError) {
      scope.warn(`regcomp() error : ${error.message}`);
      return textValue("");
    }
    // Too long for the call to wait: it goes on as without a match.
    if (!(error instanceof HostError)) throw error;
    scope.warn(`${error.message} on ${text.length} characters; '${pattern.slice(0, 80)}' has not matched`);
  }
  return groups === 0 ? numberValue(0) : textValue("");
}

/** Functions that an expression calls by their names in capitals, in place of those of modules. */
export const FUNCTIONS: Readonly<Record<string, { arity: number; run: (a: number, b: number) => number }>> = {
  COS: { arity: 1, run: Math.cos },
  SIN: { arity: 1, run: Math.sin },
  TAN: { arity: 1, run: Math.tan },
  ACOS: { arity: 1, run: Math.acos },
  ASIN: { arity: 1, run: Math.asin },
  ATAN: { arity: 1, run: Math.atan },
  ATAN2: { arity: 2, run: Math.atan2 },
  POW: { arity: 2, run: Math.pow },
  SQRT: { arity: 1, run: Math.sqrt },
  FLOOR: { arity: 1, run: Math.floor },
  CEIL: { arity: 1, run: Math.ceil },
  // Halves away from zero, and halves to the even number.
  ROUND: { arity: 1, run: (a) => Math.sign(a) * Math.round(Math.abs(a)) },
  RINT: { arity: 1, run: (a) => Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.round(a) },
  TRUNC: { arity: 1, run: Math.trunc },
  EXP: { arity: 1, run: Math.exp },
  EXP2: { arity: 1, run: (a) => 2 ** a },
  EXP10: { arity: 1, run: (a) => 10 ** a },
  LOG: { arity: 1, run: Math.log },
  LOG2: { arity: 1, run: Math.log2 },
  LOG10: { arity: 1, run: Math.log10 },
  REMAINDER: { arity: 2, run: (a, b) => a - b * FUNCTIONS.RINT!.run(a / b, 0) },
  ABS: { arity: 1, run: Math.abs },
};
