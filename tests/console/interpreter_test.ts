import { assertEquals, assertStringIncludes } from "@std/assert";
import { Logger, MemorySink } from "../../src/log/mod.ts";
import type { CommandOutcome, CommandRun } from "../../src/registry/mod.ts";
import { add, core, run, setUp } from "./support.ts";

Deno.test("Interpreter.execute() delivers arguments with quotes resolved", async () => {
  const { registry, interpreter } = setUp();
  add(registry, { command: "t echo {on|off} [like]" });
  assertEquals(await run(interpreter, 't  ECHO on LIKE "a b" c\\ d'), '["on","like","a b","c d"]\n');
  assertEquals(await run(interpreter, 't echo off ""'), '["off",""]\n');
});

Deno.test("Interpreter.execute() ignores an empty line", async () => {
  const { interpreter } = setUp();
  for (const line of ["", "   ", "\t"]) assertEquals(await run(interpreter, line), "");
});

Deno.test("Interpreter.execute() answers an unknown command as Asterisk does", async () => {
  const { interpreter } = setUp();
  for (const line of ["module", "module nosuch", "core show modules", "nosuchcommand"]) {
    const expected = `No such command '${line}' (type 'core show help ${line}' for other possible commands)\n`;
    assertEquals(await run(interpreter, line), expected);
  }
  assertStringIncludes(await run(interpreter, "x\x1b[2J\u202e"), "'x\\u{1b}[2J\\u{202e}'");
});

Deno.test("Interpreter.execute() prints usage and failure, and gives the outcome back", async () => {
  const { registry, interpreter } = setUp();
  const outcomes: [string, string][] = [
    ["success", ""],
    ["usage", "Usage: t end\n       It ends.\n"],
    ["failure", "Command 't end  x' failed.\n"],
    ["nonsense", "Command 't end  x' failed.\n"],
  ];
  for (const [outcome, expected] of outcomes) {
    using _ = add(registry, {
      command: "t end",
      usage: "t end\n       It ends.\n",
      run: () => outcome as CommandOutcome,
    });
    assertEquals(await run(interpreter, "t end  x"), expected);
    const given = await interpreter.execute("t end  x", () => {});
    assertEquals(given, outcome === "nonsense" ? "failure" : outcome);
  }
});

Deno.test("Interpreter.execute() reports a command that throws, naming its module", async () => {
  const log = new MemorySink();
  const { registry, interpreter } = setUp({
    logOf: (module) => module === "" ? new Logger([log]) : new Logger([log], { module }),
  });
  add(registry, { command: "t throw", run: () => Promise.reject(new Error("boom\nforged")) });
  assertEquals(await run(interpreter, "t throw"), "t_module: boom\\nforged\nCommand 't throw' failed.\n");
  assertEquals(log.messages("error"), ["Command 't throw' of t_module failed: boom\\nforged"]);
  assertEquals(log.records[0]?.module, "t_module");
  add(registry, { command: "core throw", run: () => Promise.reject(new Error("boom")) }, core);
  assertEquals(await run(interpreter, "core throw"), "boom\nCommand 'core throw' failed.\n");
});

Deno.test("Interpreter.execute() does not listen to a module's command that has ended", async () => {
  const { registry, interpreter } = setUp();
  let late: CommandRun | undefined;
  add(registry, {
    command: "t hang",
    run: (given) => {
      given.print("first\n");
      late = given;
      return Promise.reject(new Error("no answer"));
    },
  });
  const printed: string[] = [];
  await interpreter.execute("t hang", (text) => printed.push(text));
  late?.print("too late\n");
  assertEquals(printed, ["first\n", "t_module: no answer\n", "Command 't hang' failed.\n"]);
});

Deno.test("Interpreter.execute() lets a module print lines and tabs, and nothing else a terminal obeys", async () => {
  const { registry, interpreter } = setUp();
  const hostile = "a\tb\r\n\x1b[31mred\x07\n";
  add(registry, {
    command: "t print",
    usage: "t print \x1b[31m\n       more",
    run: ({ args, print }) => {
      if (args.length > 0) return "usage";
      print(hostile);
      return "success";
    },
  });
  assertEquals(await run(interpreter, "t print"), "a\tb\\u{d}\n\\u{1b}[31mred\\u{7}\n");
  assertEquals(await run(interpreter, "t print x"), "Usage: t print \\u{1b}[31m\n       more\n");
});

// Recorded answers to MATCHESARRAY, with the names of the modules here and no extensions.
const COMPLETIONS: [line: string, prefix: string, matches: string][] = [
  ["mod", "module", "module"],
  ["MOD", "module", "module"],
  ["module ", "", "load refresh reload show unload"],
  ["module u", "unload", "unload"],
  ["module unload ", "", "cdr t_reload t_req"],
  ["module unload t_", "t_re", "t_reload t_req"],
  ["module unload T_", "t_re", "t_reload t_req"],
  ["module unload t_p128a ", "", "cdr t_reload t_req"],
  ["module unload zzz", "", ""],
  ["module unload -", "", ""],
  ["module unload -f t_", "t_re", "t_reload t_req"],
  ["module load t_p", "t_p", "t_p10 t_p50"],
  ["module load a b", "", ""],
  ["module reload t_reload c", "c", "cdr cel"],
  ["module refresh ", "", "cdr t_reload t_req"],
  ["module refresh cdr ", "recursively", "recursively"],
  ["module show ", "like", "like"],
  ["module show l", "like", "like"],
  ["module show like ", "", "Acl t_dep t_Decline"],
  ["module show like t_", "t_De", "t_Decline t_dep"],
  ["module show --", "--json", "--json"],
  ["core show help mod", "module", "module"],
  ["core show help module ", "", "load refresh reload show unload"],
  ["core show h", "help", "help"],
  ["core stop ", "", "gracefully now when"],
  ["dialplan eval function c", "CUT(", "CUT("],
  ["?", "", ""],
  ["", "", "channel core database dialplan module"],
];

Deno.test("Interpreter.complete() completes commands and their arguments", async () => {
  const { interpreter, modules, functions } = setUp();
  modules.table = ["t_dep", "Acl", "t_Decline"].map((name) => ({ name }) as never);
  functions.push({ name: "CUT", module: "func_cut" });
  for (const [line, prefix, matches] of COMPLETIONS) {
    const completion = await interpreter.complete(line);
    const expected = matches === ""
      ? []
      : matches.split(" ").toSorted((a, b) => a.toLowerCase() < b.toLowerCase() ? -1 : 1);
    assertEquals([completion.prefix, completion.matches], [prefix, expected], line);
  }
});

Deno.test("Interpreter.complete() hides commands that begin with an underscore", async () => {
  const { registry, interpreter } = setUp();
  add(registry, { command: "_command matchesarray", complete: () => ["secret"] });
  assertEquals((await interpreter.complete("_")).matches, []);
  assertEquals((await interpreter.complete("_command matchesarray ")).matches, []);
  assertEquals(await run(interpreter, "_command matchesarray x"), '["x"]\n');
});

Deno.test("Interpreter.complete() survives modules that answer nonsense, late or not at all", async () => {
  const { registry, interpreter } = setUp({ completionDeadlineMs: 5 });
  const answers: Record<string, () => unknown> = {
    throws: () => Promise.reject(new Error("boom")),
    hangs: () => new Promise(() => {}),
    number: () => 7,
    nothing: () => undefined,
    odd: () => ["o k", "o\x1b[2J", 'o"', "", 5, null, "other", "ok", "ok", "OK2"],
  };
  for (const [name, complete] of Object.entries(answers)) {
    add(registry, { command: `t ${name}`, complete: complete as never });
  }
  for (const name of ["throws", "hangs", "number", "nothing"]) {
    assertEquals((await interpreter.complete(`t ${name} `)).matches, []);
  }
  assertEquals((await interpreter.complete("t odd o")).matches, ["ok", "OK2", "other"]);
});

Deno.test("Interpreter permits an alias exactly when it permits what runs", async () => {
  const asked: string[] = [];
  const { registry, interpreter } = setUp({
    permits: (_, words) => {
      asked.push(words.join(" "));
      return !words.join(" ").startsWith("t danger");
    },
  });
  add(registry, { command: "t danger" });
  add(registry, { command: "t harmless" });
  const alias = (command: string, standsFor: string) => add(registry, { command, standsFor }, { module: "stranger" });
  alias("ok", "t danger now");
  alias("danger", "t harmless");
  alias("far", "ok again");
  alias("round", "about x");
  alias("about", "round");
  alias("_hidden", "t danger");
  const user = { verbosity: 0, muted: true, hidden: new Set<string>(), user: { uid: 1, gid: 1 } };
  const type = async (line: string) => {
    let out = "";
    const outcome = await interpreter.execute(line, (text) => void (out += text), user);
    return `${outcome}: ${out}`;
  };
  assertEquals(
    await type('ok "a b"'),
    "failure: You don't have permissions to run 't danger now a b' command\n",
  );
  assertEquals(await type("far"), "failure: You don't have permissions to run 't danger now again' command\n");
  assertEquals(await type("_hidden"), "failure: You don't have permissions to run 't danger' command\n");
  assertEquals(await type('danger "a b" c'), 'success: ["a b","c"]\n');
  assertStringIncludes(await type("round"), "failure: Command 'round x");
  assertEquals(asked, ["t danger now a b", "t danger now again", "t danger", "t harmless a b c"]);
  // A command of a module that begins with _ is one like all others.
  add(registry, { command: "_t danger" }, { module: "stranger" });
  asked.length = 0;
  await type("_t danger");
  assertEquals(asked, ["_t danger"]);
});
