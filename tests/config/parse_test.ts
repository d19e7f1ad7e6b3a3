import { assert, assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { encodeText, parse } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { MemorySource, read, summary } from "./support.ts";

Deno.test("parse() gives sections, entries and lookups in any case of letters", () => {
  const text = "[General]\nFoo = 1\nfoo => 2\nbar=3\n[x](!)\nq=1\n[X]\n[x]\nz=0\n";
  const file = parse(text, { file: "t.conf" });
  assertEquals(file.file, "t.conf");
  assertEquals(file.sections.map(({ name, template }) => [name, template]), [
    ["General", false],
    ["x", true],
    ["X", false],
    ["x", false],
  ]);
  const general = file.section("general");
  assertEquals(general?.get("FOO"), "2");
  assertEquals(general?.entry("foo")?.object, true);
  assertEquals(general?.getAll("foo"), ["1", "2"]);
  assertEquals(general?.get("nosuch"), undefined);
  assertEquals(general?.getAll("nosuch"), []);
  assertEquals(file.section("x")?.name, "X");
  assertEquals(file.sectionsNamed("X").map(({ name }) => name), ["X", "x"]);
  assertEquals(file.sectionsNamed("nosuch"), []);
  assertEquals(file.section("nosuch"), undefined);
});

Deno.test("parse() folds only ASCII letters", () => {
  const file = parse("[k]\nÄ=1\n", { file: "t.conf" });
  assertEquals(file.section("\u212a"), undefined);
  assertEquals(file.section("k")?.get("ä"), undefined);
  assertEquals(file.section("K")?.get("Ä"), "1");
});

Deno.test("parse() takes bytes and text alike and keeps bytes that are no UTF-8", () => {
  const bytes = Uint8Array.of(...encodeText("\ufeff[a]\nx="), 0xe9, 0xff, 0x0a);
  const value = parse(bytes, { file: "t.conf" }).section("a")?.get("x") ?? "";
  assertEquals(encodeText(value), Uint8Array.of(0xe9, 0xff));
  assertEquals(parse("[a]\nx=é\n", { file: "t.conf" }).section("a")?.get("x"), "é");
});

Deno.test("parse() completes a character whose bytes a comment or += had parted", () => {
  const [first = 0, second = 0] = encodeText("é");
  const head = [...encodeText("[a]\nx="), first];
  const cut = Uint8Array.of(...head, ...encodeText(";-- c --;"), second, 0x0a);
  const appended = Uint8Array.of(...head, ...encodeText("\nx+="), second, 0x0a);
  for (const bytes of [cut, appended]) assertEquals(summary(parse(bytes, { file: "t.conf" })), "x=é");
});

Deno.test("parse() gives the place of every section and entry", () => {
  const source = new MemorySource({ "i.conf": "\n  k = 1\n" });
  const text = "\ufeff; c\n\n  [a]\n\tx = 1\n;-- c\n --; y = 2\r\n#include i.conf\n[b](a)\nx += 2\n";
  const { sections } = parse(text, { file: "t.conf", source });
  const places = sections.flatMap(({ position, entries }) => [position, ...entries.map((entry) => entry.position)]);
  assertEquals(places.map(({ file, line, column }) => `${file}:${line}:${column}`), [
    "t.conf:3:3",
    "t.conf:4:2",
    "t.conf:6:6",
    "<etc>/i.conf:2:3",
    "t.conf:8:1",
    "t.conf:9:1",
    "t.conf:6:6",
    "<etc>/i.conf:2:3",
  ]);
});

const INVALID: [text: string, message: string, line?: string][] = [
  ["x=1\n", "t.conf:1:1: Cannot take the line: no section is begun yet; it needs a [section] before it", "x=1"],
  ["\n  [a\n", 't.conf:2:3: Cannot read the section header: no closing "]"', "  [a"],
  ["[a](!\n", 't.conf:1:1: Cannot read the section header: no closing ")"', "[a](!"],
  [
    "[a](b) ; c\r\n",
    't.conf:1:1: Cannot inherit from "b": no such section above; blanks around the name count',
    "[a](b) ; c\r",
  ],
  [
    "[a](+)\n",
    't.conf:1:1: Cannot continue section "a": no such section above; a template needs (+TEMPLATES=include)',
    "[a](+)",
  ],
  [
    "[a]\n\\ x=1\n",
    't.conf:2:1: Cannot escape the beginning of the line: "\\" stands before a blank, nothing or no ASCII; ' +
    "a visible ASCII character is needed",
    "\\ x=1",
  ],
  [
    "#include <no.conf>\n",
    't.conf:1:1: Cannot include "no.conf": no such readable file, or too deep; #tryinclude does without',
    "#include <no.conf>",
  ],
  [
    `[a]\nx=1 ${";--".repeat(129)}\n`,
    't.conf:2:389: Cannot begin a block comment: 128 are open, the limit; close one with "--;" first',
  ],
];

Deno.test("parse() refuses an invalid file with its place, the line and what is needed", () => {
  for (const [text, message, line] of INVALID) {
    const error = assertThrows(() => parse(text, { file: "t.conf" }), ConfigError);
    assertEquals(error.message, message);
    if (line !== undefined) assertEquals(error.text, line);
  }
});

Deno.test("parse() drops, keeps and changes entries as the reviver says", () => {
  const calls: string[] = [];
  const { file } = read("[t](!)\nx=${d}/1\n[b](t)\ny=0\nx+=2\n", {
    reviver: (key, value, section, position) => {
      calls.push(`${section}/${key}=${value}@${position.line}`);
      return key === "y" ? undefined : value.replace("${d}", "/data");
    },
  });
  assertEquals(calls, ["t/x=${d}/1@2", "b/x=${d}/12@5", "b/y=0@4"]);
  assertEquals(summary(file), "x=/data/1|x=/data/12");
  assertEquals(file.section("b")?.get("x"), "/data/12");
});

Deno.test("parse() lets an error of a callback through as it is", () => {
  const error = new Error("mine");
  const fail = () => {
    throw error;
  };
  const source = new MemorySource({ "i.conf": "junk\n" });
  const text = "[a]\nx=1\n#include i.conf\n";
  assertStrictEquals(assertThrows(() => parse(text, { file: "t.conf", source, reviver: fail })), error);
  assertStrictEquals(assertThrows(() => parse(text, { file: "t.conf", source, onWarning: fail })), error);
});

Deno.test("parse() counts every include as missing without a source", () => {
  assertEquals(summary(read("[a]\n#tryinclude t.conf\n#tryinclude *.conf\nx=1\n").file), "x=1");
  assertThrows(() => read("[a]\n#include *\n"), ConfigError);
});

Deno.test("parse() runs no command unless it is allowed to", () => {
  const source = new MemorySource({});
  source.exec = () => {
    throw new Error("was run");
  };
  const { log } = read("[a]\n#exec /bin/true\n#EXEC\n", { source });
  assertEquals(log.length, 2);
  const error = assertThrows(() => read("[a]\n#exec /bin/true\n", { source, execIncludes: true }), ConfigError);
  assertEquals(
    error.message,
    't.conf:2:1: Cannot run "/bin/true": was run; remove the #exec or mend the command',
  );
  assert(error.cause instanceof Error);
  assertThrows(
    () => read("[a]\n#exec /bin/true\n", { execIncludes: true }),
    ConfigError,
    "no source that runs commands",
  );
});

Deno.test("parse() takes bare bytes as the output of a command", () => {
  const source = { directory: "/", read: () => undefined, glob: () => [], exec: () => encodeText("i=1") };
  assertEquals(read("[a]\n#exec go\n", { source, execIncludes: true }), {
    file: parse("[a]\n#exec go\n", { file: "t.conf", source, execIncludes: true }),
    log: [],
  });
});

Deno.test("parse() keeps a section that continues itself finite", () => {
  assertEquals(summary(read("[a]\nx=1\n[a](+,a,a)\ny=2\n").file), "x=1,x=1,x=1,x=1,y=2");
});

Deno.test("parse() stops at lines, files and steps without end", () => {
  const doubling = Array.from({ length: 40 }, (_, index) => `[s${index + 1}](s${index},s${index})`);
  assertStringIncludes(failure(`[s0]\nx=1\n${doubling.join("\n")}\n`), "lines would be copied");
  const source = new MemorySource({ "t.conf": "#tryinclude t.conf\n".repeat(20) });
  assertStringIncludes(failure("#tryinclude t.conf\n", source), "files that include each other");
  const filter = `(+x=${"a?".repeat(400)}b)`;
  const slow = `[a]\nx=${"a".repeat(8000)}\n`.repeat(50) + `[a]${filter}\n`;
  assertStringIncludes(failure(slow), "steps are too many");
});

Deno.test("parse() is quick where a line depends on all lines before", () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `k${index}=1\nk0+=2`);
  assertEquals(read(`[a]\n${lines.join("\n")}\n`).file.section("a")?.get("k0")?.length, 20_001);
  const chain = Array.from({ length: 20_000 }, (_, index) => `[s${index + 1}](s${index})`);
  assertEquals(read(`[s0]\nx=1\n${chain.join("\n")}\n`).file.sections.length, 20_001);
  const plus = Array.from({ length: 20_000 }, (_, index) => `[s${index}]\n[s${index}](+)`);
  assertEquals(read(`${plus.join("\n")}\n`).file.sections.length, 20_000);
});

function failure(text: string, source?: MemorySource): string {
  return assertThrows(() => parse(text, { file: "t.conf", source }), ConfigError).message;
}
