import { assertEquals } from "@std/assert";
import { LineMeter } from "../../src/realm/meter.ts";

Deno.test("LineMeter lets the rate through, drops what is beyond and tells a flood", () => {
  const meter = new LineMeter(2);
  const verdicts = Array.from({ length: 21 }, () => meter.take(5_000).verdict);
  assertEquals(verdicts.slice(0, 3), ["pass", "pass", "drop"]);
  assertEquals([verdicts[19], verdicts[20]], ["drop", "flood"]);
  assertEquals(meter.take(5_999), { verdict: "flood", dropped: 0 });
  assertEquals(meter.take(6_000), { verdict: "pass", dropped: 20 });
  assertEquals(meter.take(7_500), { verdict: "pass", dropped: 0 });
  meter.take(7_600);
  meter.take(7_700);
  assertEquals([meter.drain(7_999), meter.drain(8_000), meter.drain(8_000)], [0, 1, 0]);
});
