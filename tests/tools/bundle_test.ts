import { assertEquals } from "@std/assert";
import { bundleSplit, commonDirectory, portable } from "../../tools/bundle.ts";
import { ROOT } from "../../tools/process.ts";

const COMMON: readonly [readonly string[], string][] = [
  [["a.ts"], ""],
  [["a.ts", "b.ts"], ""],
  [["a.ts", "c/mod.ts"], ""],
  [["c/mod.ts"], "c/"],
  [["c/mod.ts", "c/d/mod.ts"], "c/"],
  [["c/d/mod.ts", "c/e/mod.ts", "c/d/x.ts"], "c/"],
  [["ab/mod.ts", "a/mod.ts"], ""],
  [["./c/mod.ts"], "c/"],
];

for (const [entries, directory] of COMMON) {
  Deno.test(`commonDirectory() of ${entries.join(" ")} is "${directory}"`, () => {
    assertEquals(commonDirectory(entries), directory);
  });
}

const PORTABLE: readonly [string, string][] = [
  ["// ../../home/a/.cache/deno/npm/registry.test/deno-std/1.4.0/path/join.js", "// npm:deno-std@1.4.0/path/join.js"],
  ["// /x/npm/registry.test/@a/b/2.0.0-rc.1/c.js", "// npm:@a/b@2.0.0-rc.1/c.js"],
  ["// modules/a.ts", "// modules/a.ts"],
  ["  // /x/npm/registry.test/a/1.0.0/c.js", "  // /x/npm/registry.test/a/1.0.0/c.js"],
  ['  "../x/npm/registry.test/a/1.0.0/c.js"(exports) {', '  "npm:a@1.0.0/c.js"(exports) {'],
];

for (const [line, expected] of PORTABLE) {
  Deno.test(`portable() makes ${expected} of ${line}`, () => {
    assertEquals(portable(`a();\n${line}\nb();`), `a();\n${expected}\nb();`);
  });
}

Deno.test("bundleSplit() keeps out of the program's start what is loaded later, and has it once", async () => {
  const files = await bundleSplit(ROOT, "main.ts");
  const atStart = new Set<string>();
  const follow = (name: string) => {
    if (atStart.has(name)) return;
    atStart.add(name);
    for (const [, other = ""] of (files.get(name) ?? "").matchAll(/(?:from|^import) "\.\/([^"]+)";/gm)) follow(other);
  };
  follow("main.js");
  const holding = (source: string) =>
    [...files].filter(([, text]) => text.includes(`\n// ${source}`)).map(([name]) => name);
  assertEquals(holding("src/host/host.ts").map((name) => atStart.has(name)), [true]);
  const later = [
    ...["src/check/check.ts", "src/host/check.ts", "src/host/learn.ts", "src/host/new.ts", "src/scaffold/templates.ts"],
    ...["src/program/remote_run.ts", "src/program/completions.ts", "src/scan/parser.ts", "src/log/file_writer.ts"],
    ...["src/console/graph/svg.ts", "npm:strftime@", "npm:acorn@"],
  ];
  for (const source of later) {
    const [place, ...more] = holding(source);
    assertEquals([source, place !== undefined && !atStart.has(place), more], [source, true, []]);
  }
});
