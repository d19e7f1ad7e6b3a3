import { assertEquals, assertThrows } from "@std/assert";
import { encodeFrame, FrameReader } from "../../src/realm/frames.ts";

Deno.test("FrameReader gives back what encodeFrame() made, however the bytes are cut", () => {
  const sent: [number, string][] = [[1, ""], [2, "text"], [3, "zwölf €, 𝄞"], [2, "x".repeat(70_000)], [255, "end"]];
  const bytes = sent.flatMap(([kind, text]) => [...encodeFrame(kind, text)]);
  for (const size of [1, 3, 7, 4096, bytes.length]) {
    const received: [number, string][] = [];
    const reader = new FrameReader(100_000, (kind, text) => received.push([kind, text]));
    for (let at = 0; at < bytes.length; at += size) reader.push(Uint8Array.from(bytes.slice(at, at + size)));
    assertEquals(received, sent, `in pieces of ${size}`);
  }
});

Deno.test("FrameReader refuses what is too long before it is there, and what is no text", () => {
  const reader = () => new FrameReader(10, () => {});
  assertThrows(() => reader().push(encodeFrame(2, "12345678901").subarray(0, 5)), RangeError, "too long");
  assertThrows(() => reader().push(Uint8Array.of(2, 1, 0, 0, 0, 0xff)), TypeError);
});
