import { assertEquals, assertThrows } from "@std/assert";
import { compileEre, EreError } from "../../src/ere/mod.ts";
import { forSeeds } from "../config/support.ts";

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

const FOUND: [pattern: string, text: string, match: string | undefined, group?: string][] = [
  ["a|ab", "xab", "ab"],
  ["x*", "aaa", ""],
  ["(a|ab)(c|bcd)(d*)", "abcd", "abcd", "a"],
  ["(a*)*b", "aaab", "aaab", "aaa"],
  ["(a*)*", "b", "", ""],
  ["(a*)+", "b", "", ""],
  ["(a*|b)*", "ab", "ab", "b"],
  ["(a|b)*?", "ab", "ab", "b"],
  ["(ab)+", "xababy", "abab", "ab"],
  ["^(1[0-9]{2})?x$", "123x", "123x", "123"],
  ["^(1[0-9]{2})?x$", "x", "x"],
  ["x(a)|(b)", "b", "b"],
  ["[^[:alpha:]]+", "a12.b", "12."],
  ["((a)|b){2}", "ab", "ab", "b"],
  ["(a{2,3}){2}", "aaaaa", "aaaaa", "aa"],
  ["(a){0}b", "ab", "b"],
  ["[ä-ü]+(.)", "aöü€", "öü€", "€"],
  ["abc|b", "abd", "b"],
  ["b+$", "bbabb", "bb"],
];

Deno.test("Ere.match() finds the longest of the leftmost and the first group, as the C library of GNU does", () => {
  for (const [pattern, text, wanted, group] of FOUND) {
    const match = compileEre(pattern).match(text, () => {});
    assertEquals(match && text.slice(match.start, match.end), wanted, `${pattern} on ${text}`);
    assertEquals(match?.group, group, `group of ${pattern} on ${text}`);
  }
});

Deno.test("Ere.match() agrees with JavaScript where the longest way is the first one", () => {
  forSeeds(2000, (random) => {
    const atoms = ["a", "b", "[ab]", "[^a]", "a*", "b+", "b?", "(a|b)", "(ab?)*", "(b+)", "c{1,2}"];
    const pattern = Array.from({ length: 1 + random(5) }, () => atoms[random(atoms.length)]).join("");
    const text = Array.from({ length: random(9) }, () => "abc"[random(3)]).join("");
    const expected = longest(pattern, text);
    const match = compileEre(pattern).match(text, () => {});
    const found = match === undefined ? undefined : { start: match.start, end: match.end };
    assertEquals(found, expected, `${pattern} on ${text}`);
  });
});

/** The leftmost longest match, by asking JavaScript of every part of the text. */
function longest(pattern: string, text: string): { start: number; end: number } | undefined {
  const whole = new RegExp(`^(?:${pattern})$`);
  for (let start = 0; start <= text.length; start++) {
    for (let end = text.length; end >= start; end--) if (whole.test(text.slice(start, end))) return { start, end };
  }
  return undefined;
}

Deno.test("Ere takes steps in proportion to pattern and text, groups and repetitions in one another or not", () => {
  for (const pattern of ["(a+)+b", "(a|a)*b", "(a*)*b", "^([0-9]+-?)+$", "((a{0,9}){0,9})*$c"]) {
    let [steps, most] = [0, 0];
    const count = (spent: number) => [steps, most] = [steps + spent, Math.max(most, spent)];
    const ere = compileEre(pattern);
    assertEquals(ere.match(`${"a".repeat(20_000)}x${"1".repeat(20_000)}x`, count), undefined, pattern);
    assertEquals(steps <= 40_003 * 1000, true, `${pattern}: ${steps}`);
    assertEquals(most <= 3000, true, `${pattern}: ${most} steps at one place`);
  }
});

Deno.test("compileEre() refuses parts that are empty and repeated without end", () => {
  assertThrows(() => compileEre(`()()${"{255}".repeat(5)}`), EreError, "too big");
});
