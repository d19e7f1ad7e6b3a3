import { assertEquals, assertThrows } from "@std/assert";
import { interleave, quantile, summarize } from "../../bench/statistics.ts";

Deno.test("quantile() interpolates between neighbors and leaves its samples alone", () => {
  const samples = [4, 1, 3, 2];
  assertEquals(quantile(samples, 0.5), 2.5);
  assertEquals(quantile(samples, 0), 1);
  assertEquals(quantile(samples, 1), 4);
  assertEquals(quantile([7], 0.25), 7);
  assertEquals(samples, [4, 1, 3, 2]);
});

Deno.test("quantile() refuses no samples", () => {
  assertThrows(() => quantile([], 0.5), RangeError, "there are no samples");
});

Deno.test("quantile() orders numbers as numbers", () => {
  assertEquals(quantile([9, 10, 100], 0.5), 10);
});

Deno.test("summarize() gives median, quartiles and count", () => {
  assertEquals(summarize([5, 1, 2, 4, 3]), { median: 3, low: 2, high: 4, count: 5 });
});

Deno.test("interleave() takes turns, drops warm-ups and keeps whose samples are whose", async () => {
  const order: string[] = [];
  let calls = 0;
  const measure = (name: string) => () => {
    order.push(name);
    return `${name}${++calls}`;
  };
  const samples = await interleave([measure("a"), measure("b")], { rounds: 2, warmups: 1 });
  assertEquals(order, ["b", "a", "a", "b", "b", "a"]);
  assertEquals(samples, [["a3", "a6"], ["b4", "b5"]]);
});
