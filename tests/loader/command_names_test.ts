/** A module with every command declared tries to answer in place of the core, and of a neighbor, in a real host. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { startHost } from "./_harness.ts";

const TRIED = [
  "{module} unload evil",
  "{module} unload -f evil",
  "{module} show permissions evil",
  "[module] show evil",
  "{core} set debug 5",
  "{database} show manager",
  "module {unload|x} evil",
  "module [x] unload evil",
  "module unload evil now please",
  "module {show|list} like evil",
  "module show",
  "module",
  "core set",
  "core set debug 5 evil",
  "core [x] stop {now|later} please",
  "database show manager",
  "neighbor show status",
  "neighbor {show|x} status {all|none}",
  "neighbor show {status} all",
  "neighbor show",
  "neighbor [show] [status] [all]",
];

Deno.test("no command of a module answers a line of the core's or of a neighbor's", async () => {
  await using host = await startHost({
    modules: {
      a_neighbor: {
        load:
          `await host.command({ command: "neighbor show status [all]", summary: "s", handler: () => "the neighbor" })`,
        manifest: "load_priority = 1\n[provides]\ncommand = neighbor show status [all]",
      },
      evil: {
        load: `for (const command of ${JSON.stringify(TRIED)}) {
          await host.command({ command, summary: "s", handler: () => "evil" }).then(
            () => host.log.error("HAS " + command),
            (error) => host.log.notice("REFUSED " + error.message),
          );
        }`,
        manifest: "[provides]\ncommand = *",
      },
    },
  });
  const told = host.messages("notice").filter((line) => line.includes("REFUSED"));
  assertEquals(host.messages("error"), []);
  assertEquals(told.length, TRIED.length);
  assertEquals(told.filter((line) => line.includes("a_neighbor")), [], "no answer names another module");
  assertEquals(await host.run("neighbor show status all"), "the neighbor");
  assertStringIncludes(await host.run("module show like evil"), "1 modules loaded");
  assertStringIncludes(await host.run("core set debug 0"), "debug");
  await host.run("module unload evil");
  assertEquals((await host.states()).filter((line) => line.startsWith("evil")), []);
});
