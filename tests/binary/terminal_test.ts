/** The program on a terminal, with script(1): console, colors, progress. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch, type Mode } from "../support/program.ts";
import { SCRIPT, Session, type SessionOptions } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const ignore = SCRIPT === undefined;
const WHY = ignore ? " (skipped: there is no script(1) for a pseudo-terminal)" : "";

function stageOf(names: readonly string[]) {
  const modules = ["[modules]", ...names.map((name) => `load = ${name}`), ""].join("\n");
  return stage({ files: { "asterism.conf": ASTERISM_CONF, "modules.conf": modules }, harmless: names });
}

function open(mode: Mode, args: readonly string[], options: SessionOptions): Session {
  const program = launch(mode, options.cwd);
  return Session.onTerminal({ ...program, args: [...program.args, "-C", "asterism.conf", ...args] }, options);
}

for (const mode of ["binary", "run"] as const) {
  Deno.test({
    name: `asterism -c (${mode}) has a prompt, answers, completes and keeps the history${WHY}`,
    ignore,
    async fn() {
      await using staged = await stageOf(["plugin"]);
      const cwd = staged.directory;
      await using session = open(mode, ["-c"], { cwd });
      await session.waitFor(/Asterism Ready\./);
      await session.waitFor(/\*CLI> /);
      await session.write("module show like plu\r");
      await session.waitFor(/plugin +Module plugin +0 +Running +unknown/);
      await session.waitFor(/1 modules loaded/);
      await session.waitFor(/\*CLI> /);
      await session.write("module sh\t");
      await session.waitFor(/module show /);
      await session.write("like nothing\r");
      await session.waitFor(/0 modules loaded/);
      await session.waitFor(/\*CLI> /);
      await session.write("quit\r");
      await session.waitFor(/use 'core stop now' or 'core stop gracefully'/);
      await session.write("core stop gracefully\r");
      await session.waitFor(/Asterism cleanly ending \(0\)\./);
      assertEquals(await session.ended(), 0);
      assertEquals(
        (await Deno.readTextFile(`${cwd}/.asterism_history`)).split("\n"),
        ["module show like plu", "module show like nothing", "quit", "core stop gracefully", ""],
      );
    },
  });
}

Deno.test({
  name: `asterism -c shows the log above the line that is typed${WHY}`,
  ignore,
  async fn() {
    await using staged = await stageOf(["plugin"]);
    await using session = open("binary", ["-c", "-vvv"], { cwd: staged.directory });
    await session.waitFor(/\*CLI> /);
    await session.write("module unload plugin\rcore show ver");
    await session.waitFor(/Unloading plugin\r\n/);
    await session.waitFor(/Unloaded plugin\r\n/);
    await session.waitFor(/core show ver/);
    await session.write("sion\r");
    await session.waitFor(/Asterism \d+\.\d+\.\d+ built with/);
    await session.write("core stop now\r");
    await session.waitFor(/Beginning asterism shutdown\.\.\.\./);
    assertEquals(await session.ended(), 0);
  },
});

Deno.test({
  name: `asterism -c stops at Ctrl-C${WHY}`,
  ignore,
  async fn() {
    await using staged = await stageOf(["plugin"]);
    await using session = open("binary", ["-c"], { cwd: staged.directory });
    await session.waitFor(/\*CLI> /);
    await session.write("\x03");
    await session.waitFor(/Asterism cleanly ending \(0\)\./);
    assertEquals(await session.ended(), 0);
  },
});

Deno.test({
  name: `asterism colors what it writes to a terminal, unless told not to${WHY}`,
  ignore,
  async fn() {
    await using staged = await stageOf(["plugin"]);
    const cwd = staged.directory;
    const written = async (args: string[], env: Record<string, string> = {}) => {
      await using session = open("binary", [...args, "-x", "core show version"], { cwd, env });
      assertEquals(await session.ended(), 0);
      return session.written.stdout;
    };
    const plain = / {2}== plugin => \(Module plugin\)\r\n/;
    const [colored, ...others] = await Promise.all([
      written(["-vv"]),
      written(["-vv", "-n"]),
      written(["-vv"], { NO_COLOR: "1" }),
    ]);
    // deno-lint-ignore no-control-regex -- colors are control characters
    assertMatch(colored, / {2}== \x1b\[0mplugin => \(\x1b\[0;33mModule plugin\x1b\[0m\)\r\n/);
    for (const text of others) {
      assertMatch(text, plain);
      assert(!text.includes("\x1b"), text);
    }
  },
});

Deno.test({
  name: `asterism shows on a terminal how far the start of many modules is${WHY}`,
  ignore,
  async fn() {
    const many = Array.from({ length: 40 }, (_, index) => `module_${index}`);
    for (const { names, shown } of [{ names: many, shown: true }, { names: many.slice(0, 30), shown: false }]) {
      await using staged = await stageOf(names);
      await using session = open("binary", [], { cwd: staged.directory });
      await session.waitFor(/Asterism Ready\./);
      await session.write("\x03");
      assertEquals(await session.ended(), 0);
      const { stdout } = session.written;
      assertEquals(stdout.includes("Loading modules"), shown, stdout);
      if (!shown) continue;
      assertStringIncludes(stdout, "Loading modules 40/40");
      // deno-lint-ignore no-control-regex -- the line is erased with control characters
      assertMatch(stdout, /\x1b\[K(?:\[[^\n]*\r\n)?Asterism Ready\.\r\n/);
    }
  },
});
