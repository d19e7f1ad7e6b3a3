import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { cutFields, decodeDelimiter, parseCut, parseRanges, sortKeys } from "../../modules/_cut.ts";
import module from "../../modules/func_cut.ts";
import { FakeCall, FakeHost } from "./_fake_host.ts";

Deno.test("decodeDelimiter() reads every way to write one", () => {
  const cases: [string, string][] = [
    ["", "-"],
    [",", ","],
    ["\\,", ","],
    ['","', ","],
    ["\\t", "\t"],
    ["\\\\t", "\t"],
    ["\\n", "\n"],
    ["\\x7c", "|"],
    ["\\|", "|"],
    ["\\\\", "\\"],
    ["\\", "\\"],
    ["ab", "a"],
    ["\u{1f600}x", "\u{1f600}"],
  ];
  for (const [written, expected] of cases) assertEquals(decodeDelimiter(written), expected, written);
});

Deno.test("parseRanges() reads fields, ranges and groups", () => {
  assertEquals(parseRanges("2"), [{ first: 2, last: 2 }]);
  assertEquals(parseRanges("2-"), [{ first: 2, last: Infinity }]);
  assertEquals(parseRanges("-3"), [{ first: 1, last: 3 }]);
  assertEquals(parseRanges("1&3-4"), [{ first: 1, last: 1 }, { first: 3, last: 4 }]);
  for (const text of ["", "x", "-", "1&", "1-2-3"]) {
    assertThrows(() => parseRanges(text), SyntaxError, "Cannot read the range");
  }
});

Deno.test("cutFields() keeps fields as Asterisk does", () => {
  const cases: [string, string, string][] = [
    ["a-b-c-d", "1", "a"],
    ["a-b-c-d", "2-", "b-c-d"],
    ["a-b-c-d", "-3", "a-b-c"],
    ["a-b-c-d", "1&4", "a-d"],
    ["a-b-c-d", "2-3&4", "b-c-d"],
    ["a-b-c-d", "9", ""],
    ["a-b-c-d", "3-9", "c-d"],
    ["a-b-c-d", "4&1", "d"],
    ["a-b-c-d", "2&1-3", "b-c"],
    ["a--c", "1-3", "a--c"],
    ["-b", "1-2", "-b"],
    ["a", "1", "a"],
    ["", "1", ""],
  ];
  for (const [text, ranges, expected] of cases) {
    const actual = cutFields(text, { delimiter: "-", ranges: parseRanges(ranges) });
    assertEquals(actual, expected, `${text} ${ranges}`);
  }
});

Deno.test("cutFields() tells of a range that is already past", () => {
  let told = 0;
  cutFields("a-b", { delimiter: "-", ranges: parseRanges("2&1") }, () => told++);
  assertEquals(told, 1);
});

Deno.test("parseCut() needs three arguments", () => {
  assertEquals(parseCut("x,\\,,2-"), { variable: "x", delimiter: ",", ranges: [{ first: 2, last: Infinity }] });
  assertEquals(parseCut("x,,1").delimiter, "-");
  for (const args of ["", "x", "x,-", "x,-,", ",-,1"]) assertThrows(() => parseCut(args), SyntaxError, "syntax: CUT(");
});

Deno.test("sortKeys() sorts by numeric value", () => {
  const cases: [string, string][] = [
    ["a:3,b:1,c:2", "b,c,a"],
    ["a:1.5,b:-2,c:1e1", "b,a,c"],
    ["a:1,b:1,c:0", "c,a,b"],
    ["a:x,b:-1", "b,a"],
    ["a,b:1", "b"],
    ["a:2:9,b:1", "b,a"],
  ];
  for (const [list, expected] of cases) assertEquals(sortKeys(list), expected, list);
});

Deno.test("func_cut reads the variable of the call", async () => {
  const host = new FakeHost();
  assertEquals(await module.load?.(host), 0);
  const call = new FakeCall("Console/1", { x: "one,two,three" });
  assertEquals(await host.read("CUT", call, "x,\\,,2-3"), "two,three");
  assertEquals(await host.read("CUT", call, "missing,-,1"), "");
  await host.read("CUT", call, "x,\\,,2&1");
  assertStringIncludes(host.said[0]!, "warning: CUT(x,\\,,2&1) asks for a field that is already past");
  assertEquals(await host.read("SORT", call, "b:2,a:1"), "a,b");
  await assertRejects(() => host.read("SORT", call, ""), SyntaxError);
});
