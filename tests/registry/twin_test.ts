/** Whose a command is, whatever it can be called by. */
import { assertEquals, assertThrows } from "@std/assert";
import { checkFirstWord, CommandTable, type ConsoleCommand, CORE } from "../../src/registry/mod.ts";

function table(...commands: string[]): CommandTable {
  const made = new CommandTable();
  for (const command of commands) made.add(registration(command, CORE));
  return made;
}

function registration(command: string, owner: typeof CORE) {
  const value: ConsoleCommand = { command, summary: "", usage: "", run: () => "success" };
  return { name: command, owner, value, priority: 0 };
}

const EVIL = { module: "evil" };

const CORE_COMMANDS = [
  "module unload",
  "module show [like]",
  "core set {debug|verbose}",
  "database show",
  "core stop now",
];

for (
  const command of [
    "module unload",
    "module unload evil",
    "MODULE Unload evil",
    "module {unload|x} evil",
    "module [x] unload evil",
    "module [unload] evil",
    "module {a|b|unload}",
    "module [a] [b] [c] unload",
    "module show like evil",
    "module {show} [like]",
    "core set debug 5",
    "core {set} verbose",
    "core [x] set debug",
    "core {stop|x} {now|later}",
    "database {show|put} evil",
    "database [all] show",
  ]
) {
  Deno.test(`a module cannot have "${command}" of the core's commands`, () => {
    assertEquals(table(...CORE_COMMANDS).twinOf(EVIL, command)?.owner, CORE);
  });
}

for (const command of ["module evil", "evil module unload", "core setup", "modules unload", "database {put|del}"]) {
  Deno.test(`a module may have "${command}"`, () => {
    assertEquals(table(...CORE_COMMANDS).twinOf(EVIL, command), undefined);
  });
}

for (const command of ["{module} unload evil", "[module] unload evil", "{module|x} unload", "[like]"]) {
  Deno.test(`no command begins as "${command}" does`, () => {
    assertThrows(() => checkFirstWord(command), TypeError, "begin with a plain word");
  });
}

Deno.test("what the core takes back is free again", () => {
  const made = table("database show");
  using _gone = made.add(registration("core stop now", CORE));
  assertEquals(made.twinOf(EVIL, "core {stop} now")?.owner, CORE);
  _gone[Symbol.dispose]();
  assertEquals(made.twinOf(EVIL, "core {stop} now"), undefined);
});
