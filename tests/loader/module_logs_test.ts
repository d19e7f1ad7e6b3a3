import { assertEquals } from "@std/assert";
import { ModuleLogs } from "../../src/loader/mod.ts";
import { Logger, MemorySink } from "../../src/log/mod.ts";

/** Logs over a clock that stands still. */
function setUp(rate = { output: 3, outputbytes: 100 }) {
  const sink = new MemorySink();
  const clock = { now: 5_000 };
  const logs = new ModuleLogs({ log: new Logger([sink]), rate: () => rate, now: () => clock.now });
  return { sink, clock, logs, said: () => sink.records.map(({ module, message }) => `${module}: ${message}`) };
}

Deno.test("ModuleLogs limits lines of a module by whatever logger of it, and says once how many were dropped", () => {
  const { clock, logs, said } = setUp();
  for (let line = 1; line <= 4; line++) logs.of("res_a").verbose(1, `${line}`);
  logs.of("RES_A").child({ area: "console" }).error("5");
  logs.of("res_b").notice("its neighbor's");
  logs.of("").warning("the core's");
  clock.now = 6_000;
  logs.of("res_a").notice("6");
  assertEquals(said(), [
    "res_a: 1",
    "res_a: 2",
    "res_a: 3",
    "res_b: its neighbor's",
    "undefined: the core's",
    "res_a: 2 lines of module res_a were dropped: more than 3 lines or 100 bytes in a second",
    "res_a: 6",
  ]);
  logs[Symbol.dispose]();
});

Deno.test("ModuleLogs limits bytes as they are shown, and measures no line that is dropped anyway", () => {
  const { logs, said } = setUp({ output: 100, outputbytes: 64 * 1024 });
  // Each of these characters is shown as eight.
  for (let line = 0; line < 50; line++) logs.of("res_a").warning("\u202e".repeat(4096));
  assertEquals(said().length, 2);
  logs[Symbol.dispose]();
  assertEquals(
    said().at(-1),
    "res_a: 48 lines of module res_a were dropped: more than 100 lines or 65536 bytes in a second",
  );
});

Deno.test("ModuleLogs counts no line that nobody would see", () => {
  const { logs, sink, said } = setUp();
  for (let line = 0; line < 10; line++) logs.of("res_a").debug(1, "not on");
  logs.of("res_a").notice("seen");
  assertEquals([said(), sink.records.length], [["res_a: seen"], 1]);
  logs[Symbol.dispose]();
});

Deno.test("ModuleLogs tells of dropped lines although nothing more is written", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const log = new Logger([{ write: ({ message }) => void (message.includes("dropped") && resolve(message)) }]);
  using logs = new ModuleLogs({ log, rate: () => ({ output: 1, outputbytes: 100 }) });
  // At the end of a second the lines may fall into two.
  for (let line = 0; line < 3; line++) logs.of("res_a").notice("line");
  assertEquals(
    (await promise).replace(/^[12]/, "n"),
    "n lines of module res_a were dropped: more than 1 lines or 100 bytes in a second",
  );
});

Deno.test("ModuleLogs keeps a neighbor in a shared realm from silencing what the core says", () => {
  const { logs, said } = setUp();
  // The realm says that all of these are from res_a.
  for (let line = 0; line < 9; line++) logs.ofShared("shared/1", "res_a").notice("forged");
  logs.of("res_a").warning("the core's");
  assertEquals(said().filter((line) => line === "res_a: the core's").length, 1);
  assertEquals(said().filter((line) => line === "res_a: forged").length, 3);
  logs[Symbol.dispose]();
});

Deno.test("ModuleLogs gives back what it counts", () => {
  const { clock, logs } = setUp();
  for (let second = 0; second < 100; second++) {
    clock.now += 1_000;
    for (let module = 0; module < 50; module++) logs.of(`res_${second}_${module}`).notice("x");
  }
  assertEquals(logs.size <= 128, true, `${logs.size}`);
  logs[Symbol.dispose]();
});
