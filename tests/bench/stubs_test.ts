import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { makeStub, makeStubs, stubName, writeStubs } from "../../bench/stubs.ts";
import { Catalog, checksumOf, DiskSource, parseManifest } from "../../src/manifest/mod.ts";

Deno.test("stubName() sorts as its number does", () => {
  assertEquals([stubName(0), stubName(7), stubName(355)], ["stub_000", "stub_007", "stub_355"]);
});

Deno.test("makeStub() writes a manifest that describes its source", () => {
  const { name, source, manifest } = makeStub("stub_007", { provides: ["application = Bench"] });
  const parsed = parseManifest(manifest, `/nowhere/${name}.manifest`);
  assertEquals(parsed.checksum, checksumOf(new TextEncoder().encode(source)));
  assertEquals(parsed.license, "MIT");
  assertEquals(parsed.provides.map((one) => `${one.type}=${one.name}`), ["module=stub_007", "application=Bench"]);
  assertStringIncludes(source, `description: "${parsed.description}"`);
});

Deno.test("writeStubs() makes a directory that a catalog reads without faults", async () => {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  try {
    const modules = join(directory, "modules");
    await writeStubs(modules, makeStubs(3));
    const catalog = new Catalog([new DiskSource(modules)]);
    catalog.refresh();
    assertEquals(catalog.faults(), []);
    assertEquals(catalog.entries().map(({ manifest }) => manifest.name), ["stub_000", "stub_001", "stub_002"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
