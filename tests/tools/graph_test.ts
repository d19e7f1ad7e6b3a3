import { assertEquals, assertThrows } from "@std/assert";
import { type InfoOutput, readGraph } from "../../tools/graph.ts";
import { ToolError } from "../../tools/process.ts";

const span = (line: number) => ({ start: { line } });

Deno.test("readGraph() lists imports and type-only imports of the files below the root", () => {
  const info: InfoOutput = {
    modules: [
      {
        specifier: "file:///p/src/a.ts",
        dependencies: [
          { specifier: "./b.ts", code: { specifier: "file:///p/src/b.ts", span: span(0) } },
          { specifier: "./c.ts", type: { specifier: "file:///p/src/c.ts", span: span(4) } },
          { specifier: "x", code: { specifier: "npm:/@s/x@1.0.0/y.js", span: span(5) } },
          { specifier: "node:fs", code: { specifier: "node:fs", span: span(6) } },
        ],
      },
      { specifier: "file:///p/src/b.ts" },
      {
        specifier: "file:///tmp/all.ts",
        dependencies: [{ specifier: "a", code: { specifier: "file:///p/src/a.ts", span: span(0) } }],
      },
      { specifier: "npm:/@s/x@1.0.0" },
    ],
  };
  assertEquals(readGraph(info, "/p/"), [
    { from: "src/a.ts", line: 1, specifier: "./b.ts", to: "src/b.ts" },
    { from: "src/a.ts", line: 5, specifier: "./c.ts", to: "src/c.ts" },
    { from: "src/a.ts", line: 6, specifier: "x", to: "npm:@s/x" },
    { from: "src/a.ts", line: 7, specifier: "node:fs", to: "node:fs" },
  ]);
});

Deno.test("readGraph() refuses what could not be read or resolved", () => {
  const missing: InfoOutput = { modules: [{ specifier: "file:///p/a.ts", error: "no such file" }] };
  assertThrows(() => readGraph(missing, "/p/"), ToolError, "the imports of a.ts: no such file");
  const unresolved: InfoOutput = {
    modules: [{
      specifier: "file:///p/a.ts",
      dependencies: [{ specifier: "x", code: { error: "not in imports", span: span(1) } }],
    }],
  };
  assertThrows(() => readGraph(unresolved, "/p/"), ToolError, 'a.ts:2: Cannot resolve "x": not in imports');
});
