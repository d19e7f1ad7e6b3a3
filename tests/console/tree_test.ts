import { assertEquals } from "@std/assert";
import { walkPattern } from "../../src/console/pattern.ts";
import { commandWords, parsePattern } from "../../src/registry/mod.ts";
import { bestPrefix, findCommand, findExactCommand } from "../../src/console/tree.ts";
import { add, core, setUp } from "./support.ts";

Deno.test("parsePattern() knows fixed, chosen and optional words", () => {
  assertEquals(parsePattern(" ael set debug {read|off} [like] "), [
    { kind: "fixed", words: ["ael"] },
    { kind: "fixed", words: ["set"] },
    { kind: "fixed", words: ["debug"] },
    { kind: "choice", words: ["read", "off"] },
    { kind: "optional", words: ["like"] },
  ]);
});

const WALKS: [command: string, typed: string, taken: number, complete: boolean, args: string[]][] = [
  ["module show [like]", "module", 1, false, []],
  ["module show [like]", "MODULE Show", 2, true, []],
  ["module show [like]", "module show LIKE x", 3, true, ["like"]],
  ["module show [like]", "module show other", 2, true, []],
  ["module show [like]", "mod show", 0, false, []],
  ["core stop {now|gracefully}", "core stop", 2, false, []],
  ["core stop {now|gracefully}", "core stop now", 3, true, ["now"]],
  ["core stop {now|gracefully}", "core stop later", 2, false, []],
  ["console {set|show} autoanswer [on|off]", "console SET autoanswer off", 4, true, ["set", "off"]],
  ["a [b] c", "a c", 2, true, []],
  ["a [b] c", "a b c d", 3, true, ["b"]],
];

Deno.test("walkPattern() follows words without abbreviations", () => {
  for (const [command, typed, taken, complete, args] of WALKS) {
    const walk = walkPattern(commandWords(command), typed.toLowerCase().split(" "));
    assertEquals({ taken: walk.taken, complete: walk.complete, args: walk.args }, { taken, complete, args }, typed);
  }
});

Deno.test("findCommand() prefers the command with most words", () => {
  const { registry } = setUp();
  for (const command of ["core set debug", "core set debug channel", "core set"]) add(registry, { command });
  const find = (line: string) => {
    const found = findCommand(registry.commands, line.split(" "));
    return found && [found.registration.name, ...found.args];
  };
  assertEquals(find("core set debug channel x y"), ["core set debug channel", "x", "y"]);
  assertEquals(find("core set debug 5"), ["core set debug", "5"]);
  assertEquals(find("core set debugs"), ["core set", "debugs"]);
  assertEquals(find("core"), undefined);
});

Deno.test("findCommand() lets no module take a command of the core over", () => {
  const { registry } = setUp();
  for (const command of ["module show", "MODULE SHOW [like]", "module {show|hide}", "module show x y z"]) {
    add(registry, { command });
  }
  for (const typed of [["module", "show"], ["module", "show", "like", "x"], ["module", "show", "x", "y", "z"]]) {
    assertEquals(findCommand(registry.commands, typed)?.registration.owner, core);
  }
});

Deno.test("findExactCommand() takes optional words but nothing after", () => {
  const { registry } = setUp();
  const find = (line: string) => findExactCommand(registry.commands, line.split(" "))?.command;
  assertEquals(find("module show"), "module show [like]");
  assertEquals(find("module show like"), "module show [like]");
  assertEquals(find("module show like x"), undefined);
  assertEquals(find("module"), undefined);
});

// The first four are recorded; the last two follow from Asterisk's rule: up to and with the first word that leads away.
Deno.test("bestPrefix() names what core show help can answer", () => {
  const { registry } = setUp();
  const cases = [
    ["module", "module"],
    ["module nosuch", "module nosuch"],
    ["core show modules", "core show modules"],
    ["nosuchcommand", "nosuchcommand"],
    ["core show nosuch and more", "core show nosuch and"],
    ["no such command", "no such"],
  ] as const;
  for (const [line, prefix] of cases) assertEquals(bestPrefix(registry.commands, line.split(" ")), prefix);
});
