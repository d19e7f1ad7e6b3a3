/**
 * The pure part of func_math.
 *
 * @module
 */

type Operation = (a: number, b: number) => number | boolean;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => Math.trunc(a) % Math.trunc(b),
  "^": (a, b) => a ** b,
  "<<": (a, b) => Number(BigInt.asIntN(64, BigInt(Math.trunc(a)) << BigInt(Math.trunc(b)))),
  ">>": (a, b) => Number(BigInt(Math.trunc(a)) >> BigInt(Math.trunc(b))),
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "AND": (a, b) => Number(BigInt(Math.trunc(a)) & BigInt(Math.trunc(b))),
  "OR": (a, b) => Number(BigInt(Math.trunc(a)) | BigInt(Math.trunc(b))),
  "XOR": (a, b) => Number(BigInt(Math.trunc(a)) ^ BigInt(Math.trunc(b))),
};

/** Digits have one way to be read, or a long number that is none would be tried in all of them. */
const EXPRESSION_REGEXP =
  /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(<<|>>|<=|>=|==|AND|XOR|OR|[-+*/%^<>=])\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*$/i;
const SYNTAX = "MATH(<number1><op><number2>[,<type_of_result>])";

/** How a result is written. */
const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  f: (value) => value.toFixed(6),
  i: (value) => String(Math.trunc(value)),
  h: (value) => Math.trunc(value).toString(16),
  c: (value) => String.fromCharCode(Math.trunc(value)),
};

/**
 * `MATH(number op number[,type])`: type is float, the default, int, hex or char. Comparisons give TRUE or FALSE.
 *
 * @throws {SyntaxError} when it is not of that form
 * @throws {RangeError} when it divides by zero or shifts too far
 */
export function evaluateMath(args: string): string {
  const at = args.indexOf(",");
  const [, left, operator = "", right] = EXPRESSION_REGEXP.exec(at < 0 ? args : args.slice(0, at)) ?? [];
  if (left === undefined) throw new SyntaxError(`Cannot calculate "${args}": syntax: ${SYNTAX}`);
  const type = at < 0 ? "f" : args.slice(at + 1).trim().toLowerCase().charAt(0);
  const format = FORMATS[type];
  if (format === undefined) throw new SyntaxError(`Unknown type of result requested '${args.slice(at + 1).trim()}'`);
  const [a, b] = [Number(left), Number(right)];
  if (/^[/%]$/.test(operator) && b === 0) throw new RangeError("Divide by zero");
  if (/^(<<|>>)$/.test(operator) && (b < 0 || b > 63)) throw new RangeError(`Cannot shift by ${b}: 0 to 63`);
  const value = OPERATIONS[operator.toUpperCase()]!(a, b);
  return typeof value === "boolean" ? String(value).toUpperCase() : format(value);
}

/** A whole number in a text, 0 when there is none, as C's `atoi` reads it. */
export function wholeNumber(text: string): number {
  return Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);
}

/**
 * A number as Asterisk prints it with `%f`, without a fraction that is nothing.
 *
 * @throws {SyntaxError} when the text is no number
 */
export function number(text: string): number {
  const value = /^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)\s*$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value)) throw new SyntaxError(`"${text}" is no number`);
  return value;
}
