import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CatalogEntry } from "../../src/manifest/mod.ts";
import { LONGEST_HOLD_MS, longestHold } from "../support/held.ts";
import { row, setUp } from "./support.ts";

/** A catalog of modules that use each other: each its successors, so many. */
function catalogOf(count: number, uses: (index: number) => number[]) {
  const position = { file: "x.manifest", line: 1 };
  const entries = Array.from({ length: count }, (_, index) => ({
    manifest: {
      name: `mod_${index}`,
      provides: [{ type: "module", name: `mod_${index}`, priority: 0, position }],
      uses: uses(index).map((other) => ({ type: "module", name: `mod_${other % count}`, position })),
      enhances: [],
      optionalModules: [],
      canUse: [],
      conflicts: [],
    },
    source: { label: "test" },
  })) as unknown as CatalogEntry[];
  return {
    entries: () => entries,
    faults: () => [],
    get: (name: string) => entries.find(({ manifest }) => manifest.name === name),
    refresh: () => ({ added: [], changed: [], removed: [] }),
    links: () => [],
  };
}

async function run(count: number, uses: (index: number) => number[], command: string) {
  const made = setUp({}, { catalog: catalogOf(count, uses) });
  made.modules.table = Array.from({ length: count }, (_, index) => row(`mod_${index}`));
  let output = "";
  const { held, result } = await longestHold(() => made.interpreter.execute(command, (text) => void (output += text)));
  return { output, held, result };
}

Deno.test("module show dependencies takes a chain of thousands of modules", async () => {
  const { output, held, result } = await run(5_000, (index) => [index + 1], "module show dependencies mod_0");
  assertEquals(result, "success");
  assertEquals(output.split("\n").length > 5_000, true);
  // Lines that were set in by their depth had the square of it.
  assert(output.length < 2_000_000, `${output.length} characters`);
  assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
});

Deno.test("module show dependencies takes modules that all use each other", async () => {
  const { held } = await run(
    300,
    (index) => Array.from({ length: 299 }, (_, other) => index + other),
    "module show dependencies mod_0",
  );
  assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
});

Deno.test("module graph draws no picture of more than it can place in time, and says what to do", async () => {
  const spread = (index: number) => [index * 7 + 1, index * 13 + 2];
  const large = await run(100, spread, "module graph --format svg");
  assertEquals(large.result, "failure");
  assertStringIncludes(
    large.output,
    "Cannot draw 100 modules and 200 relations: a picture has 150 of each at most. Name a module",
  );
  // The same as text is no work.
  for (const format of ["text", "dot", "mermaid"]) {
    const { result, held } = await run(3_000, spread, `module graph --format ${format}`);
    assertEquals(result, "success");
    assert(held < LONGEST_HOLD_MS, `${format} held for ${held} ms`);
  }
});

Deno.test("module graph draws as much as it may in time", async () => {
  const first = await run(2, () => [], "module graph --format svg");
  assertStringIncludes(first.output, "<svg");
  // The library is there by now. Curves and a full search took minutes for a graph a little larger than this one.
  const { output, held } = await run(75, (index) => [index * 7 + 1, index * 13 + 2], "module graph --format svg");
  assertStringIncludes(output, "<svg");
  assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
});
