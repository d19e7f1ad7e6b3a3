import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { ConfigError } from "../../src/fault/mod.ts";
import { parseManifest } from "../../src/manifest/mod.ts";
import { buildModules, checkManifests, concerns, moduleSources } from "../../tools/modules.ts";
import { ToolError } from "../../tools/process.ts";

const PLAIN = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Plain" });`;

/** Runs a test in a directory of files that is removed afterwards. */
async function inDirectory(files: Readonly<Record<string, string>>, test: (directory: string) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(directory, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(directory, path), text);
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function touch(path: string, seconds: number): void {
  const time = new Date(Date.now() + seconds * 1000);
  Deno.utimeSync(path, time, time);
}

Deno.test("moduleSources() takes files and folders, but no tests, parts or declarations", () => {
  const files = [
    "b.ts",
    "a/mod.ts",
    "a/part.ts",
    "_shared.ts",
    "_x/mod.ts",
    "b_test.ts",
    "c.d.ts",
    "d/other.ts",
    "e.json",
  ];
  assertEquals(moduleSources(files), [{ name: "a", entry: "a/mod.ts" }, { name: "b", entry: "b.ts" }]);
});

Deno.test("moduleSources() refuses two sources of one module", () => {
  assertThrows(() => moduleSources(["a.ts", "a/mod.ts"]), ToolError, '"a": both a.ts and a/mod.ts are there');
});

Deno.test("concerns() is true for a module's own files and for shared ones", () => {
  const source = { name: "a", entry: "a/mod.ts" };
  assertEquals(["a/mod.ts", "a/b/c.ts", "_shared.ts", "_x/y.ts"].every((file) => concerns(file, source)), true);
  assertEquals(["ab.ts", "ab/mod.ts", "b.ts"].some((file) => concerns(file, source)), false);
});

Deno.test("buildModules() builds files and folders, and again only what is older than its source", async () => {
  const files = { "one.ts": PLAIN, "two/mod.ts": `import "./part.ts";\n${PLAIN}`, "two/part.ts": "", "_shared.ts": "" };
  await inDirectory(files, async (directory) => {
    assertEquals(await buildModules(directory), ["one", "two"]);
    assertEquals(await buildModules(directory), []);
    touch(join(directory, "two/part.ts"), 60);
    assertEquals(await buildModules(directory), ["two"]);
    touch(join(directory, "two/part.ts"), -60);
    assertEquals(await buildModules(directory), []);
    Deno.removeSync(join(directory, "one.manifest"));
    assertEquals(await buildModules(directory), ["one"]);
    touch(join(directory, "_shared.ts"), 60);
    assertEquals(await buildModules(directory), ["one", "two"]);
    assertEquals([...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".tmp")), []);
  });
});

Deno.test("buildModules() writes the checksum of the very bytes beside the manifest", async () => {
  await inDirectory({ "one.ts": PLAIN }, async (directory) => {
    await buildModules(directory);
    const bytes = Deno.readFileSync(join(directory, "one.js"));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    const path = join(directory, "one.manifest");
    const manifest = parseManifest(Deno.readTextFileSync(path), path);
    assertEquals(manifest.checksum, `sha256:${digest}`);
    assertEquals([manifest.license, manifest.description], ["MIT", "Plain"]);
  });
});

Deno.test("buildModules() gives the same bytes in another directory", async () => {
  const files = { "one.ts": `import { join } from "@std/path";\nexport const path = join("a", "b");\n${PLAIN}` };
  const outputs: string[] = [];
  for (let round = 0; round < 2; round++) {
    await inDirectory(files, async (directory) => {
      await buildModules(directory);
      outputs.push(
        Deno.readTextFileSync(join(directory, "one.js")) + Deno.readTextFileSync(join(directory, "one.manifest")),
      );
      assert(!outputs.join("").includes(directory));
    });
  }
  assertEquals(outputs[0], outputs[1]);
  assertEquals((outputs[0] ?? "").match(/^\/\/ (?!npm:deno-std@|one\.ts).*/gm), null);
});

Deno.test("checkManifests() names a manifest that is missing or another, and writes nothing", async () => {
  await inDirectory({ "one.ts": PLAIN, "two.ts": PLAIN }, async (directory) => {
    await buildModules(directory);
    assertEquals(await checkManifests(directory), []);
    Deno.removeSync(join(directory, "one.manifest"));
    Deno.writeTextFileSync(join(directory, "two.ts"), `${PLAIN}\nconsole.log();`);
    const faults = await checkManifests(directory);
    assertEquals(faults.length, 2);
    assertMatch(faults[0] ?? "", /one\.manifest:1: is missing; run "deno task manifests"/);
    assertMatch(faults[1] ?? "", /two\.manifest:1: differs from what two\.ts gives; run/);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).includes("one.manifest"), false);
  });
});

const BROKEN: readonly { what: string; source: string; reason: RegExp }[] = [
  { what: "a syntax error", source: "export default {", reason: /Cannot bundle one\.ts.*one\.ts/s },
  {
    what: "no default export",
    source: "export const a = 1;",
    reason: /one\.ts: it has no default export; .*defineModule/,
  },
  { what: "no license", source: "export default { description: 'x' };", reason: /one\.ts: "license" is not a text/ },
  {
    what: "work at import",
    source: "Deno.readTextFileSync('/etc/passwd'); export default {};",
    reason: /Requires read access/,
  },
  { what: "a wrong comment", source: `\n/*** MODULEINFO <x/> ***/\n${PLAIN}`, reason: /one\.ts:2: unknown element/ },
];

for (const { what, source, reason } of BROKEN) {
  Deno.test(`buildModules() refuses a module with ${what} and leaves nothing behind`, async () => {
    await inDirectory({ "one.ts": source }, async (directory) => {
      const error = await assertRejects(() => buildModules(directory));
      assert(error instanceof ToolError || error instanceof ConfigError, String(error));
      assertMatch(error.message, reason);
      assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["one.ts"]);
    });
  });
}

Deno.test("buildModules() refuses a directory that is not there", async () => {
  await assertRejects(() => buildModules("/nowhere/at/all"), ToolError, '"/nowhere/at/all" cannot be read');
});
