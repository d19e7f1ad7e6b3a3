import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { evaluateExpression } from "../../src/dialplan/expression.ts";
import { StepWork } from "../../src/dialplan/step_work.ts";
import { functionsIn, type Scope, substitute } from "../../src/dialplan/substitute.ts";

function scope(variables: Record<string, string> = {}): Scope & { warnings: string[] } {
  const warnings: string[] = [];
  const work = new StepWork({
    warning: (message) => warnings.push(message),
    error: (message) => warnings.push(message),
  });
  return {
    warnings,
    match: (steps) => work.match(steps),
    spend: (steps) => work.spend(steps),
    rest: () => undefined,
    variable: (name) => variables[name],
    readFunction: (name, args) => Promise.resolve(name === "LEN" ? String(args.length) : `${name}<${args}>`),
    warn: (message) => work.warn(message),
  };
}

/** What Asterisk's grammar makes of each. */
const EXPRESSIONS: readonly [expression: string, value: string][] = [
  ["", ""],
  ["1 + 2 * 3", "7"],
  ["(1+2)*3", "9"],
  ["10 - 2 - 3", "5"],
  ["7 / 2", "3.5"],
  ["0.1 + 0.2", "0.3"],
  ["1 / 3", "0.333333333333333"],
  ["2 * 0.0000001", "2e-07"],
  ["10 % 4", "2"],
  ["5 / 0", "2147483647"],
  ["- 5 + 3", "-2"],
  ["--5", "5"],
  ["!0", "1"],
  ["!1 + 1", "1"],
  ["! abc", "1"],
  ["3 > 2", "1"],
  ["10 > 9", "1"],
  ["abc < abd", "1"],
  ["10 < 9a", "1"],
  ['"10" = 10', "0"],
  ['"abc" = "abc"', "1"],
  ["abc = ABC", "0"],
  ["1.0 = 1", "1"],
  ["1 == 1", "1"],
  ["1 != 2 & 3", "1"],
  ["- abc", "0"],
  ["abc + 3", "3"],
  ["3 - abc", "3"],
  ['"" | x', '""'],
  ["0 | abc", "abc"],
  ["a | b", "a"],
  ["0 || 0", "0"],
  ["a & 0", "0"],
  ["1 && 2", "1"],
  ["1 | 0 & 0", "1"],
  ["1 ? yes :: no", "yes"],
  ["0 ? yes :: no", "no"],
  ['"" ? yes :: no', "no"],
  ["1 ? 0 ? a :: b :: c", "b"],
  ["0 ? a :: 0 ? b :: c", "c"],
  ['"5551234" : "555"', "3"],
  ['"5551234" : "(555)"', "555"],
  ['"5551234" : "[0-9]{3}(.*)"', "1234"],
  ['"5551234" : "1234"', "0"],
  ['"5551234" =~ "1234"', "4"],
  ['"abc" =~ "(x)"', ""],
  ["ab ~~ cd", "abcd"],
  ['"a b" ~~ "c"', "a bc"],
  ["-2 : 2", "-1"],
  ["ABS(-3)", "3"],
  ["ROUND(2.5) + RINT(2.5) + TRUNC(-2.5)", "3"],
  ["POW(2,10)", "1024"],
  ["LEN(abcd) + 1", "5"],
  ["UNKNOWN(a,,b)", "UNKNOWN<a,,b>"],
  ["1e3", "1e3"],
  ["123abc", "123abc"],
  ["1000000 * 1000000", "1000000000000"],
  ["1000000000 * 1000000000", "1e+18"],
];

for (const [expression, value] of EXPRESSIONS) {
  Deno.test(`evaluateExpression() gives ${JSON.stringify(value)} for ${expression}`, async () => {
    assertEquals(await evaluateExpression(expression, scope()), value);
  });
}

for (const expression of ["1 +", "(1", "1 2", "1 ? 2", ")", "1 , 2", "a b = c", "(".repeat(200)]) {
  Deno.test(`evaluateExpression() warns of ${expression.slice(0, 20)} and gives 0`, async () => {
    const at = scope();
    assertEquals(await evaluateExpression(expression, at), "0");
    assertStringIncludes(at.warnings.join(), "syntax error");
  });
}

Deno.test("a regular expression that would backtrack for ever answers", async () => {
  const at = scope();
  for (const pattern of ["(a+)+b", "(a|a)*b", "(a*)*b"]) {
    assertEquals(await evaluateExpression(`"${"a".repeat(2000)}" =~ "${pattern}"`, at), "", pattern);
  }
  assertEquals(await evaluateExpression(`"${"a".repeat(2000)}" =~ "a*a*a*a*a*a*b"`, at), "0");
  assertEquals(at.warnings, []);
  for (const pattern of ["(", "[a", "*a", "a{2,1}", "[z-a]", "a{x", "\\"]) {
    assertEquals(await evaluateExpression(`a =~ "${pattern}"`, at), "", pattern);
  }
  // As in C's library, whose expressions may have a parenthesis that closes nothing.
  assertEquals(await evaluateExpression('"a)" =~ "a)"', at), "2");
  assertStringIncludes(at.warnings.join("\n"), "regcomp() error : Unmatched [");
});

const FINISH = "Cannot finish the regular expression: it takes over 250000 steps on ";

Deno.test("regular expressions of one step have so much work together, and the step goes on without a match", async () => {
  const at = scope({ LONG: "a".repeat(60_000) });
  const costly = '$["${LONG}" =~ "(a{0,9}){0,50}b"]';
  assertEquals(await substitute(`${costly}${costly}$["ab" =~ "b"]|$[1 + 1]`, at), "0|2");
  assertEquals(at.warnings[0], FINISH + "60000 characters; '(a{0,9}){0,50}b' has not matched");
  assertEquals(at.warnings.length, 2);
});

Deno.test("the text of one step has so much work", async () => {
  const at = scope({ LONG: "a".repeat(60_000) });
  for (const text of ["${LONG:0:1}${${LONG}}".repeat(3000), `$[${"1 + ".repeat(16_000)}1]`.repeat(2)]) {
    await assertRejects(() => substitute(text, at), Error, "it takes over 2000000 steps");
  }
  assertEquals(await substitute(`$[${"1 + ".repeat(10_000)}1]`, scope()), "10001");
});

Deno.test("substitute() replaces variables, parts of them, functions and expressions", async () => {
  const at = scope({ EXTEN: "5551234", A: "B", B: "two", N: "3", DOLLAR: "${B}" });
  const cases: [string, string][] = [
    ["plain $ text $x", "plain $ text $x"],
    ["${EXTEN}", "5551234"],
    ["${EXTEN:3}", "1234"],
    ["${EXTEN:-4}", "1234"],
    ["${EXTEN:-4:2}", "12"],
    ["${EXTEN:0:-4}", "555"],
    ["${EXTEN:2:0}", ""],
    ["${EXTEN:99}", ""],
    ["${${A}}", "two"],
    ["${EXTEN:${N}}", "1234"],
    ["${NONE}x", "x"],
    ["${DOLLAR}", "${B}"],
    ["${LEN(abc)}", "3"],
    ["${LEN(${EXTEN}):0:1}", "7"],
    ["${F(a:b):0:3}", "F<a"],
    ["$[${N} + ${LEN(ab)}]", "5"],
    ["$[1 + $[2 * 3]] ${N}", "7 3"],
    ["a{b}$[1]", "a{b}1"],
  ];
  for (const [text, result] of cases) assertEquals(await substitute(text, at), result, text);
  assertEquals(at.warnings, []);
});

Deno.test("substitute() warns of what is not closed and refuses what grows without end", async () => {
  const at = scope({ LONG: "x".repeat(40_000) });
  assertEquals(await substitute("a ${B", at), "a ${B");
  assertEquals(at.warnings, ["Error in extension logic (missing '}'): ${B"]);
  for (const text of ["${LONG}${LONG}", `${"${".repeat(100)}x${"}".repeat(100)}`]) {
    let caught: unknown;
    await substitute(text, at).catch((error) => caught = error);
    assertEquals(caught instanceof RangeError, true, text.slice(0, 20));
  }
});

Deno.test("functionsIn() finds the functions a text reads", () => {
  assertEquals(functionsIn("${LEN(${cut(x,1)})} ${A} $[${B:1} + RAND(1)]"), ["LEN", "CUT"]);
});
