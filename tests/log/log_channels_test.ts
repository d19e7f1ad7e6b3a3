import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import { fileWriter, LogChannels, Logger, MemorySink, parseLoggerConf } from "../../src/log/mod.ts";

const NOW = new Date(2026, 10, 21, 9, 18, 57).getTime();

/** The library that writes files closes them a little later. */
function fileTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** Channels over a directory of their own. */
async function setUp(text: string) {
  const directory = await Deno.makeTempDir();
  const sink = new MemorySink();
  const log = new Logger([sink], { now: () => NOW });
  const ran: string[] = [];
  const channels = new LogChannels({
    log,
    pathOf: (name) => name.startsWith("/") ? name : `${directory}/${name}`,
    pid: 7,
    hostname: "vm",
    verbosity: () => 1,
    banner: "Asterism 0.1.0",
    open: await fileWriter(),
    dates: (format) => () => format,
    run: (command) => ran.push(command),
  });
  const apply = (changed: string) => channels.apply(parseLoggerConf(parse(changed, { file: "logger.conf" })).settings);
  apply(text);
  return {
    directory,
    sink,
    log,
    ran,
    channels,
    apply,
    read: (name: string) => Deno.readTextFileSync(`${directory}/${name}`),
    lines: (name: string) => Deno.readTextFileSync(`${directory}/${name}`).split("\n").slice(1, -1),
    files: () => [...Deno.readDirSync(directory)].map(({ name }) => name).sort(),
    [Symbol.asyncDispose]: async () => {
      channels.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

fileTest("LogChannels writes files as Asterisk does, each level where it belongs", async () => {
  await using t = await setUp("[logfiles]\nmessages => notice,warning,error\nsub/full => *\nverb => verbose(3)\n");
  const module = t.log.child({ module: "res_x" });
  module.error("broken\nforged");
  module.verbose(2, "on the way");
  module.verbose(1, "seen");
  t.log.notice("worth\nknowing", { multiline: true });
  assertMatch(t.read("messages").split("\n")[0] ?? "", /^\[\w{3} [ \d]\d \d\d:\d\d:\d\d\] Asterism 0\.1\.0$/);
  assertEquals(t.lines("messages"), [
    "[Nov 21 09:18:57] ERROR[7] res_x: broken\\nforged",
    "[Nov 21 09:18:57] NOTICE[7] core: worth",
    "    knowing",
  ]);
  assertEquals(t.lines("sub/full").filter((line) => line.includes("VERBOSE")), [
    "[Nov 21 09:18:57] VERBOSE[7] res_x: seen",
  ]);
  assertEquals(t.lines("verb"), [
    "[Nov 21 09:18:57] VERBOSE[7] res_x:   == on the way",
    "[Nov 21 09:18:57] VERBOSE[7] res_x: seen",
  ]);
});

fileTest("LogChannels writes JSON as Asterisk does, with the module and the level of verbose lines", async () => {
  await using t = await setUp(
    "[general]\ndateformat = %F\nappendhostname = yes\n[logfiles]\nfull => [json]error,verbose\n",
  );
  t.log.child({ module: "res_x" }).error('say "é"');
  t.log.verbose(1, "v");
  assertEquals(t.read("full.vm").trimEnd().split("\n").map((line) => JSON.parse(line)), [
    {
      hostname: "vm",
      timestamp: "%F",
      identifiers: { lwp: 7, callid: "" },
      logmsg: {
        location: { filename: "res_x", function: "", line: 0 },
        level: "ERROR",
        module: "res_x",
        message: 'say "é"',
      },
    },
    {
      hostname: "vm",
      timestamp: "%F",
      identifiers: { lwp: 7, callid: "" },
      logmsg: { location: { filename: "core", function: "", line: 0 }, level: "VERBOSE", sublevel: 1, message: "v" },
    },
  ]);
});

fileTest("LogChannels rotates on command and by size, and says what became of the file", async () => {
  await using t = await setUp(
    "[general]\nrotatestrategy = rotate\nrotatesize = 1k\nexec_after_rotate = xz ${filename}\n[logfiles]\nfull => notice\n",
  );
  t.log.notice("first");
  t.channels.rotate();
  t.log.notice("second");
  assertEquals(t.files(), ["full", "full.0"]);
  assertStringIncludes(t.read("full.0"), "first");
  assertEquals(t.read("full"), "[Nov 21 09:18:57] NOTICE[7] core: second\n");
  for (let line = 0; line < 30; line++) t.log.notice(`line ${line} ${"x".repeat(40)}`);
  assertEquals(t.files(), ["full", "full.0", "full.1", "full.2"]);
  const all = ["full.1", "full.0", "full"].map(t.read).join("");
  for (let line = 0; line < 30; line++) assertStringIncludes(all, `line ${line} `);
  assertEquals(t.ran, Array(3).fill(`xz ${t.directory}/full.0`));
});

fileTest("LogChannels opens moved files anew, and keeps what a command has added", async () => {
  await using t = await setUp("[logfiles]\nfull => notice\n");
  assertEquals(t.channels.add("extra", "[plain]warning"), true);
  assertEquals(t.channels.add("extra", "error"), false);
  assertThrows(() => t.channels.add("other", "nonsense"), TypeError, 'unknown level "nonsense"');
  t.log.notice("before");
  Deno.renameSync(`${t.directory}/full`, `${t.directory}/full.moved`);
  t.apply("[logfiles]\nconsole => error\nfull => notice\n");
  t.log.notice("after");
  t.log.warning("w");
  assertStringIncludes(t.read("full.moved"), "before");
  assertStringIncludes(t.read("full"), "after");
  assertEquals(t.lines("extra"), ["[Nov 21 09:18:57] WARNING[7]: core: w"]);
  assertEquals([...t.channels.console.levels].sort(), ["error", "verbose"]);
  assertEquals(t.channels.rows(), [
    { channel: `${t.directory}/full`, type: "File", formatter: "default", status: "Enabled", levels: ["NOTICE"] },
    { channel: "", type: "Console", formatter: "default", status: "Enabled", levels: ["ERROR", "VERBOSE"] },
    { channel: `${t.directory}/extra`, type: "File", formatter: "plain", status: "Enabled", levels: ["WARNING"] },
  ]);
  assertEquals([t.channels.remove("extra"), t.channels.remove("extra"), t.channels.remove("full")], [
    true,
    false,
    false,
  ]);
});

fileTest("LogChannels disables a file that cannot be written, says so and goes on", async () => {
  await using t = await setUp("[logfiles]\nfull => notice\n/dev/full => notice\n/proc/none/x => notice\n");
  t.log.notice("one");
  t.log.notice("two");
  await Promise.resolve();
  assertEquals(t.lines("full").length, 2);
  const status = Object.fromEntries(t.channels.rows().map(({ channel, status }) => [channel, status]));
  assertEquals(status, { "/proc/none/x": "Disabled", "/dev/full": "Disabled", [`${t.directory}/full`]: "Enabled" });
  const errors = t.sink.messages("error");
  assertEquals(errors.length, 2, errors.join("\n"));
  assertMatch(errors.join("\n"), /Unable to write log file '\/dev\/full': .*; it is disabled until 'logger reload'/);
});
