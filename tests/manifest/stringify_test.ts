import { assertEquals } from "@std/assert";
import { forSeeds } from "../config/support.ts";
import { type Manifest, type ManifestContent, parseManifest, stringifyManifest } from "../../src/manifest/mod.ts";

/** A manifest with something in every place that can hold anything. */
function randomContent(random: (below: number) => number): ManifestContent {
  const pick = <T>(...all: T[]): T => all[random(all.length)] as T;
  const some = <T>(make: (index: number) => T): T[] => Array.from({ length: random(4) }, (_, index) => make(index));
  const thing = (index: number) => ({
    type: pick("application", "function", "realtime", "codec", "format", "command", "timing"),
    name: `${pick("A", "core show x", "*", "a;b", "x=y", "#a", "[a]", "a\\b", "a --; b", ";--")}${index}`,
  });
  const module = (index: number) => ({ type: "module", name: `${pick("res_", "App-", "0")}${index}` });
  const priority = random(3);
  return {
    name: "sample",
    checksum: pick(undefined, `sha256:${"0a".repeat(32)}`),
    description: pick("", "Plain", "one; two --; three ;-- four", "= > # [x] \\;", "Größe « ü »", "a".repeat(500)),
    supportLevel: pick("core", "extended", "deprecated", "unknown"),
    license: pick("", "MIT", "GPL-2.0-only WITH x"),
    loadPriority: random(256),
    exportGlobals: pick(true, false),
    blockUnload: pick(undefined, 1, 3600),
    defaultEnabled: pick(true, false),
    optionalModules: some(module),
    enhances: some(module),
    conflicts: some(module),
    configs: some((index) => `${pick("a", "b-c", "D_e")}${index}.conf`),
    uses: [...some(thing), ...some((index) => ({ type: "module", name: `mod_${index}` }))],
    canUse: some(thing),
    provides: [
      { type: "module", name: "sample" },
      ...some(thing),
      ...some((index) => ({ type: "service", name: `s${index}`, priority: priority === 0 ? 0 : random(1000) })),
    ],
    permissions: some((index) => ({
      kind: pick("read" as const, "write" as const),
      value: `${pick("/a b", "${astdatadir}/x", "/;x")}${index}`,
    })),
  };
}

/** All of a manifest but the places. */
function withoutPlaces(manifest: Manifest | ManifestContent): unknown {
  return JSON.parse(JSON.stringify({ file: undefined, ...manifest }, (key, value) => {
    if (key === "position" || key === "file") return undefined;
    return key === "priority" && value === 0 ? undefined : value;
  }));
}

Deno.test("stringifyManifest() gives what parseManifest() reads back, for any content", () => {
  forSeeds(400, (random) => {
    const content = randomContent(random);
    const text = stringifyManifest(content, "made at random; nothing else");
    const manifest = parseManifest(text, "sample.manifest");
    assertEquals(withoutPlaces(manifest), withoutPlaces(content), text);
    assertEquals(stringifyManifest(manifest, "made at random; nothing else"), text, "a second time");
  });
});

Deno.test("stringifyManifest() leaves out what is as usual, and names priorities as Asterisk does", () => {
  const text = stringifyManifest({
    ...parseManifest("[module]\nname = a", "a.manifest"),
    loadPriority: 50,
    conflicts: [{ type: "module", name: "b" }],
  });
  assertEquals(text, "[module]\nname = a\nload_priority = timing\nconflicts = b\n");
});
