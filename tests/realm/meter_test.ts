import { assertEquals } from "@std/assert";
import { LineMeter, utf8Length } from "../../src/realm/meter.ts";

Deno.test("LineMeter lets the rate through, drops what is beyond and tells a flood", () => {
  const meter = new LineMeter({ output: 2, outputbytes: 1000 });
  const verdicts = Array.from({ length: 21 }, () => meter.take(5_000, 1).verdict);
  assertEquals(verdicts.slice(0, 3), ["pass", "pass", "drop"]);
  assertEquals([verdicts[19], verdicts[20]], ["drop", "flood"]);
  assertEquals(meter.take(5_999, 1), { verdict: "flood", dropped: 0 });
  assertEquals(meter.take(6_000, 1), { verdict: "pass", dropped: 20 });
  assertEquals(meter.take(7_500, 1), { verdict: "pass", dropped: 0 });
  meter.take(7_600, 1);
  meter.take(7_700, 1);
  assertEquals(meter.idle(9_000), false);
  assertEquals([meter.drain(7_999), meter.drain(8_000), meter.drain(8_000)], [0, 1, 0]);
  assertEquals([meter.idle(8_999), meter.idle(9_000)], [false, true]);
});

Deno.test("LineMeter counts bytes, too", () => {
  const meter = new LineMeter({ output: 1000, outputbytes: 10 });
  assertEquals([6, 4, 1, 1].map((size) => meter.take(1_000, size).verdict), ["pass", "pass", "drop", "drop"]);
  assertEquals(meter.take(1_000, 89).verdict, "flood");
  assertEquals(meter.take(2_000, 10), { verdict: "pass", dropped: 3 });
  // One that is dropped in any case is not measured.
  meter.take(2_000, 1);
  assertEquals(meter.take(2_000, () => fail()).verdict, "drop");
});

Deno.test("utf8Length() is what the encoder makes of a text", () => {
  for (const text of ["", "abc", "äöü", "€", "\u{1f600}", "a\ud800b", "\udc00", "\uffff\u07ff\u0800"]) {
    const paired = text.isWellFormed() ? new TextEncoder().encode(text).length : undefined;
    if (paired !== undefined) assertEquals(utf8Length(text), paired, text);
    else assertEquals(utf8Length(text), text.length + 1, text);
  }
});

function fail(): never {
  throw new Error("measured");
}
