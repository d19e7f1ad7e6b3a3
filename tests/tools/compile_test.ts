import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseRequest, report, stage, V8_FLAGS } from "../../tools/compile.ts";
import { ROOT, runDeno, ToolError } from "../../tools/process.ts";

const HOST = "x86_64-unknown-linux-gnu";
const V8 = `--v8-flags=${V8_FLAGS}`;
const parse = (...args: string[]) => parseRequest(args, "/here", HOST);

Deno.test("no binary makes code from text", () => {
  assertEquals(V8_FLAGS.split(",").includes("--disallow-code-generation-from-strings"), true);
});

Deno.test("parseRequest() gives the binary all permissions unless told which", () => {
  assertEquals(parse().flags, [V8, "--no-code-cache", "--allow-all"]);
  for (const flag of ["--allow-net=a", "--deny-run", "-R", "-R=/tmp", "-A"]) {
    assertEquals(parse(flag).flags, [V8, "--no-code-cache", flag]);
  }
  assertEquals(parse("--no-terminal").flags, [V8, "--no-code-cache", "--no-terminal", "--allow-all"]);
});

Deno.test("parseRequest() takes the output from --output and -o, relative to the caller", () => {
  assertEquals(parse().output, join(ROOT, "dist/asterism"));
  for (const args of [["--output", "x/y"], ["--output=x/y"], ["-o", "x/y"], ["-o", "a", "-o", "x/y"]]) {
    assertEquals(parse(...args).output, "/here/x/y");
    assertEquals(parse(...args).flags, [V8, "--no-code-cache", "--allow-all"]);
  }
  assertEquals(parse("-o", "/x").output, "/x");
  assertThrows(() => parse("--output"), ToolError, '"--output" has no value');
});

Deno.test("parseRequest() passes the target on", () => {
  assertEquals(parse().target, HOST);
  const { target, flags } = parse("--target", "aarch64-unknown-linux-gnu", "--allow-net");
  assertEquals(target, "aarch64-unknown-linux-gnu");
  assertEquals(parse("--target", target).output, join(ROOT, `dist/asterism-${target}`));
  assertEquals(parse("--target", target, "-o", "x").output, "/here/x");
  assertEquals(flags, [V8, "--no-code-cache", "--allow-net", "--target", "aarch64-unknown-linux-gnu"]);
});

Deno.test("parseRequest() joins V8 flags and keeps arguments of the program apart", () => {
  const request = parse("--v8-flags=--stack-size=2000", "--allow-net", "--", "-c", "--allow-run");
  assertEquals(request.flags, [`${V8},--stack-size=2000`, "--no-code-cache", "--allow-net"]);
  assertEquals(request.programArgs, ["-c", "--allow-run"]);
});

Deno.test("stage() fills a directory that compiles without the source tree", async () => {
  const root = await Deno.makeTempDir();
  try {
    const files = {
      "main.ts": 'import { Shared } from "./shared.ts";\nconst { own } = await import("./later.ts");\n' +
        "console.log(own instanceof Shared);",
      "shared.ts":
        'import { basename } from "@std/path";\nexport class Shared {\n  name = basename("a/b") as string;\n}',
      "later.ts": 'import { Shared } from "./shared.ts";\nexport const own = new Shared();',
      "src/realm/guest/main.ts": 'import { LoadResult } from "asterism";\nconsole.log(LoadResult);',
      "src/realm/limited_worker.ts": "console.log(1);",
      "src/module_api/mod.ts": "export const LoadResult = {};",
      "modules/one.ts":
        'import { defineModule } from "asterism";\nexport default defineModule({ license: "MIT", description: "One" });',
      "configs/modules.conf": "[modules]\n",
      "configs/deeper/x.conf": "[x]\n",
      "dist/build/left_over.js": "",
    };
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    const buildDirectory = join(root, "dist/build");
    await stage({ root, buildDirectory });
    assertEquals(list(buildDirectory).map((path) => path.replace(/-[A-Z0-9]{8}\.js$/, "-HASH.js")), [
      "asterism.js",
      "chunk-HASH.js",
      "configs/deeper/x.conf",
      "configs/modules.conf",
      "deno.json",
      "guest.js",
      "later-HASH.js",
      "limited.js",
      "main.js",
      "modules/one.js",
      "modules/one.manifest",
    ]);
    // What is loaded later shares the classes of the rest.
    const { stdout } = await runDeno(["run", "--quiet", "--no-config", "main.js"], { cwd: buildDirectory });
    assertEquals(stdout, "true\n");
    const text = (path: string) => Deno.readTextFileSync(join(buildDirectory, path));
    assertStringIncludes(text("guest.js"), 'from "asterism"');
    for (const name of ["main.js", "modules/one.js"]) assertEquals(text(name).includes(root), false);
    assertEquals(/^\/\/ (?!npm:|main\.ts)/m.exec(text("main.js")), null);
    const chunks = list(buildDirectory).filter((path) => path.startsWith("chunk-"));
    for (const path of chunks) {
      assertEquals(text(path).includes("asterism-bundle-") || text(path).includes(root), false);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("report() says how much of an ELF file is not denort", async () => {
  const path = await Deno.makeTempFile();
  try {
    const bytes = new Uint8Array(5000);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0x28, 1000n, true);
    view.setUint16(0x3a, 64, true);
    view.setUint16(0x3c, 10, true);
    await Deno.writeFile(path, bytes);
    assertEquals(await report(path), `${path}: 5,000 bytes, 3,360 more than denort`);
    await Deno.writeTextFile(path, "MZ");
    assertEquals(await report(path), `${path}: 2 bytes`);
  } finally {
    await Deno.remove(path);
  }
});

function list(directory: string, below = ""): string[] {
  return [...Deno.readDirSync(join(directory, below))].flatMap(({ name, isDirectory }) =>
    isDirectory ? list(directory, `${below}${name}/`) : [below + name]
  ).sort();
}
