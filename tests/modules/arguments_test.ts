import { assertEquals } from "@std/assert";
import { readCall, splitArguments } from "../../modules/_arguments.ts";
import { baseName, directoryName } from "../../modules/_paths.ts";

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

Deno.test("readCall() reads an application with and without arguments", () => {
  const cases: [text: string, name: string, args: string][] = [
    [" App ( a,(b) ) ", "App", " a,(b) "],
    ["App", "App", ""],
    ["App()", "App", ""],
    ["App(a)(b)", "App", "a)(b"],
    ["App(a", "", ""],
    ["App(a)b", "", ""],
    ["App)", "", ""],
    ["Ap)p(a)", "", ""],
    ["", "", ""],
  ];
  for (const [text, name, args] of cases) assertEquals(readCall(text), { name, args }, text);
});

Deno.test("baseName() and directoryName() take a path apart", () => {
  const cases: [path: string, name: string, directory: string][] = [
    ["/a/b", "b", "/a"],
    ["/a/b//", "b", "/a"],
    ["/a", "a", "/"],
    ["a", "a", "."],
    ["a/", "a", "."],
    ["/", "", "/"],
    ["///", "", "/"],
    ["", "", "."],
    ["a\n/b", "b", "a\n"],
  ];
  for (const [path, name, directory] of cases) {
    assertEquals([baseName(path), directoryName(path)], [name, directory], JSON.stringify(path));
  }
});
