import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { defineModule, loadPriority, LoadResult, type ModuleDefinition } from "../../src/module_api/mod.ts";

const MINIMAL: ModuleDefinition = { license: "MIT", description: "d" };

Deno.test("defineModule() gives a frozen copy of the definition", () => {
  const load = () => LoadResult.SUCCESS;
  const defined = defineModule({ ...MINIMAL, load });
  assertEquals(defined, { ...MINIMAL, load });
  assert(Object.isFrozen(defined));
});

for (
  const [wrong, field] of [
    [{ license: "" }, '"license"'],
    [{ description: 7 }, '"description"'],
    [{ load: "no" }, '"load"'],
    [{ unload: {} }, '"unload"'],
    [{ loadPriority: "soon" }, '"soon" is no load priority'],
    [{ loadPriority: 256 }, '"256" is no load priority'],
  ] as const
) {
  Deno.test(`defineModule() refuses ${JSON.stringify(wrong)} by name`, () => {
    const definition = { ...MINIMAL, ...wrong } as unknown as ModuleDefinition;
    assertStringIncludes(assertThrows(() => defineModule(definition), TypeError).message, field);
  });
}

Deno.test("defineModule() says what it expects instead of nothing at all", () => {
  for (const nothing of [undefined, null, "MIT"]) {
    const error = assertThrows(() => defineModule(nothing as unknown as ModuleDefinition), TypeError);
    assertStringIncludes(error.message, "expected an object with license, description and load");
  }
});

for (
  const [text, value] of [
    ["default", 128],
    ["AST_MODPRI_TIMING", 50],
    ["Channel_Driver", 70],
    [" 7 ", 7],
    ["0", 0],
    ["256", undefined],
    ["-1", undefined],
    ["toString", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`loadPriority() of ${JSON.stringify(text)} is ${value}`, () => assertEquals(loadPriority(text), value));
}
