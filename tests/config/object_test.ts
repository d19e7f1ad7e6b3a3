import { assertEquals, assertThrows } from "@std/assert";
import { configText, parse } from "../../src/config/mod.ts";

Deno.test("configText() writes what the reader reads back", () => {
  const text = configText({
    modules: { autoload: true, load_uses: false, load: ["a", "b"], verbose: 3, nothing: undefined },
    "with;comment": { key: "a;b", "[odd": "x" },
    uses: [["type", "application"], ["a", "Gosub"], ["type", "function"], ["a", ["X", "Y"]]],
  });
  const sections = parse(text, { file: "x" }).sections.map(({ name, entries }) => [
    name,
    entries.map(({ key, value }) => `${key}=${value}`),
  ]);
  assertEquals(sections, [
    ["modules", ["autoload=yes", "load_uses=no", "load=a", "load=b", "verbose=3"]],
    ["with;comment", ["key=a;b", "[odd=x"]],
    ["uses", ["type=application", "a=Gosub", "type=function", "a=X", "a=Y"]],
  ]);
  assertEquals(configText({}), "");
});

Deno.test("configText() refuses what no line can say", () => {
  assertThrows(() => configText({ a: { key: "one\ntwo" } }), TypeError, 'entry "key"');
  assertThrows(() => configText({ a: { "": "x" } }), TypeError);
  assertThrows(() => configText({ "a]b": {} }), TypeError, 'section "a]b"');
});
