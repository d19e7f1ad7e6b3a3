import { assertEquals, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost } from "./_harness.ts";

const PAIR = {
  base: { load: `host.application("Base", () => {})`, manifest: "[provides]\napplication = Base" },
  user: { manifest: "[uses]\napplication = Base" },
};

Deno.test("unload of a module that is used gives up the administrator's use: it goes with its last user", async () => {
  await using host = await startHost({ modules: PAIR });
  assertEquals(
    await host.run("module unload base"),
    "Unable to unload resource base\nbase stops by itself when its last user goes",
  );
  assertStringIncludes(host.messages("warning").join(), "Soft unload failed, 'base' has use count 1");
  assertStringIncludes(host.messages("notice").join("\n"), "Module 'base' stops when its last user goes: user");
  assertEquals(await host.states(), ["base running 1", "user running 0"]);
  assertEquals(await host.run("module unload user"), "Unloaded user");
  assertEquals(await host.states(), []);
});

Deno.test("unload of a module that is used is refused when nothing is loaded for another", async () => {
  const policy = "[modules]\nautoload = yes\nload_uses = no";
  await using host = await startHost({ modules: PAIR, policy });
  assertEquals(
    await host.run("module unload base"),
    "Unable to unload resource base\nSoft unload failed, 'base' has use count 1\nCommand 'module unload base' failed.",
  );
  assertEquals(await host.run("module unload user"), "Unloaded user");
  assertEquals(await host.states(), ["base running 0"]);
});

Deno.test("refresh takes its dependents along and leaves everybody wanted as before", async () => {
  const top = { manifest: "[uses]\nmodule = user" };
  await using host = await startHost({ modules: { ...PAIR, top }, policy: "[modules]\nload = top" });
  assertStringIncludes(await host.run("module refresh base"), "Unable to unload resource base");
  assertEquals(await host.run("module refresh base recursively"), "Unloaded and loaded base");
  assertEquals(await host.states(), ["base running 1", "top running 0", "user running 1"]);
  assertEquals(await host.run("module unload top"), "Unloaded top");
  assertEquals(await host.states(), []);
});

Deno.test("unload -f takes the users along, and a new load brings back only what was asked for", async () => {
  await using host = await startHost({ modules: PAIR });
  assertEquals(await host.run("module unload -f base.so"), "Unloaded base.so");
  assertEquals(await host.states(), []);
  assertEquals(await host.run("module load base"), "Loaded base");
  assertEquals(await host.states(), ["base running 0"]);
});

Deno.test("what was only loaded for its user stops with it; what the administrator wants stays", async () => {
  await using host = await startHost({ modules: PAIR, policy: "[modules]\nload = user" });
  assertEquals(await host.states(), ["base running 1", "user running 0"]);
  assertEquals(await host.run("module unload user"), "Unloaded user");
  assertEquals(await host.states(), []);
  assertEquals(await host.run("module load base"), "Loaded base");
  assertEquals(await host.run("module load user"), "Loaded user");
  assertEquals(await host.run("module unload user"), "Unloaded user");
  assertEquals(await host.states(), ["base running 0"]);
});

Deno.test("unload is refused by a module that cannot yet; its registrations come back", async () => {
  await using host = await startHost({
    modules: {
      busy: {
        load: `host.application("Busy", (call) => call.print("at work"))`,
        members: `unload: () => 1`,
        manifest: "[provides]\napplication = Busy",
      },
    },
  });
  assertEquals(
    await host.run("module unload busy"),
    "Unable to unload resource busy\nFirm unload failed for busy\nCommand 'module unload busy' failed.",
  );
  assertStringIncludes(await host.run("dialplan exec application Busy()"), "at work");
  // It is gone, and Asterisk says all the same that it is not.
  assertStringIncludes(await host.run("module unload -h busy"), "Unable to unload resource busy");
  assertEquals(await host.states(), []);
});

Deno.test("unload of a module that hangs in unload ends within its deadline", async () => {
  await using host = await startHost({
    modules: { hang: { members: `unload: () => new Promise(() => {})` }, neighbor: {} },
    options: { unloadTimeout: 200 },
  });
  assertStringIncludes(await host.run("module unload hang"), "Unable to unload resource hang");
  assertStringIncludes(host.messages("error").join(), "no answer within 0.2 s");
  assertStringIncludes(await host.run("module unload -h hang"), "Unable to unload resource hang");
  assertEquals(await host.states(), ["neighbor running 0"]);
});

Deno.test("a module that is loaded anew is new code in a new state", async () => {
  const counting = { source: counter(1), manifest: "[provides]\napplication = Count" };
  await using host = await startHost({ modules: { counting, neighbor: {} } });
  assertStringIncludes(await host.run("dialplan exec application Count()"), "v1 call 1");
  assertStringIncludes(await host.run("dialplan exec application Count()"), "v1 call 2");
  await host.run("module unload counting");
  await host.run("module load counting");
  assertStringIncludes(await host.run("dialplan exec application Count()"), "v1 call 1");
  host.install("counting", { source: counter(2), manifest: "[provides]\napplication = Count" });
  await host.run("module refresh counting");
  assertStringIncludes(await host.run("dialplan exec application Count()"), "v2 call 1");
});

function counter(version: number): string {
  return `import { defineModule, LoadResult } from "asterism";
let calls = 0;
export default defineModule({ license: "MIT", description: "Test module counting", load(host) {
  host.application("Count", (call) => call.print("v${version} call " + ++calls));
  return LoadResult.SUCCESS;
} });`;
}

async function dies(host: TestHost, name: string): Promise<void> {
  await host.logged(new RegExp(`Module '${name}' has failed`));
}

Deno.test("a realm that loops after its start is ended, its modules fail and what used them stops", async () => {
  await using host = await startHost({
    modules: {
      loop: {
        load: `host.application("Loop", () => { for (;;); })`,
        manifest: "[provides]\napplication = Loop",
      },
      user: { manifest: "[uses]\nmodule = loop\n[permissions]\nenv = HOME" },
      other: { manifest: "[permissions]\nenv = HOME" },
    },
    policy: "[modules]\nautoload = yes\n[permissions]\ndefault = manifest",
    options: { callTimeout: 300, heartbeatInterval: 100, heartbeatTimeout: 300 },
  });
  assertStringIncludes(await host.run("dialplan exec application Loop()"), "no answer within 0.3 s");
  await dies(host, "loop");
  await host.logged(/Unloading user/);
  assertEquals(
    await host.run("module unload user"),
    "Unable to unload resource user\nUnload failed, 'user' could not be found\nCommand 'module unload user' failed.",
  );
  assertEquals(await host.states(), ["loop failed 0", "other running 0"]);
});

Deno.test("modules that shared a realm with a looping command are started again", async () => {
  await using host = await startHost({
    modules: {
      loop: {
        load: `host.command({ command: "loop now", summary: "", handler: () => { for (;;); } })`,
        manifest: "[provides]\ncommand = loop now",
      },
      neighbor: {
        load: `host.application("Near", (call) => call.print("back"))`,
        manifest: "[provides]\napplication = Near",
      },
    },
    options: { callTimeout: 2_000, heartbeatInterval: 100, heartbeatTimeout: 300 },
  });
  const looping = host.run("loop now");
  await dies(host, "neighbor");
  assertStringIncludes(await looping, "Command 'loop now' failed.");
  await host.logged(/Loaded neighbor/);
  assertEquals(await host.states(), ["loop failed 0", "neighbor running 0"]);
  assertStringIncludes(await host.run("dialplan exec application Near()"), "back");
});

Deno.test("a reload while another is under way is not waited for", async () => {
  const slow = { members: `reload: () => new Promise((done) => setTimeout(() => done(0), 400))` };
  await using host = await startHost({ modules: { slow, quick: { members: "reload() {}" } } });
  const first = host.run("module reload slow");
  await host.logged(/Reloading module 'slow'/);
  assertEquals(
    await host.run("module reload quick"),
    "A module reload request is already in progress; please be patient",
  );
  assertEquals(await host.run("module reload"), "");
  assertEquals(host.messages("verbose").filter((line) => line.includes("didn't finish yet")).length, 2);
  assertEquals(await first, "Module 'slow' reloaded successfully.");
  assertEquals(await host.run("module reload quick"), "Module 'quick' reloaded successfully.");
});
