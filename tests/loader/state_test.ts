import { assertEquals, assertStringIncludes } from "@std/assert";
import { startHost, type TestModule } from "./_harness.ts";

/** A module that counts its loads in the state it hands over. */
function counter(version: string): TestModule {
  return {
    source: `import { defineModule, LoadResult } from "asterism";
      export default defineModule({ license: "MIT", description: "Test module counter",
        load(host, state) {
          const loads = (state?.loads ?? 0) + 1;
          host.log.notice("${version}: load " + loads);
          let saved = { loads };
          host.command({ command: "counter save", summary: "", handler: async () => {
            await host.saveState(saved);
            return "saved";
          } });
          host.command({ command: "counter refuse", summary: "", handler: async () => {
            const said = [];
            for (const state of [() => {}, new Date(), "x".repeat(1100000)]) {
              await host.saveState(state).catch((error) => said.push(error.message.split(":")[0]));
            }
            return said.join("|");
          } });
          host.command({ command: "counter loop", summary: "", handler: () => { for (;;); } });
          return LoadResult.SUCCESS;
        },
        unload: (host) => host.saveState({ loads: 100 }),
      });`,
    manifest: "[provides]\ncommand = counter save\ncommand = counter refuse\ncommand = counter loop",
  };
}

for (const realm of ["shared", "dedicated", "process"]) {
  Deno.test(`module refresh runs the new code and hands the state over (${realm})`, async () => {
    await using host = await startHost({
      modules: { counter: counter("old"), near: {} },
      policy: `[modules]\nautoload = yes\n[realms]\ncounter = ${realm}`,
      options: { loadTimeout: 10_000 },
    });
    const realms = async () => (JSON.parse(await host.run("realm show --json")) as { realm: string }[]).length;
    const before = await realms();
    host.install("counter", counter("new"));
    assertEquals(await host.run("module refresh counter"), "Unloaded and loaded counter");
    await host.run("module unload counter");
    await host.run("module load counter");
    const lines = host.messages("notice").filter((line) => line.startsWith("counter:"));
    assertEquals(lines, ["counter: old: load 1", "counter: new: load 101", "counter: new: load 101"]);
    assertEquals(await realms(), before);
  });
}

Deno.test("what a module saved last is there when it is started again after a failure, once", async () => {
  await using host = await startHost({
    modules: { counter: counter("one") },
    policy: "[modules]\nautoload = yes\n[restart]\ncounter = on-failure, backoff=0.01\n[realms]\ncounter = dedicated",
    options: { heartbeatInterval: 100, heartbeatTimeout: 500, callTimeout: 300 },
  });
  assertEquals(await host.run("counter save"), "saved");
  await host.run("counter loop");
  await host.logged(/counter: one: load 2/);
  await host.host.settled();
  const refused = (await host.run("counter refuse")).split("|");
  assertEquals(refused.map((text) => text.slice(0, 11)), ["Cannot save", "Cannot save", "Cannot save"]);
  // It was handed over once.
  await host.run("counter loop");
  await host.logged(/is started again in 0\.0 s \(2 of 5\)/);
  await host.host.settled();
  while ((await host.states())[0] !== "counter running 0") await host.sink.written();
  assertEquals(host.messages("notice").filter((line) => /: load \d/.test(line)), [
    "counter: one: load 1",
    "counter: one: load 2",
    "counter: one: load 1",
  ]);
});

/** A module that says which version it is and what it was handed. */
function keeper(version: string, { load = "", unload = "" }: { load?: string; unload?: string }): TestModule {
  return {
    source: `import { defineModule, LoadResult } from "asterism";
      export default defineModule({ license: "MIT", description: "Test module keeper",
        load(host, state) { host.log.notice("${version}: " + JSON.stringify(state)); ${load}; return LoadResult.SUCCESS; },
        async unload(host) { ${unload} },
      });`,
  };
}

Deno.test("a state that cannot be handed over, and code that refuses one, are told and lose no module", async () => {
  const tooLong = keeper("one", { unload: `await host.saveState("x".repeat(1100000))` });
  await using host = await startHost({
    modules: { keeper: tooLong },
    policy: "[modules]\nautoload = yes\n[realms]\nkeeper = dedicated",
    options: { loadTimeout: 10_000, unloadTimeout: 10_000 },
  });
  host.install("keeper", keeper("two", { unload: "await host.saveState({ n: 2 })" }));
  assertStringIncludes(await host.run("module refresh keeper"), "Unable to unload resource keeper");
  assertStringIncludes(
    host.messages("error").join("\n"),
    "Unload of 'keeper' failed: TypeError: Cannot save the state: it has 1100002 characters as JSON, 1048576 at most",
  );
  assertEquals(await host.states(), ["keeper running 0"]);
  await host.run("module unload -h keeper");
  await host.run("module load keeper");
  // Whoever cannot take what was saved is not asked a second time.
  host.install("keeper", keeper("three", { load: `if (state) throw new Error("of an old kind")` }));
  assertStringIncludes(await host.run("module refresh keeper"), "keeper");
  assertEquals(await host.states(), ["keeper failed 0"]);
  assertStringIncludes(host.messages("error").join("\n"), "Load of module 'keeper' failed: Error: of an old kind");
  assertEquals(await host.run("module load keeper"), "Loaded keeper");
  assertEquals(host.messages("notice").filter((line) => line.startsWith("keeper: ")), [
    "keeper: one: undefined",
    "keeper: two: undefined",
    'keeper: three: {"n":2}',
    "keeper: three: undefined",
  ]);
});
