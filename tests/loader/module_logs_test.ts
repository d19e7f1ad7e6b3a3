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

Deno.test("ModuleLogs folds the same error in a row: three are written, the others told with the next line", () => {
  const { clock, logs, said } = setUp({ output: 1000, outputbytes: 100_000 });
  for (let line = 0; line < 10; line++) logs.of("res_a").error("no answer");
  logs.of("res_b").error("no answer");
  logs.of("res_a").warning("no answer");
  for (let line = 0; line < 5; line++) logs.of("res_a").notice("meant");
  const first = ["res_a: no answer", "res_a: no answer", "res_a: no answer", "res_b: no answer"];
  const meant = Array.from({ length: 5 }, () => "res_a: meant");
  assertEquals(said(), [...first, "res_a: repeated 7 times: no answer", "res_a: no answer", ...meant]);
  for (let line = 0; line < 4; line++) logs.of("res_a").child({ area: "loader" }).warning("x".repeat(300));
  clock.now += 10_000;
  logs.of("res_a").child({ area: "loader" }).warning("x".repeat(300));
  assertEquals(said().slice(-2), [`res_a: repeated once: ${"x".repeat(200)}…`, `res_a: ${"x".repeat(300)}`]);
  for (let line = 0; line < 5; line++) logs.of("res_a").error("at the end");
  logs[Symbol.dispose]();
  assertEquals(said().at(-1), "res_a: repeated 2 times: at the end");
  logs[Symbol.dispose]();
  for (let line = 0; line < 5; line++) logs.of("res_a").error("too late to count");
  assertEquals(said().slice(-5), Array.from({ length: 5 }, () => "res_a: too late to count"));
});

Deno.test("ModuleLogs tells of repeated lines although nothing more is written", () => {
  const { setTimeout } = globalThis;
  const waiting: { work: () => void; milliseconds: number | undefined }[] = [];
  globalThis.setTimeout =
    ((work: () => void, milliseconds?: number) => waiting.push({ work, milliseconds })) as typeof setTimeout;
  const { logs, said } = setUp({ output: 1000, outputbytes: 100_000 });
  try {
    for (let line = 0; line < 10; line++) logs.of("res_a").error("no answer");
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assertEquals([said().length, waiting.map(({ milliseconds }) => milliseconds)], [3, [10_000]]);
  waiting[0]?.work();
  assertEquals(said().at(-1), "res_a: repeated 7 times: no answer");
  logs[Symbol.dispose]();
  assertEquals(said().length, 4);
});
