import { assert, assertEquals } from "@std/assert";
import {
  BUFFER_BYTES,
  CommandReader,
  encodeVerbose,
  formatGreeting,
  matchesCommand,
  OutputReader,
  parseGreeting,
  parseMatches,
} from "../../src/remote/mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Gives a reader texts as single reads; what each brought. */
function reads(...texts: string[]) {
  const reader = new CommandReader();
  return texts.map((text) => {
    const data = bytes(text);
    const took = Math.min(data.length, reader.space.length);
    reader.space.set(data.subarray(0, took));
    return reader.take(took);
  });
}

Deno.test("formatGreeting() and parseGreeting() agree, and other lines are no greeting", () => {
  const identity = { hostname: "vm.example", pid: 6401, version: "23.5.0-rc1", own: false };
  assertEquals(formatGreeting(identity), "vm.example/6401/23.5.0-rc1\n");
  assertEquals(parseGreeting(formatGreeting(identity)), identity);
  const own = { hostname: "vm", pid: 1, version: "0.1.0", own: true };
  assertEquals(formatGreeting(own), "vm/1/0.1.0+asterism\n");
  assertEquals(parseGreeting(formatGreeting(own)), own);
  for (const line of ["", "No more connections allowed\n", "a/b/c\n", "SSH-2.0-x\n"]) {
    assertEquals(parseGreeting(line), undefined);
  }
});

Deno.test("CommandReader takes commands from one read, several reads and parts", () => {
  const commands = (...texts: string[]) => reads(...texts).map((received) => received.commands);
  assertEquals(commands("core ping\0"), [["core ping"]]);
  assertEquals(commands("a\0b\0", "c"), [["a", "b"], []]);
  assertEquals(commands("module show ", "like x\0"), [[], ["module show like x"]]);
  assertEquals(commands("a\0mod", "ule\0"), [["a"], ["module"]]);
  assertEquals(commands("\0"), [[""]]);
  assertEquals(commands("a\n", "\0"), [[], ["a\n"]]);
});

Deno.test("CommandReader drops what does not fit and reads on behind it, as Asterisk does", () => {
  const [first, second] = reads("x".repeat(BUFFER_BYTES), "tail\0");
  assertEquals(first, { commands: [], last: false, status: false, tooLong: true });
  assertEquals(second, { commands: ["tail"], last: false, status: false, tooLong: false });
  const fitting = "y".repeat(BUFFER_BYTES - 1);
  assertEquals(reads(`${fitting}\0`)[0]?.commands, [fitting]);
});

Deno.test("CommandReader closes after `cli quit after`, with what that one read returned", () => {
  assertEquals(reads("cli quit after a\0b\0")[0], { commands: ["a", "b"], last: true, status: false, tooLong: false });
  assertEquals(reads("cli quit after a")[0], { commands: [], last: true, status: false, tooLong: false });
  assertEquals(reads("cli quit after ")[0], { commands: [], last: true, status: false, tooLong: false });
  assertEquals(reads("cli exit after a\0")[0], { commands: ["a"], last: true, status: true, tooLong: false });
  assertEquals(reads("x\0", "cli quit after a\0").map(({ last }) => last), [false, true]);
  assertEquals(reads("x\0cli quit after a\0").map(({ last }) => last), [false]);
});

Deno.test("encodeVerbose() puts the level into one byte that no text begins with", () => {
  for (const [level, magic] of [[0, 0xff], [1, 0xfe], [4, 0xfb], [10, 0xf5], [11, 0xf5]] as const) {
    const line = encodeVerbose(level, "é");
    assertEquals(line[0], magic);
    assertEquals(new TextDecoder().decode(line.subarray(1)), "é\n");
  }
});

Deno.test("OutputReader shows levels by prefix, in whatever pieces the bytes come", () => {
  const sent = [...bytes("a\n"), ...encodeVerbose(2, "zwei"), ...bytes("émoi\n"), ...encodeVerbose(4, "vier")];
  for (let size = 1; size <= sent.length; size++) {
    const [all, without] = [new OutputReader((level) => `<${level}> `), new OutputReader(() => undefined)];
    let [shown, quiet] = ["", ""];
    for (let place = 0; place < sent.length; place += size) {
      const piece = Uint8Array.from(sent.slice(place, place + size));
      shown += all.read(piece);
      quiet += without.read(piece);
    }
    assertEquals(shown, "a\n<2> zwei\némoi\n<4> vier\n");
    assertEquals(quiet, "a\némoi\n");
  }
});

Deno.test("matchesCommand() and parseMatches() carry a line and its completions", () => {
  assertEquals(matchesCommand("module un"), '_COMMAND MATCHESARRAY "module un" "un"');
  assertEquals(matchesCommand("module "), '_COMMAND MATCHESARRAY "module " ""');
  for (const line of ['say "a', "a\\", "x".repeat(300), "a\0"]) assertEquals(matchesCommand(line), undefined);
  assertEquals(parseMatches("unload unload _EOF_"), ["unload"]);
  assertEquals(parseMatches(" load show _EOF_"), ["load", "show"]);
  assertEquals(parseMatches("_EOF_"), []);
  assertEquals(parseMatches("Usage: x"), []);
  assertEquals(parseMatches(" load sh"), undefined);
  assert(parseMatches("") === undefined);
});
