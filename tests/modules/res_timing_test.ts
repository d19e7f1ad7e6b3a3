import { assert, assertEquals, assertExists, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import { MAXIMUM_FAILURES, MAXIMUM_TIMERS, nextTick, type TimerMethods, TimerTable } from "../../modules/_timer.ts";
import interval from "../../modules/res_timing_interval.ts";
import worker from "../../modules/res_timing_worker.ts";
import { FakeHost } from "./_fake_host.ts";

/** A table whose ticks the test makes itself. */
function scripted(): { table: TimerTable; tick: () => Promise<void>; said: string[]; stopped: () => number } {
  const ticks = new Set<() => void>();
  const said: string[] = [];
  let stopped = 0;
  const log = { warning: (text: string) => void said.push(text), error: (text: string) => void said.push(text) };
  const table = new TimerTable({
    name: "scripted",
    log,
    ticker(_milliseconds, tick) {
      ticks.add(tick);
      return () => {
        stopped++;
        ticks.delete(tick);
      };
    },
  });
  const tick = async () => {
    for (const one of [...ticks]) one();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { table, tick, said, stopped: () => stopped };
}

for (const module of [interval, worker]) {
  Deno.test(`${module.description}: ticks, cancels and clears at unload`, async () => {
    const host = new FakeHost();
    assertEquals(await module.load?.(host), 0);
    const timer = host.services.get("timer") as unknown as TimerMethods;
    assertExists(timer);
    const begin = performance.now();
    let ticks = 0;
    const third = Promise.withResolvers<number>();
    const id = timer.every(10, () => {
      if (++ticks === 3) third.resolve(performance.now() - begin);
    });
    assertLess(27, await third.promise);
    assertEquals(timer.cancel(id), true);
    assertEquals(timer.cancel(id), false);
    // What unload leaves running is found by the sanitizer of this test.
    timer.every(1000, () => {});
    await module.unload?.(host);
  });
}

Deno.test("a slow callback skips ticks", async () => {
  const { table, tick } = scripted();
  const slow = Promise.withResolvers<void>();
  let calls = 0;
  table.methods.every(10, () => {
    calls++;
    return slow.promise;
  });
  await tick();
  await tick();
  await tick();
  assertEquals(calls, 1);
  slow.resolve();
  await tick();
  await tick();
  assert(calls >= 2);
});

Deno.test("a callback that keeps failing is dropped, one that recovers is not", async () => {
  const { table, tick, said } = scripted();
  let fails = true;
  table.methods.every(10, () => fails ? Promise.reject(new Error("broken")) : undefined);
  for (let turn = 1; turn < MAXIMUM_FAILURES; turn++) await tick();
  fails = false;
  await tick();
  fails = true;
  for (let turn = 1; turn < MAXIMUM_FAILURES; turn++) await tick();
  assertEquals(table.size, 1);
  assertStringIncludes(said[0]!, "failed (1 in a row): broken");
  await tick();
  assertEquals(table.size, 0);
  assertStringIncludes(said.at(-1)!, "Dropped timer");
});

Deno.test("a timer that is canceled during its callback says nothing", async () => {
  const { table, tick, said } = scripted();
  const id = table.methods.every(10, () => {
    table.methods.cancel(id);
    throw new Error("too late to matter");
  });
  await tick();
  assertEquals(said, []);
});

Deno.test("every() refuses what is out of bounds", () => {
  const { table, stopped } = scripted();
  for (const period of [0, 9, -1, NaN, Infinity, 2 ** 31, "10" as unknown as number]) {
    assertThrows(() => table.methods.every(period, () => {}), RangeError, "expected 10 to 2147483647 ms");
  }
  assertThrows(() => table.methods.every(10, undefined as unknown as () => void), TypeError, "no function");
  for (let count = 0; count < MAXIMUM_TIMERS; count++) table.methods.every(10, () => {});
  assertThrows(() => table.methods.every(10, () => {}), RangeError, "10000 already");
  table.clear();
  assertEquals(table.size, 0);
  assertEquals(stopped(), MAXIMUM_TIMERS);
});

Deno.test("nextTick() keeps to multiples and skips missed ones", () => {
  const cases: [count: number, elapsed: number, expected: number][] = [
    [1, 10, 2],
    [1, 10.4, 2],
    [1, 9.9, 2],
    [1, 35, 4],
    [5, 49.99, 6],
    [5, 50, 6],
  ];
  for (const [count, elapsed, expected] of cases) assertEquals(nextTick(count, elapsed, 10), expected);
});
