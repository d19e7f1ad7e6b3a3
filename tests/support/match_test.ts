import { assertEquals, assertThrows } from "@std/assert";
import { matches, normalize } from "./match.ts";
import { parseSpec } from "./spec.ts";

Deno.test("matches() takes [WILDLINE] within a line and [WILDCARD] across lines", () => {
  assertEquals(matches("a (1)\nb\nc\n", "a ([WILDLINE])\nb\nc\n"), true);
  assertEquals(matches("a (1)\nb\nc\n", "a [WILDLINE]\nc\n"), false);
  assertEquals(matches("a (1)\nb\nc\n", "a [WILDCARD]\nc\n"), true);
  assertEquals(matches("a.c", "a[WILDLINE]c+"), false);
});

Deno.test("matches() refuses an expectation that says nothing", () => {
  assertThrows(() => matches("anything", "[WILDCARD]\n[WILDLINE]\n"), SyntaxError, "fixed text");
  assertEquals(matches("", ""), true);
});

Deno.test("normalize() takes out time, process id and directory, and nothing else", () => {
  assertEquals(
    normalize("[Nov 21 12:15:14] ERROR[4711]: loader: /tmp/a/b.conf:3\n at [Nov 21 12:15:14]\n", "/tmp/a"),
    "[TIME] ERROR[PID]: loader: {{dir}}/b.conf:3\n at [Nov 21 12:15:14]\n",
  );
});

Deno.test("parseSpec() reads comments and refuses unknown keys", () => {
  assertEquals(parseSpec('// why\n{\n  // what\n  "args": ["-x", "// no comment"]\n}\n', "x"), {
    args: ["-x", "// no comment"],
  });
  assertThrows(() => parseSpec('{ "arg": [] }', "x"), SyntaxError, 'x: unknown key "arg"');
});
