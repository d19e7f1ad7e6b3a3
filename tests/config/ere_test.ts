import { assertEquals, assertThrows } from "@std/assert";
import { compileEre, EreError } from "../../src/config/ere.ts";
import { forSeeds, read, summary } from "./support.ts";

const MATCHES: [pattern: string, text: string, matches: boolean][] = [
  ["", "", true],
  ["b", "abc", true],
  ["^b", "abc", false],
  ["^abc$", "abc", true],
  ["a|^$", "", true],
  ["^(a)".slice(0, 1) + "a{3}$", "aaa", true],
  ["^a{3}$", "aa", false],
  ["^a{2,}$", "aaaa", true],
  ["^a{,2}$", "aaa", false],
  ["^a{0}b$", "b", true],
  ["^a+*$", "", true],
  ["^[^]a]$", "b", true],
  ["^[]a]$", "]", true],
  ["^[a-c-]+$", "b-", true],
  ["^[[:digit:][=x=][.-.]]+$", "1x-", true],
  ["^[\\d]$", "\\", true],
  ["^..$", "é", true],
  ["\\bfoo\\b", "a foo b", true],
  ["\\<oo", "foo", false],
  ["oo\\>", "foo bar", true],
  ["^\\w\\W\\s\\S$", "a! b", true],
  ["\\.", "a", false],
  ["a\\|b", "a|b", true],
  ["a^b", "a^b", false],
  ["^module (un)?load ", "module unload x", true],
  ["^(a|b)+c$", "abac", true],
  ["^(a|b)+c$", "abdc", false],
  ["^((x)*y){2}$", "xxyy", true],
  ["^()*z$", "z", true],
  ["^(a|)b$", "b", true],
];

Deno.test("compileEre() matches as regcomp with REG_EXTENDED does", () => {
  for (const [pattern, text, matches] of MATCHES) {
    assertEquals(compileEre(pattern).test(text, () => {}), matches, `${pattern} on ${text}`);
  }
});

const INVALID: [pattern: string, message: string][] = [
  ["(1", "Unmatched ( or \\("],
  ["[", "Invalid regular expression"],
  ["[^", "Invalid regular expression"],
  ["[a", "Unmatched [, [^, [:, [., or [="],
  ["[]", "Unmatched [, [^, [:, [., or [="],
  ["[[:x:]]", "Invalid character class name"],
  ["[[:constructor:]]", "Invalid character class name"],
  ["[b-a]", "Invalid range end"],
  ["[[.ab.]]", "Invalid collation character"],
  ["*a", "Invalid preceding regular expression"],
  ["a|*", "Invalid preceding regular expression"],
  ["^*", "Invalid preceding regular expression"],
  ["{1}", "Invalid preceding regular expression"],
  ["a{", "Unmatched { or \\{"],
  ["a{x}", "Invalid content of \\{\\}"],
  ["a{2,1}", "Invalid content of \\{\\}"],
  ["a{256}", "Regular expression too big"],
  ["a{200}{200}", "Regular expression too big"],
  ["a".repeat(1001), "Regular expression too big"],
  ["a\\", "Trailing backslash"],
  ["a\\1", "Invalid back reference"],
];

Deno.test("compileEre() refuses in the words of the C library", () => {
  for (const [pattern, message] of INVALID) {
    assertEquals(assertThrows(() => compileEre(pattern), EreError).message, message, pattern);
  }
});

Deno.test("compileEre() agrees with JavaScript where both mean the same", () => {
  forSeeds(2000, (random) => {
    const atoms = ["a", "b", ".", "[ab]", "[^a]", "^", "$", "a*", "b+", "a?", "b{2}", "|"];
    const pattern = Array.from({ length: random(8) }, () => atoms[random(atoms.length)]).join("");
    const text = Array.from({ length: random(7) }, () => "abc"[random(3)]).join("");
    assertEquals(compileEre(pattern).test(text, () => {}), new RegExp(pattern).test(text), `${pattern} on ${text}`);
  });
});

Deno.test("compileEre() takes linear time where backtracking does not end", () => {
  let steps = 0;
  assertEquals(compileEre("a?".repeat(30) + "a{30}b").test("a".repeat(2000), (count) => steps += count), false);
  assertEquals(steps < 2001 * 200, true);
});

Deno.test("parse() finds the section that a filter means", () => {
  const text = "[a]\nx=1\n[a]\nx=2\nk=9\n[a](!)\nx=2\n";
  const table: [filter: string, summary: string | undefined][] = [
    ["", "x=1,n=0|x=2,k=9|x=2"],
    ["x=2", "x=1|x=2,k=9,n=0|x=2"],
    [" x = 2 & k = . ", "x=1|x=2,k=9,n=0|x=2"],
    ["^k$=", "x=1|x=2,k=9,n=0|x=2"],
    ["TEMPLATES=restrict", "x=1|x=2,k=9|x=2,n=0"],
    ["TEMPLATES=Include&x=2", "x=1|x=2,k=9,n=0|x=2"],
    ["TEMPLATES=other", undefined],
    ["x", undefined],
    ["x=2&", undefined],
    ["X=2", undefined],
    ["x=3", undefined],
  ];
  for (const [filter, expected] of table) {
    const reading = () => summary(read(`${text}[A](+${filter})\nn=0\n`).file);
    if (expected === undefined) assertThrows(reading, SyntaxError, 'Cannot continue section "A"');
    else assertEquals(reading(), expected, filter);
  }
});

Deno.test("parse() reports a filter that is no expression", () => {
  const log: string[] = [];
  const onWarning = ({ level, message }: { level: string; message: string }) => log.push(`${level} ${message}`);
  assertThrows(() => read("[a]\nx=1\n[a](+x=[)\n", { onWarning }), SyntaxError);
  assertEquals(log, ["error Regular expression '[' failed to compile: Invalid regular expression"]);
});
