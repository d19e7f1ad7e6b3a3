import { assertEquals } from "@std/assert";
import { RealmLines } from "../../src/realm/realm_lines.ts";
import { MAX_LOG_LENGTH, type WireLog } from "../../src/realm/wire.ts";

/** Lines of a realm in which there are `a` and `b`. */
function setUp(rate: { output: number; outputbytes: number }) {
  const passed: WireLog[] = [];
  const floods: string[] = [];
  const lines = new RealmLines({
    label: "shared/1",
    rate,
    has: (module) => ["a", "b"].includes(module),
    log: (line) => void passed.push(line),
    flood: (what) => void floods.push(what),
  });
  const say = (module: string, message: string) => lines.take({ module, level: "notice", verbosity: 0, message });
  return { lines, passed, floods, say };
}

Deno.test("RealmLines cuts what is longer than a realm may send, and counts it in full", () => {
  const { lines, passed, say } = setUp({ output: 10, outputbytes: 2 ** 20 });
  say("a", "x".repeat(100_000));
  say("a", "x".repeat(MAX_LOG_LENGTH + 1));
  assertEquals(passed.map(({ message }) => message.length), [MAX_LOG_LENGTH + 1, MAX_LOG_LENGTH + 1]);
  assertEquals(passed[0]?.message.endsWith("x…"), true);
  lines.end();
});

Deno.test("RealmLines tells what was dropped by the module that was named, or by the realm where there is none", () => {
  const { lines, passed, floods, say } = setUp({ output: 1, outputbytes: 1_000 });
  for (const module of ["a", "b", "b", "", "no such", "a"]) say(module, "line");
  // At the end of a second they may fall into two.
  const before = passed.filter(({ message }) => message === "line").length;
  lines.end();
  lines.end();
  const told = passed.filter(({ message }) => message.includes("dropped"));
  assertEquals(told.map(({ message }) => Number.parseInt(message)).reduce((sum, count) => sum + count, 0), 6 - before);
  for (const { module, level, message } of told) {
    assertEquals(level, "warning");
    const whose = module === "" ? "realm shared/1" : `module ${module}`;
    assertEquals(
      message.replace(/^\d+/, "N"),
      `N lines of ${whose} were dropped: more than 1 lines or 1000 bytes in a second`,
    );
  }
  assertEquals(told.every(({ module }) => ["a", "b", ""].includes(module)), true);
  assertEquals(floods, []);
});

Deno.test("RealmLines lets a module write although its neighbor writes too much", () => {
  const { lines, passed, floods, say } = setUp({ output: 100, outputbytes: 1_000_000 });
  for (let line = 0; line < 900; line++) say("a", "noise");
  for (let line = 0; line < 100; line++) say("b", "heard");
  say("", "nobody's");
  lines.end();
  assertEquals(passed.filter(({ message }) => message === "heard").length, 100);
  assertEquals(passed.filter(({ message }) => message === "nobody's").length, 1);
  assertEquals(
    new Set(passed.filter(({ message }) => message.includes("dropped")).map(({ module }) => module)),
    new Set(["a"]),
  );
  assertEquals(floods, []);
});

Deno.test("RealmLines lets all modules together write ten times as much as one", () => {
  const passed: WireLog[] = [];
  const lines = new RealmLines({
    label: "shared/1",
    rate: { output: 10, outputbytes: 1_000_000 },
    has: () => true,
    log: (line) => void passed.push(line),
    flood: () => {},
  });
  const before = Math.floor(Date.now() / 1000);
  for (let n = 0; n < 1000; n++) lines.take({ module: `m${n % 100}`, level: "notice", verbosity: 0, message: "x" });
  const seconds = Math.floor(Date.now() / 1000) - before + 1;
  lines.end();
  const shown = passed.filter(({ message }) => message === "x").length;
  assertEquals(shown >= 100 && shown <= 110 * seconds, true, `${shown}`);
});

Deno.test("RealmLines ends a realm that floods, by lines or by bytes, and tells what was dropped before", () => {
  for (const [count, length] of [[500, 1], [3, 20_000]] as const) {
    const { passed, floods, say, lines } = setUp({ output: 10, outputbytes: 1_000 });
    for (let line = 0; line < count; line++) say("a", "x".repeat(length));
    assertEquals(floods[0], "it wrote far more than 10 lines or 1000 bytes in a second");
    assertEquals(passed.some(({ module, message }) => module === "a" && message.includes("were dropped")), true);
    lines.end();
  }
});
