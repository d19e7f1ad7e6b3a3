import { assertEquals } from "@std/assert";
import { decodeText, encodeText } from "../../src/config/mod.ts";
import { byteLength, cutBytes, foldCase, rejoin, strip } from "../../src/config/text.ts";
import { forSeeds } from "./support.ts";

Deno.test("decodeText() turns bytes that are no UTF-8 into lone surrogates", () => {
  const table: [bytes: number[], text: string][] = [
    [[], ""],
    [[0xef, 0xbb, 0xbf, 0x41], "\ufeffA"],
    [[0xef, 0xbf, 0xbd], "\ufffd"],
    [[0x80, 0x41, 0xff], "\udc80A\udcff"],
    [[0xc3, 0xa9, 0xc3], "é\udcc3"],
    [[0xc0, 0x80], "\udcc0\udc80"],
    [[0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    [[0xf0, 0x9f, 0x98, 0x80], "😀"],
    [[0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
  ];
  for (const [bytes, text] of table) {
    assertEquals(decodeText(Uint8Array.from(bytes)), text);
    assertEquals([...encodeText(text)], bytes);
    assertEquals(byteLength(text), bytes.length);
  }
});

Deno.test("encodeText() gives back any bytes that decodeText() took", () => {
  forSeeds(2000, (random) => {
    const likely = [0x41, 0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xff];
    const bytes = Array.from({ length: random(12) }, () => likely[random(likely.length)] ?? random(256));
    assertEquals([...encodeText(decodeText(Uint8Array.from(bytes)))], bytes);
  });
});

Deno.test("cutBytes() counts bytes, rejoin() puts parted characters together", () => {
  assertEquals(cutBytes("aéé", 4), "aé\udcc3");
  assertEquals(cutBytes("aéé", 5), "aéé");
  assertEquals(rejoin("aé\udcc3" + "\udca9"), "aéé");
});

Deno.test("foldCase() changes ASCII only, strip() takes bytes 1 to 32 only", () => {
  assertEquals(foldCase("ABCÄ\u212a"), "abcÄ\u212a");
  assertEquals(foldCase("ABC"), "abc");
  assertEquals(strip("\x01 \t\r\v\fx\x7f\u00a0\x02"), "x\x7f\u00a0");
  assertEquals(strip(" \t"), "");
});
