import { assert, assertEquals } from "@std/assert";
import { leastTime } from "../support/held.ts";
import {
  ConfigError,
  formatPosition,
  HostError,
  messageOf,
  nearest,
  printable,
  printableData,
  printableJson,
  printableLine,
  printableText,
} from "../../src/fault/mod.ts";

Deno.test("formatPosition() writes places as editors do", () => {
  assertEquals(formatPosition({ file: "a.conf", line: 3 }), "a.conf:3");
  assertEquals(formatPosition({ file: "a.conf", line: 3, column: 7 }), "a.conf:3:7");
});

Deno.test("ConfigError begins with its place and is a SyntaxError", () => {
  const error = new ConfigError("no such key", { position: { file: "a.conf", line: 3 }, text: "x = 1" });
  assert(error instanceof SyntaxError);
  assertEquals([error.message, error.reason, error.text], ["a.conf:3: no such key", "no such key", "x = 1"]);
});

Deno.test("HostError keeps code, module and cause", () => {
  const cause = new Error("inner");
  const error = new HostError("deadline", "too late", { module: "res_x", cause });
  assertEquals([error.code, error.module, error.cause], ["deadline", "res_x", cause]);
});

for (
  const [thrown, text] of [
    [new Error("text"), "text"],
    [new TypeError(), "TypeError"],
    ["bare", "bare"],
    [null, "thrown value of type null"],
    [7, "thrown value of type number"],
    [
      Object.defineProperty(new Error(), "message", {
        get: () => {
          throw 1;
        },
      }),
      "an error whose message cannot be read",
    ],
  ] as const
) {
  Deno.test(`messageOf() gives ${JSON.stringify(text)}`, () => assertEquals(messageOf(thrown), text));
}

for (
  const [name, known, near] of [
    ["autolaod", ["autoload", "load"], "autoload"],
    ["LOAD", ["load"], "load"],
    ["xyz", ["autoload", "load"], undefined],
    ["", ["load"], undefined],
    ["net", ["read", "net", "env"], "net"],
  ] as const
) {
  Deno.test(`nearest() of "${name}" is ${near}`, () => assertEquals(nearest(name, known), near));
}

Deno.test("printable() shows what could move a cursor, forge a line or turn text around", () => {
  assertEquals(printable("a\nb\tc\x1b[31m\u202e\u200bé 漢"), "a\\nb\\tc\\u{1b}[31m\\u{202e}\\u{200b}é 漢");
  assertEquals(printable("so\u00adft \u{e0041}tag\ufffb"), "so\\u{ad}ft \\u{e0041}tag\\u{fffb}");
  assertEquals(printable("abcdef", 3), "abc… (3 more characters)");
});

Deno.test("printableJson() is JSON of the same value, with nothing that a terminal obeys", () => {
  const value = { text: "a\u009b2J\u202eb\u007f\u{e0041}\n", list: [1, null], "\u2028": "é 漢" };
  const json = printableJson(value);
  assertEquals(JSON.parse(json), value);
  assertEquals(printable(json.replaceAll("\n", "")), json.replaceAll("\n", ""));
  assertEquals(printableJson({ a: [] }), JSON.stringify({ a: [] }, null, 2));
});

Deno.test("printable() escapes exactly what the expression says, each character of Unicode", () => {
  const unsafe = /^[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]$/u;
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    const named = codePoint === 10 ? "\\n" : codePoint === 9 ? "\\t" : `\\u{${codePoint.toString(16)}}`;
    const expected = unsafe.test(character) ? named : character;
    // Beside one that is unsafe, for text without any is not looked at.
    if (printable(`\r${character}`) !== `\\u{d}${expected}`) {
      assertEquals(printable(`\r${character}`), `\\u{d}${expected}`);
    }
  }
  // Halves of pairs are no characters.
  assertEquals(printable("\udb40x\udc00\ud800"), "\\u{db40}x\\u{dc00}\\u{d800}");
  assertEquals(printableLine("a\tb\r\nc\u202e"), "a\tb\\u{d}\\nc\\u{202e}");
  assertEquals(printableData({ a: ["\u202e\n", 1, null] }), { a: ["\\u{202e}\\n", 1, null] });
  assertEquals(printableJson({ a: "\u0085" }, 0), '{"a":"\\u0085"}');
  assertEquals(printableText("a\tb\r\nc\u202e"), "a\tb\\u{d}\nc\\u{202e}");
  assertEquals(printableJson(["\u{e0041}\u202e\n"]), '[\n  "\\udb40\\udc41\\u202e\\n"\n]');
});

Deno.test("printable text of a megabyte takes no time, whatever is in it", () => {
  for (const part of ["\u202e", "\x1b", "\n", "a\x1b", "\u{e0001}"]) {
    const text = part.repeat(2 ** 20 / part.length);
    const took = leastTime(() => printableText(text), 3);
    assertEquals(took < 1_000, true, `${JSON.stringify(part)} took ${took} ms`);
  }
});
