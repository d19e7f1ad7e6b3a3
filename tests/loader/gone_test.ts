/** Unloaded means gone: no permission and no host outlives its module, and code that is still loaded is told of. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startHost, type TestHost } from "./_harness.ts";

/** Waits until a file has another content, or for so many milliseconds. */
async function grows(path: string, milliseconds: number): Promise<boolean> {
  const before = await Deno.readTextFile(path);
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    if (await Deno.readTextFile(path) !== before) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

const realms = async (host: TestHost) => JSON.parse(await host.run("realm show --json")) as Record<string, unknown>[];

Deno.test("what a module was granted ends with it, whoever has been granted the same", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const writer = (name: string) => ({
    load: `let n = 0;
      const write = () => Deno.writeTextFileSync("${directory}/${name}", String(++n));
      write();
      setInterval(write, 10);`,
    manifest: `[permissions]\nwrite = ${directory}`,
  });
  try {
    await using host = await startHost({
      modules: { evil: writer("evil"), good: writer("good") },
      policy: `[modules]\nautoload = yes\n[permissions]\ndefault = write=${directory}\n`,
    });
    assertEquals((await realms(host)).length, 2);
    assert(await grows(join(directory, "evil"), 10_000));
    assertEquals(await host.run("module unload evil"), "Unloaded evil");
    await host.host.settled();
    assertEquals((await realms(host)).length, 1);
    // Its Worker is ended at once, though a write that was under way may still be done.
    await grows(join(directory, "evil"), 100);
    assertEquals(await grows(join(directory, "evil"), 300), false);
    assert(await grows(join(directory, "good"), 10_000));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("code that is left in a shared realm is told of, and can do nothing with its host object", async () => {
  await using host = await startHost({
    modules: {
      leaver: {
        load: `host.command({ command: "leaver go", summary: "", handler: () => "" });
          setInterval(() => {
            for (const [what, act] of [
              ["application", () => host.application("Late", () => {})],
              ["config", () => host.config("leaver.conf")],
              ["run", () => host.runApplication("Late", "")],
              ["state", () => host.saveState({ a: 1 })],
              ["hold", () => host.hold("application=Late", { as: "x", cancel() {} })],
            ]) act().then(() => console.log("DID " + what), (error) => console.log("NOT " + what + " " + error.message));
          }, 50);`,
        manifest:
          "config = leaver.conf\n[provides]\napplication = Late\ncommand = leaver go\n[canuse]\napplication = Late",
      },
      stayer: {},
    },
  });
  assertEquals((await realms(host)).length, 1);
  assertEquals(await host.run("module unload leaver"), "Unloaded leaver");
  assertMatch(
    await host.run("module show leaver"),
    /Status: +Not Running \(stopped, code still loaded\)\n(.*\n)*Realm: +shared\/1/,
  );
  const [row] = JSON.parse(await host.run("module show leaver --json"));
  assertEquals([row.state, row.status, row.useCount, row.provides], [
    "stopped, code still loaded",
    "Not Running",
    0,
    [],
  ]);
  assertStringIncludes(await host.run("module show like leaver"), "0 modules loaded");
  assertEquals((await host.states()).map((state) => state.split(" ")[0]), ["stayer"]);
  for (const what of ["application", "config", "run", "state", "hold"]) {
    assertMatch(await host.logged(new RegExp(`(NOT|DID) ${what} `)), /NOT .* has stopped/);
  }
  assertEquals(host.messages().filter((line) => line.includes("DID ")), []);
  // With the last module its realm is gone, and what was left in it.
  await host.run("module unload stayer");
  assertStringIncludes(await host.run("module show leaver"), "No such module 'leaver'");
});

Deno.test("a module that was unloaded and loaded again is not called left", async () => {
  await using host = await startHost({ modules: { a: {}, b: {} } });
  await host.run("module unload a");
  assertStringIncludes(await host.run("module show a"), "code still loaded");
  await host.run("module load a");
  assertMatch(await host.run("module show a"), /Running \(running\)/);
});

const blocking = (more = "") => ({
  load: `await host.blockUnload();
    host.command({ command: "blocked go", summary: "", handler: () => "still here" });
    host.application("Blocked", () => 0);
    setInterval(() => host.log.notice("ALIVE"), 50);`,
  manifest: `${more}[provides]\ncommand = blocked go\napplication = Blocked`,
});

Deno.test("blockUnload() needs a line of the manifest", async () => {
  await using host = await startHost({ modules: { blocked: blocking(), other: {} } });
  assertEquals(await host.states(), ["blocked failed 0", "other running 0"]);
  assertStringIncludes(host.messages("warning").join("\n"), "[module] needs block_unload = SECONDS");
});

Deno.test("blockUnload() keeps code for as long as the manifest says, alone and without registrations", async () => {
  await using host = await startHost({ modules: { blocked: blocking("block_unload = 1\n"), other: {} } });
  assertEquals((await realms(host)).map(({ modules }) => modules), [["blocked"], ["other"]]);
  const began = performance.now();
  assertEquals(await host.run("module unload blocked"), "Unloaded blocked");
  await host.logged(/'blocked' has stopped; its code stays for 1 s/);
  assertStringIncludes(await host.run("blocked go"), "No such command");
  assertStringIncludes(await host.run("dialplan exec application Blocked()"), "No such application");
  assertMatch(await host.run("module show blocked"), /stopped, code still loaded/);
  // It comes again into a realm of its own while its earlier code is there.
  assertEquals(await host.run("module load blocked"), "Loaded blocked");
  assertEquals((await realms(host)).length, 3);
  assertEquals(await host.run("blocked go"), "still here");
  while ((await realms(host)).length > 2) await host.sink.written();
  assert(performance.now() - began >= 1_000);
  assertEquals(await host.run("blocked go"), "still here");
});

Deno.test("code of a module that is loaded again and again does not stay without end", async () => {
  await using host = await startHost({ modules: { blocked: blocking("block_unload = 3600\n") } });
  for (let round = 0; round < 5; round++) {
    assertEquals(await host.run("module unload blocked"), "Unloaded blocked");
    assertEquals(await host.run("module load blocked"), "Loaded blocked");
  }
  // Three that stay, and the one that runs.
  assertEquals((await realms(host)).length, 4);
});

Deno.test("a host that stops does not wait for code that stays", async () => {
  const began = performance.now();
  {
    await using host = await startHost({ modules: { blocked: blocking("block_unload = 3600\n") } });
    await host.run("module unload blocked");
  }
  assert(performance.now() - began < 60_000);
});
