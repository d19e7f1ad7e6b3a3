import { assertEquals } from "@std/assert";
import { formatDuration } from "../../src/console/commands/core.ts";
import type { ModuleRow } from "../../src/module_api/mod.ts";
import { RELOAD_ANSWERS } from "./fixtures/reload_answers.ts";
import { add, row, run, setUp } from "./support.ts";

const MODULE_SHOW = await Deno.readTextFile(new URL("fixtures/module_show.txt", import.meta.url));

/** The rows of a recorded table. Names have no blanks, the last columns have fixed places from the end. */
function parseTable(text: string): ModuleRow[] {
  return text.trimEnd().split("\n").slice(1, -1).map((line) => {
    const [, name = "", rest = ""] = /^(\S+) +(.*)$/.exec(line) ?? [];
    const [, description = "", useCount, status = "", supportLevel = ""] =
      /^(.*?) +(\d+) +(Running|Not Running) +(\w+)$/.exec(rest) ?? [];
    return row(name, { description, useCount: Number(useCount), status, supportLevel });
  });
}

Deno.test("module show prints the recorded table byte for byte, whatever the order of the rows", async () => {
  const { interpreter, modules } = setUp();
  modules.table = parseTable(MODULE_SHOW).toReversed();
  assertEquals(await run(interpreter, "module show"), MODULE_SHOW);
});

Deno.test("module show cuts descriptions, not names, and shows what a terminal would obey", async () => {
  const { interpreter, modules } = setUp();
  const description = "Attended transfer to the given extension and more\x1b";
  modules.table = [row("x".repeat(31), { description }), row("e", { description: "\x1b[2J" })];
  const lines = (await run(interpreter, "module show")).split("\n");
  assertEquals(lines[1], `${"e".padEnd(30)} ${"\\u{1b}[2J".padEnd(40)} 0          Running              core`);
  const cut = "Attended transfer to the given extension";
  assertEquals(lines[2], `${"x".repeat(31)} ${cut} 0          Running              core`);
});

Deno.test("module show like selects by a part of the name, ignoring case", async () => {
  const { interpreter, modules } = setUp();
  modules.table = [row("res_timing_timerfd"), row("cdr"), row("res_Timing_pthread")];
  const names = async (line: string) => (await run(interpreter, line)).split("\n").map((text) => text.split(" ")[0]);
  assertEquals(await names("module show like TIMING"), ["Module", "res_Timing_pthread", "res_timing_timerfd", "2", ""]);
  assertEquals(await names("module show like zzz"), ["Module", "0", ""]);
});

Deno.test("module show --json gives the same rows", async () => {
  const { interpreter, modules } = setUp();
  modules.table = [row("b"), row("a"), row("c")];
  assertEquals(JSON.parse(await run(interpreter, "module show --json")), [row("a"), row("b"), row("c")]);
  assertEquals(JSON.parse(await run(interpreter, "module show like C --json")), [row("c")]);
});

const USAGES: Record<string, string> = {
  "module show": "Usage: module show [like keyword]\n" +
    "       Shows Asterism modules currently in use, and usage statistics.\n",
  "module load": "Usage: module load <module name>\n       Loads the specified module into Asterism.\n",
  "module reload": "Usage: module reload [module ...]\n" +
    "       Reloads configuration files for all listed modules which support\n" +
    "       reloading, or for all supported modules if none are listed.\n",
  "module unload": "Usage: module unload [-f|-h] <module_1> [<module_2> ... ]\n" +
    "       Unloads the specified module from Asterism. The -f\n" +
    "       option causes the module to be unloaded even if it is\n" +
    "       in use (may cause a crash) and the -h module causes the\n" +
    "       module to be unloaded even if the module says it cannot, \n" +
    "       which almost always will cause a crash.\n",
  "module refresh":
    "Usage: module refresh <module name> [recursively]\n       Unloads and loads the specified module into Asterism.\n" +
    "       'recursively' will attempt to unload any modules with\n" +
    "       dependencies on this module for you and load them again\n       afterwards.\n",
};

Deno.test("wrong arguments are answered with the recorded usage", async () => {
  const { interpreter, modules } = setUp();
  const calls: Record<string, string[]> = {
    "module show": ["foo", "like", "like a b"],
    "module load": ["", "a b"],
    "module unload": ["", "-f", "-x cdr", "-fx cdr"],
    "module refresh": ["", "a b c"],
  };
  for (const [command, wrong] of Object.entries(calls)) {
    for (const args of wrong) assertEquals(await run(interpreter, `${command} ${args}`), USAGES[command], args);
  }
  const others = [
    "core show version x",
    "core show uptime x",
    "core stop now x",
    "core reload x",
    "core show functions like",
  ];
  for (
    const line of [...others, "dialplan eval function", "dialplan exec application", "dialplan exec application (x"]
  ) {
    assertEquals((await run(interpreter, line)).startsWith("Usage: "), true, line);
  }
  assertEquals(modules.asked, []);
});

Deno.test("core show help shows the usage of a command, and lists what begins with a topic", async () => {
  const { interpreter } = setUp();
  for (const [command, usage] of Object.entries(USAGES)) {
    assertEquals(await run(interpreter, `core show help ${command}`), usage);
  }
  assertEquals(await run(interpreter, "core show help module show like"), USAGES["module show"]);
  assertEquals(await run(interpreter, "core show help nosuch"), "No such command 'nosuch'.\n");
  const modules = "module load                    -- Load a module by name\n" +
    "module refresh                 -- Completely unloads and loads a module by name\n" +
    "module reload                  -- Reload configuration for a module\n" +
    "module show [like]             -- List modules and info\n" +
    "module unload                  -- Unload a module by name\n";
  assertEquals(await run(interpreter, "core show help module"), modules);
  assertEquals(await run(interpreter, "core show help MOD"), modules);
});

const RECORDED_HELP = Deno.readTextFileSync(new URL("fixtures/core_show_help.txt", import.meta.url)).split("\n");

/** Commands of the core that Asterisk does not have. */
const OWN_COMMANDS = ["core ping", "core show states [mermaid]", "dialplan exec application"];

Deno.test("core show help without a topic lists everything but hidden commands", async () => {
  const { interpreter, registry } = setUp();
  add(registry, { command: "zz {DEBUG|TRACE|NOTICE|WARNING|ERROR}", summary: "Long\nname" });
  add(registry, { command: "_hidden" });
  add(registry, { command: "zy" });
  const text = await run(interpreter, "core show help");
  const lines = text.trimEnd().split("\n");
  // Commands that Asterisk has too are described as there.
  const recorded = new Map(RECORDED_HELP.map((line) => [line.split(" -- ")[0]?.trim(), line]));
  const own = lines.slice(0, -2).filter((line) => {
    const asterisks = recorded.get(line.split(" -- ")[0]?.trim());
    if (asterisks !== undefined) assertEquals(line, asterisks.replaceAll("Asterisk", "Asterism"));
    return asterisks === undefined;
  });
  assertEquals(own.map((line) => line.split(" -- ")[0]?.trim()), OWN_COMMANDS);
  assertEquals(lines.slice(-2), [
    "zy                             -- <no description available>",
    "zz {DEBUG|TRACE|NOTICE|WARNING|ERROR} -- Long\\nname",
  ]);
  assertEquals(text.includes("_hidden"), false);
  const json = JSON.parse(await run(interpreter, "core show help module show --json"));
  assertEquals(json, [{ command: "module show [like]", summary: "List modules and info", module: "core" }]);
});

Deno.test("module load and module unload repeat the name as it was typed and pass it on without extension", async () => {
  const { interpreter, modules } = setUp();
  modules.refused = ["load bad", "unload bad"];
  assertEquals(await run(interpreter, "module load T_Dep.SO"), "Loaded T_Dep.SO\n");
  assertEquals(
    await run(interpreter, "module load  bad.ts"),
    "Unable to load module bad.ts\nCommand 'module load  bad.ts' failed.\n",
  );
  assertEquals(await run(interpreter, "module unload a.js b.mjs"), "Unloaded a.js\nUnloaded b.mjs\n");
  assertEquals(
    await run(interpreter, "module unload -f a bad c"),
    "Unloaded a\nUnable to unload resource bad\nCommand 'module unload -f a bad c' failed.\n",
  );
  assertEquals(await run(interpreter, "module unload -h .so"), "Unloaded .so\n");
  assertEquals(modules.asked, [
    "load T_Dep",
    "load bad",
    "unload a soft",
    "unload b soft",
    "unload a firm",
    "unload bad firm",
    "unload .so hard",
  ]);
});

Deno.test("module unload of a module in use says that it goes with its last user, and is no failure", async () => {
  const { interpreter, modules } = setUp();
  modules.used = ["a"];
  assertEquals(
    await run(interpreter, "module unload a.so b"),
    "Unable to unload resource a.so\na.so stops by itself when its last user goes\nUnloaded b\n",
  );
});

Deno.test("module refresh says which half failed", async () => {
  const { interpreter, modules } = setUp();
  assertEquals(await run(interpreter, "module refresh a.so"), "Unloaded and loaded a.so\n");
  modules.refused = ["unload b", "load c"];
  assertEquals(
    await run(interpreter, "module refresh b"),
    "Unable to unload resource b\nCommand 'module refresh b' failed.\n",
  );
  assertEquals(
    await run(interpreter, "module refresh c"),
    "Unable to load resource c\nCommand 'module refresh c' failed.\n",
  );
  await run(interpreter, "module refresh d Recursively");
  await run(interpreter, "module refresh e whatever");
  assertEquals(modules.asked, ["refresh a", "refresh b", "refresh c", "refresh d recursively", "refresh e"]);
});

Deno.test("module reload has seven answers, and none when it reloads all", async () => {
  const { interpreter, modules } = setUp();
  for (const [result, answer] of RELOAD_ANSWERS) {
    modules.reloadResult = result;
    assertEquals(await run(interpreter, "module reload a.so b"), `${answer("a.so")}\n${answer("b")}\n`);
  }
  modules.asked.length = 0;
  assertEquals(await run(interpreter, "module reload"), "");
  assertEquals(await run(interpreter, "core reload"), "");
  assertEquals(modules.asked, ["reload all", "reload all"]);
});

Deno.test("core show uptime counts from the start and the last reload", async () => {
  const { interpreter, clock } = setUp();
  clock.now = 6_999;
  assertEquals(await run(interpreter, "core show uptime"), "System uptime: 6 seconds\nLast reload: 6 seconds\n");
  assertEquals(await run(interpreter, "core show uptime SECONDS"), "System uptime: 6\nLast reload: 6\n");
  clock.now = -5;
  assertEquals(await run(interpreter, "core show uptime"), "System uptime: 0 seconds\nLast reload: 0 seconds\n");
});

Deno.test("formatDuration() leaves out what is zero", () => {
  assertEquals(formatDuration(0), "0 seconds");
  assertEquals(formatDuration(61), "1 minute, 1 second");
  assertEquals(formatDuration(7200), "2 hours");
  const all = ((((365 + 2 * 7 + 3) * 24 + 1) * 60 + 5) * 60) + 9;
  assertEquals(formatDuration(all), "1 year, 2 weeks, 3 days, 1 hour, 5 minutes, 9 seconds");
});

Deno.test("core show version and core stop ask the host", async () => {
  const { interpreter, stopped } = setUp();
  const version = "Asterism 0.1.0 built with deno 2.7.11 x86_64-unknown-linux-gnu\n";
  assertEquals(await run(interpreter, "core show version"), version);
  assertEquals(await run(interpreter, "core stop gracefully"), "");
  assertEquals(await run(interpreter, "core stop now"), "");
  assertEquals(stopped, ["gracefully", "now"]);
});

Deno.test("core show applications has Asterisk's columns", async () => {
  const { interpreter, applications } = setUp();
  assertEquals(await run(interpreter, "core show applications"), "There are no registered applications\n");
  applications.push({ name: "Queue", module: "app_queue" });
  applications.push({ name: "AddQueueMember", module: "app_queue", synopsis: "Dynamically adds queue members." });
  applications.push({ name: "agi", module: "res_agi", synopsis: "Executes an AGI compliant application." });
  assertEquals(
    await run(interpreter, "core show applications"),
    "    -= Registered Asterism Applications =-\n" +
      "        AddQueueMember: Dynamically adds queue members.\n" +
      "                   agi: Executes an AGI compliant application.\n" +
      "                 Queue: <Synopsis not available>\n" +
      "    -= 3 Applications Registered =-\n",
  );
  assertEquals(
    await run(interpreter, "core show applications like AGI"),
    "    -= Matching Asterism Applications =-\n" +
      "                   agi: Executes an AGI compliant application.\n" +
      "    -= 1 Applications Matching =-\n",
  );
  const json = JSON.parse(await run(interpreter, "core show applications like queue --json"));
  assertEquals(json, [applications[1], applications[0]]);
});

Deno.test("core show functions has Asterisk's columns", async () => {
  const { interpreter, functions } = setUp();
  const syntax = "AST_CONFIG(config_file,category,variable_name[,index])";
  functions.push({
    name: "AST_CONFIG",
    module: "f",
    syntax,
    synopsis: "Retrieve a variable from a configuration file.",
  });
  functions.push({ name: "ABS", module: "f", syntax: "ABS([num])", synopsis: "Returns absolute value of a number." });
  const rule = "-".repeat(80);
  const config =
    "AST_CONFIG            AST_CONFIG(config_file,category,var  Retrieve a variable from a configuration file.\n";
  assertEquals(
    await run(interpreter, "core show functions"),
    `Installed Custom Functions:\n${rule}\n` +
      "ABS                   ABS([num])                           Returns absolute value of a number.\n" +
      `${config}2 custom functions installed.\n`,
  );
  assertEquals(
    await run(interpreter, "core show functions like conf"),
    `Matching Custom Functions:\n${rule}\n${config}1 matching custom functions installed.\n`,
  );
});

Deno.test("dialplan eval function and dialplan exec application print what came of it", async () => {
  const { interpreter } = setUp();
  const evaluated = "Return Value: Success (0)\nResult: LEN(a b)\n";
  assertEquals(await run(interpreter, "dialplan eval function LEN(a b)"), evaluated);
  const failed = "no\nCommand 'dialplan eval function BAD()' failed.\n";
  assertEquals(await run(interpreter, "dialplan eval function BAD()"), failed);
  assertEquals(
    await run(interpreter, "dialplan exec application Verbose(1,(a))"),
    "Verbose|1,(a)\nReturn Value: Success (0)\n",
  );
  assertEquals(await run(interpreter, "dialplan exec application Hangup"), "Hangup|\nReturn Value: Failure (-1)\n");
});

Deno.test("registerCoreCommands() takes its commands back", () => {
  const { registry, registered } = setUp();
  registered[Symbol.dispose]();
  assertEquals(registry.commands.list(), []);
});
