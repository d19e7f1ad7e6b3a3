/** Commands with as many registrations as modules may make: no command of the console holds the thread for long. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { refuseTwin } from "../../src/loader/command_twin.ts";
import type { ConsoleCommand, Owner } from "../../src/registry/mod.ts";
import { LONGEST_HOLD_MS, longestHold, processorTime } from "../support/held.ts";
import { setUp } from "./support.ts";

const MODULES = 100;
const EACH = 1_000;
/** As long as a module may make a summary. */
const LONG = "x".repeat(200);

/** A console on which modules have registered all that they may, each under its own first word or all under one. */
function crowded(first: (module: string) => string) {
  const made = setUp();
  const { registry } = made;
  const began = processorTime();
  for (let module = 0; module < MODULES; module++) {
    const owner: Owner = { module: `m${module}` };
    for (let number = 0; number < EACH; number++) {
      const choices = Array.from({ length: 30 }, (_, choice) => `c${choice}`).join("|");
      const name = `${first(owner.module)} ${owner.module} ${"w".repeat(60)}${number} {${choices}} [like]`;
      refuseTwin({ registry, refused: () => {}, displace: () => false }, owner, name);
      const value: ConsoleCommand = { command: name, summary: LONG, usage: name, run: () => "success" };
      registry.commands.add({ name, owner, value, priority: 0 });
      registry.applications.add({ name: `A${LONG}${module}_${number}`, owner, value: () => 0, priority: 0 });
      registry.functions.add({ name: `F${LONG}${module}_${number}`, owner, value: {}, priority: 0 });
    }
  }
  return { ...made, registering: processorTime() - began };
}

Deno.test("the console goes on with 100 modules that have registered 1000 commands each", async (t) => {
  const { interpreter, registry, registering } = crowded(() => "shared");
  // A look at every other command for each took hours.
  assert(registering < 60_000, `registering took ${registering} ms`);
  const lines = [
    "",
    "s",
    "shared",
    "shared ",
    "shared m5 ",
    `shared m5 ${"w".repeat(60)}7 `,
    `shared m5 ${"w".repeat(60)}7 c1 `,
    "core show help ",
    "core show help shared m5 ",
    "core show application ",
    `${"long ".repeat(400)}`,
  ];
  for (const line of lines) {
    await t.step(`completes "${line.slice(0, 30)}"`, async () => {
      const { held, result } = await longestHold(() => interpreter.complete(line));
      assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
      assert(result.matches.length <= 2_000);
    });
  }
  const commands = [
    "core show help",
    "core show help --json",
    "core show help shared m5",
    "shared no",
    "shared m1 no no",
  ];
  for (const command of commands) {
    await t.step(`runs "${command}"`, async () => {
      let output = "";
      const { held } = await longestHold(() => interpreter.execute(command, (text) => void (output += text)));
      assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
      if (command.endsWith("help")) assertStringIncludes(output, "more: ask for fewer");
      if (command.endsWith("--json")) assert(JSON.parse(output).length >= MODULES * EACH);
    });
  }
  await t.step("runs one of them, and loses all of a module", async () => {
    const line = `shared m99 ${"w".repeat(60)}999 c7`;
    const { held, result } = await longestHold(() => interpreter.execute(line, () => {}));
    assertEquals(result, "success");
    assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
    const owner = registry.commands.list().find((one) => one.owner.module === "m99")?.owner as Owner;
    const removing = await longestHold(() => registry.removeOwner(owner));
    assert(removing.held < LONGEST_HOLD_MS, `held for ${removing.held} ms`);
    assertEquals(await interpreter.execute(line, () => {}), "failure");
  });
});

Deno.test("the first words of commands are told once each, however many commands begin with them", async () => {
  const { interpreter } = crowded((module) => module);
  const { held, result } = await longestHold(() => interpreter.complete("m"));
  assert(held < LONGEST_HOLD_MS, `held for ${held} ms`);
  assertEquals(result.matches.filter((word) => /^m\d+$/.test(word)).length, MODULES);
  assertEquals(result.prefix, "m");
});
