import { assertEquals } from "@std/assert";
import { splitArguments } from "../../modules/_arguments.ts";

Deno.test("splitArguments() splits where the dialplan does", () => {
  const cases: [string, string[]][] = [
    ["", []],
    ["a", ["a"]],
    ["a,b,c", ["a", "b", "c"]],
    ["a,", ["a"]],
    ["a,,", ["a", ""]],
    [",a", ["", "a"]],
    ['"a,b",c', ["a,b", "c"]],
    ["a\\,b,c", ["a,b", "c"]],
    ["f(a,b),c", ["f(a,b)", "c"]],
    ["x[1,2],c", ["x[1,2]", "c"]],
    ["a),b", ["a)", "b"]],
    ["a,b\\", ["a", "b"]],
  ];
  for (const [text, expected] of cases) assertEquals(splitArguments(text), expected, text);
});

Deno.test("splitArguments() obeys its options", () => {
  assertEquals(splitArguments("a,b,c", { limit: 2 }), ["a", "b,c"]);
  assertEquals(splitArguments("a,", { limit: 2 }), ["a"]);
  assertEquals(splitArguments('"a,b",c\\,d', { raw: true }), ['"a,b"', "c\\,d"]);
  assertEquals(splitArguments("c?a(x?y):b", { separator: "?", limit: 2 }), ["c", "a(x?y):b"]);
  assertEquals(splitArguments("a,b", { limit: 1 }), ["a,b"]);
});
