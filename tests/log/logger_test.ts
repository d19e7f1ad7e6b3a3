import { assertEquals } from "@std/assert";
import { ConsoleSink, ConsoleView, DebugLevels, LEVELS, Logger, type LogSink, MemorySink } from "../../src/log/mod.ts";

function setUp(verbosity = 0) {
  const out: string[] = [];
  const err: string[] = [];
  const sink = new ConsoleSink({ out: (text) => out.push(text), err: (text) => err.push(text) }, { pid: 1, verbosity });
  return { out, err, sink, log: new Logger([sink], { now: () => new Date(2026, 10, 21, 9, 18, 57).getTime() }) };
}

Deno.test("Logger sends warnings and errors to one stream and the rest to the other", () => {
  const { out, err, log } = setUp(1);
  log.error("e");
  log.warning("w");
  log.notice("n");
  log.verbose(1, "v");
  log.debug(1, "d");
  assertEquals(err, ["[Nov 21 09:18:57] ERROR[1]: core: e\n", "[Nov 21 09:18:57] WARNING[1]: core: w\n"]);
  assertEquals(out, ["[Nov 21 09:18:57] NOTICE[1]: core: n\n", "v\n"]);
});

Deno.test("ConsoleSink follows a change of its levels at once", () => {
  const { out, sink, log } = setUp();
  for (const verbosity of [0, 3, 1]) {
    sink.verbosity = verbosity;
    for (let level = 0; level <= 4; level++) log.verbose(level, `${verbosity}/${level}`);
  }
  assertEquals(out, ["0/0\n", "3/0\n", "3/1\n", "  == 3/2\n", "    -- 3/3\n", "1/0\n", "1/1\n"]);
  out.length = 0;
  log.debugLevels.level = 2;
  for (let level = 1; level <= 3; level++) log.debug(level, "d");
  assertEquals(out.length, 2);
});

Deno.test("Logger.child() names the module, and an area of the host when given", () => {
  const sink = new MemorySink();
  const log = new Logger([sink], { area: "loader", now: () => 7 });
  log.child({ module: "res_x" }).notice("a");
  log.child({ module: "res_x" }).child({ area: "realm" }).notice("b");
  log.child({ area: "plan" }).notice("c");
  assertEquals(sink.records.map(({ module, area, message, time }) => [module, area, message, time]), [
    ["res_x", "res_x", "a", 7],
    ["res_x", "realm", "b", 7],
    [undefined, "plan", "c", 7],
  ]);
});

Deno.test("Logger lets no text forge a line, move the cursor or turn text around", () => {
  const { err, log } = setUp();
  const hostile = "x\n[Nov 21 09:18:57] ERROR[1]: loader: forged\r\x1b[2J\u202e";
  log.error(hostile);
  log.child({ module: "evil\nname" }).error("y");
  assertEquals(err, [
    "[Nov 21 09:18:57] ERROR[1]: core: x\\n[Nov 21 09:18:57] ERROR[1]: loader: forged\\u{d}\\u{1b}[2J\\u{202e}\n",
    "[Nov 21 09:18:57] ERROR[1]: evil\\nname: y\n",
  ]);
});

Deno.test("Logger keeps line ends of the host's own messages only, and nothing else unsafe in them", () => {
  const { err, log } = setUp();
  log.error("grant it with\n[permissions]\nx\r = net", { multiline: true });
  assertEquals(err, ["[Nov 21 09:18:57] ERROR[1]: core: grant it with\n    [permissions]\n    x\\u{d} = net\n"]);
});

Deno.test("Logger takes any number for a level", () => {
  const sink = new MemorySink();
  const log = new Logger([sink], { debugLevels: new DebugLevels(10) });
  for (const level of [NaN, -1, 2.9, 11, Infinity]) log.verbose(level, "v");
  for (const level of [NaN, 0, 99]) log.debug(level, "d");
  assertEquals(sink.records.map(({ verbosity }) => verbosity), [0, 0, 2, 10, 10, 1, 1, 10]);
});

Deno.test("Logger.addSink() serves the whole family until disposed", () => {
  const log = new Logger([]);
  const child = log.child({ module: "m" });
  const sink = new MemorySink();
  const added = log.addSink(sink);
  child.notice("seen");
  added[Symbol.dispose]();
  added[Symbol.dispose]();
  child.notice("not seen");
  assertEquals(sink.messages(), ["seen"]);
  assertEquals(sink.messages("error"), []);
});

Deno.test("Logger asks a sink before it makes a record", () => {
  let asked = 0;
  const sink: LogSink = {
    accepts: () => ++asked === 0,
    write: () => {
      throw new Error("a refused record was written");
    },
  };
  new Logger([sink]).verbose(9, "nobody sees this");
  assertEquals(asked, 1);
});

Deno.test("DebugLevels gives single modules more than the rest", () => {
  const sink = new MemorySink();
  const log = new Logger([sink]);
  const debug = () => {
    sink.records.length = 0;
    log.child({ module: "Res_X" }).debug(3, "x");
    log.child({ area: "loader" }).debug(3, "l");
    return sink.messages();
  };
  assertEquals(debug(), []);
  log.debugLevels.set("res_x", 3);
  assertEquals([debug(), log.debugLevels.of("RES_X")], [["x"], 3]);
  log.debugLevels.level = 3;
  assertEquals(debug(), ["x", "l"]);
  log.debugLevels.level = 0;
  log.debugLevels.set("RES_x", 0);
  assertEquals(debug(), []);
});

Deno.test("ConsoleView shows what its channel has, less what is hidden, and nothing when muted", () => {
  const view = new ConsoleView(2, { levels: new Set(["error", "notice"]) });
  const shown = () => LEVELS.filter((level) => view.accepts(level, 2));
  assertEquals(shown(), ["notice", "error", "verbose"]);
  view.hidden.add("error");
  view.verbosity = 1;
  assertEquals(shown(), ["notice"]);
  view.muted = true;
  assertEquals(shown(), []);
});
