import { assertEquals } from "@std/assert";
import { expandPrompt } from "../../src/program/mod.ts";

const FACTS = {
  hostname: "vm.example.org",
  user: "root",
  group: "voice",
  remote: false,
  load: [0.5, 1, 15.256],
  now: new Date(2026, 0, 2, 3, 4, 5).getTime(),
  color: false,
};

for (
  const [template, expected] of [
    ["*CLI> ", "*CLI> "],
    ["%H*CLI> ", "vm*CLI> "],
    ["%h %u@%g", "vm.example.org root@voice"],
    ["%d %t", "2026-01-02 03:04:05"],
    ["%l1 %l2 %l3", "0.50 1.00 15.26"],
    ["100%% %# %", "100% # "],
    ["%C31;44red%C0 %x!", "red !"],
  ] as const
) {
  Deno.test(`expandPrompt() of ${template}`, () => assertEquals(expandPrompt(template, FACTS), expected));
}

Deno.test("expandPrompt() colors where colors are wanted, and knows a remote console", () => {
  const facts = { ...FACTS, color: true, remote: true };
  assertEquals(expandPrompt("%C1;4a%C67b%#", facts), "\x1b[0;31;44ma\x1b[1;33mb>\x1b[0m");
  assertEquals(expandPrompt("plain", facts), "plain");
});
