import { assertEquals, assertRejects } from "@std/assert";
import {
  type ConfigFile,
  parse,
  readConfig,
  realtimeFile,
  type RealtimeVariable,
  type Source,
  stringify,
} from "../../src/config/mod.ts";

type Row = [metric: number, category: string, name: string, value: string];

function rows(list: readonly Row[]): RealtimeVariable[] {
  return list.map(([metric, category, name, value], index) => ({ id: index + 1, metric, category, name, value }));
}

function shown(file: ConfigFile | undefined): string[] | undefined {
  return file?.sections.flatMap(({ name, entries }) => [
    `[${name}]`,
    ...entries.map(({ key, value, position }) => `${key}=${value} @${position.file}:${position.line}`),
  ]);
}

/** Reads with these files and tables. */
function reader(files: Record<string, string>, tables: Record<string, readonly Row[]>) {
  const loads: string[] = [];
  const warnings: string[] = [];
  const read = (name: string) =>
    readConfig(name, {
      realtime: {
        maps: (file) => file in tables,
        load(file, include) {
          loads.push(file);
          return realtimeFile(rows(tables[file]!), { file: `table ${file}`, include });
        },
      },
      disk(file, included, warn) {
        const text = files[file];
        const source: Source = {
          directory: "/etc",
          glob: () => [],
          read: (path) => {
            const bare = path.slice("/etc/".length);
            return included(bare) ?? (files[bare] === undefined ? undefined : new TextEncoder().encode(files[bare]));
          },
        };
        return text === undefined ? undefined : parse(text, { file, source, onWarning: warn });
      },
      warn: ({ message }) => warnings.push(message),
    });
  return { read, loads, warnings };
}

Deno.test("realtimeFile() begins a section where category or metric changes", async () => {
  const { read } = reader({}, {
    "a.conf": [[0, "general", "x", "1"], [0, "general", "y", "2"], [1, "q", "x", "3"], [2, "q", "x", "4"], [
      3,
      "r",
      "x",
      "5",
    ]],
  });
  assertEquals(shown(await read("a.conf")), [
    ...["[general]", "x=1 @table a.conf:1", "y=2 @table a.conf:2"],
    ...["[q]", "x=3 @table a.conf:3", "[q]", "x=4 @table a.conf:4", "[r]", "x=5 @table a.conf:5"],
  ]);
});

Deno.test("realtimeFile() takes rows as they are: nothing in them is syntax", async () => {
  const { read } = reader({}, { "a.conf": [[0, "a](!)", "[x", " 1 ; 2\n;--"]] });
  const file = await read("a.conf");
  assertEquals(file?.section("a](!)")?.get("[x"), " 1 ; 2\n;--");
});

Deno.test("an empty table is an empty file, a missing one is none", async () => {
  const { read } = reader({}, { "a.conf": [] });
  assertEquals(shown(await read("a.conf")), []);
  assertEquals(await read("b.conf"), undefined);
});

Deno.test("a table includes files and tables, and not itself without end", async () => {
  const { read } = reader({ "disk.conf": "[d]\nx=1" }, {
    "a.conf": [[0, "a", "k", "1"], [0, "a", "#include", "disk.conf"], [0, "a", "#include", "b.conf"], [
      0,
      "a",
      "k",
      "2",
    ]],
    "b.conf": [[0, "b", "k", "1"]],
    "loop.conf": [[0, "a", "#include", "loop.conf"]],
  });
  assertEquals(shown(await read("a.conf")), [
    ...["[a]", "k=1 @table a.conf:1", "[d]", "x=1 @disk.conf:2", "[b]", "k=1 @table b.conf:1"],
    ...["[a]", "k=2 @table a.conf:4"],
  ]);
  await assertRejects(() => read("loop.conf"), RangeError, "10 files deep");
});

Deno.test("a text includes tables, which are read once, and warnings are told once", async () => {
  const { read, loads, warnings } = reader(
    { "a.conf": "[a]\nno key\n#include b.conf\n#include c.conf\n[z](tt)\n", "c.conf": "#include b.conf\n" },
    { "b.conf": [[0, "tt", "k", "1 ; 2"]] },
  );
  const file = await read("a.conf");
  assertEquals(file?.section("z")?.get("k"), "1 ; 2");
  assertEquals(loads, ["b.conf"]);
  assertEquals(warnings.filter((message) => message.includes("No '=' ")).length, 1);
});

Deno.test("a table that cannot be written as text cannot be included in one", async () => {
  const { read } = reader({ "a.conf": "#include b.conf" }, { "b.conf": [[0, "b", "k", "two\nlines"]] });
  await assertRejects(() => read("a.conf"), TypeError);
});

Deno.test("stringify() writes a file that came from a table", async () => {
  const { read } = reader({}, { "a.conf": [[0, "a", "k", "1;2"]] });
  assertEquals(stringify((await read("a.conf"))!), "[a]\nk = 1\\;2\n");
});
