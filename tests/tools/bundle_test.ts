import { assertEquals } from "@std/assert";
import { commonDirectory, portable } from "../../tools/bundle.ts";

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
