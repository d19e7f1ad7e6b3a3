import { assertEquals } from "@std/assert";
import { joinLine, splitLine } from "../../src/console/words.ts";

const CASES: [line: string, words: string[], atWordStart: boolean][] = [
  ["", [], true],
  ["  \t ", [], true],
  ["module show", ["module", "show"], false],
  ["\t module \t show ", ["module", "show"], true],
  ['a "b c" d', ["a", "b c", "d"], false],
  ['a "" d', ["a", "", "d"], false],
  ['a"b c"d', ["ab cd"], false],
  ['a "b c', ["a", "b c"], false],
  ['a "b ', ["a", "b "], false],
  ["a\\ b c", ["a b", "c"], false],
  ['\\"a\\"', ['"a"'], false],
  ['"a\\"b"', ['a"b'], false],
  ["a\\\\b", ["a\\b"], false],
  ["a \\", ["a"], true],
  ["a\nb c", ["a\nb", "c"], false],
  ["größe 模块", ["größe", "模块"], false],
];

Deno.test("splitLine() splits as Asterisk does", () => {
  for (const [line, words, atWordStart] of CASES) assertEquals(splitLine(line), { words, atWordStart }, line);
});

Deno.test("joinLine() quotes what splitLine() would part or change", () => {
  assertEquals(joinLine("module reload", []), "module reload");
  const words = ["b", "c d", 'e"f', "", "g\\h", "i;j", "k\tl"];
  assertEquals(joinLine("a", words.slice(0, 5)), 'a b "c d" "e\\"f" "" "g\\\\h"');
  assertEquals(splitLine(joinLine("a b", words)).words, ["a", "b", ...words]);
});
