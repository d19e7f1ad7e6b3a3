import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { MAX_PARSED_LENGTH, scanModule } from "../../src/scan/mod.ts";
import { isPlain } from "../../src/scan/plain.ts";

const scan = (text: string, ...builtins: string[]) =>
  scanModule(text, { name: "app_x", builtins, grantable: ["fs", "fs/promises", "path"] });

/** Where and why a text is refused. */
async function refused(text: string, ...builtins: string[]): Promise<string> {
  const error = await assertRejects(() => scan(text, ...builtins), HostError);
  return error.message;
}

const API = 'import { defineModule, LoadResult } from "asterism";\n';

Deno.test("scanModule() gives back a text that plainly imports nothing else as it is", async () => {
  for (
    const text of [
      "",
      `${API}export default defineModule({});`,
      "import*as api from'asterism'",
      'import api from "asterism"; import {\n  a,\n  b as c,\n} from "asterism";',
      "const important = reimport + importable + $importer; export { important };",
      "const from = Array.from(x); // from there",
    ]
  ) {
    assertEquals(await scan(text), text);
    assert(isPlain(text) || /\$import/.test(text), text);
  }
});

Deno.test("scanModule() refuses every import but the API, with its place", async () => {
  const cases: [text: string, place: string, reason: string][] = [
    ['import x from "./neighbor.js";', "1:1", 'import of "./neighbor.js" is refused'],
    [`${API}\n  import "file:///etc/x.js"`, "3:3", 'import of "file:///etc/x.js" is refused'],
    ['import s from "/etc/s.json" with { type: "json" }', "1:1", "with attributes is refused"],
    ['import a from "asterism" with { type: "json" }; import "x"', "1:1", "with attributes is refused"],
    ['export * from "data:text/javascript,1"', "1:1", 'import of "data:text/javascript,1" is refused'],
    ['let a;\r\nexport { a }; export{b}from"https://x/y.js"', "2:15", 'import of "https://x/y.js" is refused'],
    ['export * as from from/**/"x"', "1:1", 'import of "x" is refused'],
    ['import "asterism/guest"', "1:1", 'import of "asterism/guest" is refused'],
    ['import "\\u0061sterism2"', "1:1", 'import of "asterism2" is refused'],
    ['const m = await import("asterism")', "1:17", "import() is refused"],
    ["let x = `${ import('x') }`", "1:13", "import() is refused"],
    ["const x = class {} / import('data:,') / 1", "1:22", "import() is refused"],
    ["import /* hidden */ ('x')", "1:1", "import() is refused"],
    ["import//\n('x')", "1:1", "import() is refused"],
    ["const u = import.meta.url", "1:11", "import.meta is refused"],
    ["const u = import\u2028.\u2029meta", "1:11", "import.meta is refused"],
    ["String.raw`import(x)`", "1:12", '"import" reads like an import'],
    ['import fs from "node:fs"', "1:1", '"app_x = node=fs"'],
  ];
  for (const [text, place, reason] of cases) {
    const message = await refused(text);
    assertStringIncludes(message, `app_x.js:${place}: `, text);
    assertStringIncludes(message, reason, text);
  }
});

Deno.test("scanModule() allows the built-in modules of Node that were granted, and no others", async () => {
  const text = 'import { readFileSync } from "node:fs"; export * from "node:path";';
  assertEquals(await scan(text, "fs", "path"), text);
  assertStringIncludes(await refused(text, "fs"), '1:41: import of "node:path" is refused');
  assertStringIncludes(await refused('import "node:fs/promises"', "fs"), "node = fs/promises");
  assertStringIncludes(await refused('import "fs"', "fs"), 'import of "fs" is refused');
  assertStringIncludes(await refused('import "node:vm"', "fs"), "no grant gives it");
});

Deno.test("scanModule() lets members, comments and strings speak of imports, and changes nothing that can be seen", async () => {
  const text = `${API}// import("a"); and from "b"
const a = { import: 1, "import": 2 }, b = "import('x')", c = 'copied from "y" \\import';
class C { import() { return /import (.)/.exec(\`import \${a.import} from "z"\`); } }
/* two
lines */ export default [a.import, b, c, new C().import()[1], String.raw\`\\n\`];`;
  const runnable = await scan(text);
  assertEquals(runnable.split("\n").length, text.split("\n").length);
  assert(!runnable.includes("//") && !runnable.includes("two"));
  assert(!/(?<![.{ ] ?)\bimport\b(?! \{ define|: 1|\(\) )/.test(runnable.replaceAll(/\.import\(?/g, "")), runnable);
  const url = `data:text/javascript,${encodeURIComponent(runnable.replace(API, ""))}`;
  assertEquals((await import(url)).default, [2, "import('x')", `copied from "y" import`, "2", "\\n"]);
});

Deno.test("scanModule() blanks the comments that redirect messages to other files", async () => {
  for (const pragma of ["//# sourceMappingURL=data:x", "//@ sourceURL=/etc/passwd", "/*# sourceMappingURL=x */"]) {
    assertEquals(await scan(`let a;\n${pragma}\nlet b;`), `let a;\n${" ".repeat(pragma.length)}\nlet b;`);
  }
});

Deno.test("scanModule() says where a text is no module, and gives up on what is too long or too deep", async () => {
  assertStringIncludes(await refused("import x"), "app_x.js:1:9: Unexpected token");
  assertStringIncludes(await refused("let a;\n  <!-- import('x')"), "app_x.js:2:");
  assertStringIncludes(await refused(`import "asterism"${" ".repeat(MAX_PARSED_LENGTH)}`), "characters");
  assertStringIncludes(await refused(`import "asterism"\n${"[".repeat(100_000)}`), "nested too deeply");
});

Deno.test("scanModule() need not know escaped keywords, for nobody takes them", async () => {
  for (
    const text of ["\\u0069mport('x')", "im\\u{70}ort('x')", "im\\u0070ort.meta", "1import('x')", "0x1fimport('x')"]
  ) {
    assert(isPlain(text), text);
    const error = await assertRejects(() => import(`data:text/javascript,${encodeURIComponent(text)}`), Error);
    assert(/escape|follow number/.test(error.message), error.message);
  }
  assertStringIncludes(await refused('export * fr\\u006fm "x"'), "app_x.js:1:10: Unexpected token");
  assertStringIncludes(await refused('export * \\u{66}\\u0072\\u{000006F}m\u2028"x"'), "app_x.js:1:");
});

Deno.test("scanModule() takes time in proportion to a text made to be slow", async () => {
  const slow: Record<string, (count: number) => string> = {
    exports: (count) =>
      `import "asterism";${Array.from({ length: count }, (_, number) => `export let a${number};`).join("")}`,
    imports: (count) => 'import "asterism";/*import*/'.repeat(count),
  };
  const time = async (text: string) => {
    const began = performance.now();
    await scan(text);
    return performance.now() - began;
  };
  for (const [name, lines] of Object.entries(slow)) {
    await time(lines(2_000));
    const short = Math.min(await time(lines(4_000)), await time(lines(4_000)), await time(lines(4_000)));
    const long = Math.min(await time(lines(40_000)), await time(lines(40_000)));
    assert(long < 40 * short, `${name}: ${short} ms for a text, ${long} ms for ten times that`);
  }
});
