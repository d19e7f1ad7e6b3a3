import { assertEquals, assertThrows } from "@std/assert";
import { type ConfigFile, type Entry, parse, type Section, stringify } from "../../src/config/mod.ts";
import { forSeeds, plain } from "./support.ts";

const POSITION = { file: "", line: 1 };

const WRITTEN: [from: string, to: string][] = [
  ["", ""],
  ["; only a comment", "; only a comment\n"],
  ["\ufeff[a]\nx=1", "\ufeff[a]\nx = 1\n"],
  ["[a]\n\n ; c\nx=1;c\n", "[a]\n\n ; c\nx = 1  ;c\n"],
  ["[a]\r\n  x=>1 ; c  \r\n", "[a]\r\nx => 1  ; c\r\n"],
  ["[a](!)x\n[b](a) ; c\n", "[a](!)x\n[b](a) ; c\n"],
  ["[a]\n\\[b]=1\\;2\n\\x=1\n\\=x=1\n", "[a]\n\\[b] = 1\\;2\nx = 1\n\\=x = 1\n"],
  ["[a]\nx=\nx +=1\n", "[a]\nx = \nx +=1\n"],
  ["[a]\nx=1;--c--;2\n;--\ny=1\n--;\n", "[a]\nx=1;--c--;2\n;--\ny=1\n--;\n"],
  ["#tryinclude x\n[a]\njunk\n", "#tryinclude x\n[a]\njunk\n"],
];

Deno.test("stringify() sets key lines as Asterisk does and leaves all else", () => {
  for (const [from, to] of WRITTEN) {
    assertEquals(stringify(parse(from, { file: "t.conf" })), to);
    assertEquals(stringify(parse(to, { file: "t.conf" })), to);
  }
});

Deno.test("stringify() leaves a line that would become too long", () => {
  const text = `[a]\nx=${"v".repeat(8188)}\n`;
  assertEquals(stringify(parse(text, { file: "t.conf" })), text);
});

Deno.test("stringify() writes the file and not what a reviver made of it", () => {
  const file = parse("[a]\nx = ${y}\n", { file: "t.conf", reviver: () => "z" });
  assertEquals(stringify(file), "[a]\nx = ${y}\n");
});

Deno.test("stringify() writes a file put together by hand", () => {
  const sections = [
    section("t", [["x", "1"]], true),
    section("b;c", [["[k", "v;w\\"], ["\\;", ""], ["a+", "> 1"], ["=x", "\udcff"], ["#", "é", true]]),
    section("", []),
  ];
  const text = stringify(fileOf(sections));
  assertEquals(
    text,
    "[t](!)\nx = 1\n\n[b\\;c]\n\\[k = v\\;w\\\n\\\\\\; = \na+ = > 1\n\\=x = \udcff\n\\# => é\n\n[]\n",
  );
  assertEquals(plain(parse(text, { file: "t.conf" })), plain(fileOf(sections)));
});

Deno.test("stringify() refuses what no line can say", () => {
  const keys = ["", " x", "x ", "a=b", "a\nb", "\0", "+\0", "\\é", "x".repeat(9000)];
  for (const key of keys.filter((key) => key !== "\\é")) {
    assertThrows(() => stringify(fileOf([section("a", [[key, "1"]])])), TypeError, "Cannot write entry");
  }
  for (const value of [" x", "x\t", "a\nb", "a\n[b", "\0", "x".repeat(9000)]) {
    assertThrows(() => stringify(fileOf([section("a", [["k", value]])])), TypeError, 'Cannot write entry "k"');
  }
  for (const name of ["]", "a\nb", "a\0", "x".repeat(80)]) {
    assertThrows(() => stringify(fileOf([section(name, [])])), TypeError, "Cannot write section");
  }
});

Deno.test("stringify() of anything reads as the same or is refused", () => {
  forSeeds(500, (random) => {
    const word = () => Array.from({ length: random(6) }, () => PIECES[random(PIECES.length)]).join("");
    const lines = Array.from({ length: random(4) }, () => [`k${word()}`, word(), random(2) === 1] as const);
    const file = fileOf([section(`s${word()}`, lines, random(2) === 1)]);
    let text: string;
    try {
      text = stringify(file);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
    assertEquals(plain(parse(text, { file: "t.conf" })), plain(file));
  });
});

const PIECES = ["a", ";", "--", "\\", "=", ">", "+", "[", "]", "(", "#", " ", "\n", "é", "\udcff", "\0"];

type Line = readonly [key: string, value: string, object?: boolean];

function section(name: string, lines: readonly Line[], template = false): Section {
  const entries: Entry[] = lines.map(([key, value, object = false]) => ({ key, value, object, position: POSITION }));
  const named = (key: string) => entries.filter((entry) => entry.key === key);
  return {
    name,
    template,
    entries,
    position: POSITION,
    inherits: [],
    get: (key) => named(key).at(-1)?.value,
    entry: (key) => named(key).at(-1),
    getAll: (key) => named(key).map((entry) => entry.value),
  };
}

function fileOf(sections: readonly Section[]): ConfigFile {
  return {
    file: "made.conf",
    sections,
    section: (name) => sections.find((each) => each.name === name),
    sectionsNamed: (name) => sections.filter((each) => each.name === name),
  };
}
