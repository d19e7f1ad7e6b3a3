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

const A = { module: "a" };

/** Commands of the core and of a module. */
const CROWD: [words: string, owner: typeof CORE][] = [
  ["module show [like]", CORE],
  ["module show permissions [module]", CORE],
  ["module unload", CORE],
  ["core set debug {on|off} [atleast]", CORE],
  ["core stop {now|gracefully}", CORE],
  ["database show", CORE],
  ["a b {c|d}", A],
  ["a opt [x] end", A],
];

/** Words of a stranger, and a command that they would take lines from or give lines to. */
const STRANGE: [words: string, from: string | undefined][] = [
  ["module show permissions evil", "module show permissions [module]"],
  ["module {show|display}", "module show [like]"],
  ["module [-f] unload evil", "module unload"],
  ["module unload evil please do it now", "module unload"],
  ["module", "module show [like]"],
  ["module [like]", "module unload"],
  ["core set debug on evil", "core set debug {on|off} [atleast]"],
  ["core set {verbose|debug} off", "core set debug {on|off} [atleast]"],
  ["core {set|get} debug on atleast 5", "core set debug {on|off} [atleast]"],
  ["core set", "core set debug {on|off} [atleast]"],
  ["core stop now please", "core stop {now|gracefully}"],
  ["core stop {gracefully|later}", "core stop {now|gracefully}"],
  ["a b c", "a b {c|d}"],
  ["A {b} {c}", "a b {c|d}"],
  ["a {b|z} d e", "a b {c|d}"],
  ["a b", "a b {c|d}"],
  ["a opt end", "a opt [x] end"],
  ["a opt x end it", "a opt [x] end"],
  ["a opt [y] end", "a opt [x] end"],
  ["a opt {x|y} end", "a opt [x] end"],
  ["module showx", undefined],
  ["core set debugger on", undefined],
  ["databases show", undefined],
  ["a b e", undefined],
  ["a opt y end", undefined],
  ["a opt x x end", undefined],
];

for (const [words, from] of STRANGE) {
  Deno.test(`a stranger ${from === undefined ? "may" : "cannot"} have "${words}" beside others`, () => {
    const made = new CommandTable();
    for (const [command, owner] of CROWD) made.add(registration(command, owner));
    // Of several any one will do.
    assertEquals(made.twinOf(EVIL, words) !== undefined, from !== undefined);
    const [other, owner] = CROWD.find(([name]) => name === from) ?? ["module show [like]", CORE];
    const [alone, turned] = [new CommandTable(), new CommandTable()];
    alone.add(registration(other, owner));
    turned.add(registration(words, EVIL));
    assertEquals(alone.twinOf(EVIL, words)?.name, from);
    assertEquals(turned.twinOf(owner, other)?.name, from && words, "the other way round");
  });
}

for (const words of ["core stop later", "core set debug maybe", "core stop {later|never} [please]"]) {
  Deno.test(`a stranger cannot have "${words}" of what begins as the core's do`, () => {
    const made = new CommandTable();
    for (const [command, owner] of CROWD) made.add(registration(command, owner));
    assertEquals(made.twinOf(EVIL, words)?.owner, CORE);
  });
}

Deno.test("words that could be called in very many ways are compared at once", () => {
  const made = table("module show permissions of all that there are");
  const words = `module ${"[show|permissions|of|all|that|there|are] ".repeat(30)}`;
  assertEquals(made.twinOf(EVIL, words)?.owner, CORE);
});
