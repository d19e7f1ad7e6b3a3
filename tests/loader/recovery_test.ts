import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost } from "./_harness.ts";

const SECTIONS = { uses: (name: string) => `[uses]\nmodule = ${name}` };
const LOOPING_RELOAD = { members: `reload() { for (;;); }` };
const SHORT = { loadTimeout: 300, unloadTimeout: 300, heartbeatTimeout: 300 };
const ENV = "[permissions]\nenv = HOME";
const GRANTED = "[modules]\nautoload = yes\n[permissions]\ndefault = manifest";

Deno.test("boot() goes on when what must stop for another's fault hangs in unload too", async () => {
  const hanging = { members: `unload() { for (;;); }`, manifest: `${SECTIONS.uses("base")}\n${ENV}` };
  await using host = await startHost({
    modules: { base: {}, d1: hanging, d2: hanging, fine: {}, z: { load: "for (;;);" } },
    policy: GRANTED,
    options: SHORT,
  });
  const states = await host.states();
  assertEquals(states.filter((row) => /^(base|fine|z) /.test(row)).map((row) => row.replace(/ \d+$/, "")), [
    "base running",
    "fine running",
    "z failed",
  ]);
});

Deno.test("a realm that ends takes along what uses its modules, and what uses that", async () => {
  await using host = await startHost({
    modules: {
      base: LOOPING_RELOAD,
      mid: { manifest: `${SECTIONS.uses("base")}\n${ENV}` },
      top: { manifest: `${SECTIONS.uses("mid")}\n${ENV}` },
    },
    policy: GRANTED,
    options: SHORT,
  });
  await host.run("module reload base");
  await host.logged(/Unloading mid/);
  await host.host.settled();
  assertEquals(await host.states(), ["base failed 0"]);
});

Deno.test("commands that wait while a realm ends find each module once", async () => {
  await using host = await startHost({
    modules: {
      looper: LOOPING_RELOAD,
      near: {
        load: `host.application("Near", (call) => call.print("here"))`,
        manifest: "[provides]\napplication = Near",
      },
      user: { manifest: `${SECTIONS.uses("near")}\n${ENV}` },
    },
    policy: GRANTED,
    options: SHORT,
  });
  const reload = host.run("module reload looper");
  const load = host.run("module load user");
  assertEquals(await reload, "The module 'looper' reported a reload failure");
  assertStringIncludes(await load, "user");
  await host.host.settled();
  assertEquals(await host.states(), ["looper failed 0", "near running 1", "user running 0"]);
  assertStringIncludes(await host.run("dialplan exec application Near()"), "here");
  await host.run("module unload -f near");
  assertStringIncludes(await host.run("dialplan exec application Near()"), "No such application");
});

Deno.test("a module that was unloaded while its realm ended does not come back", async () => {
  await using host = await startHost({ modules: { looper: LOOPING_RELOAD, near: {} }, options: SHORT });
  const reload = host.run("module reload looper");
  const unload = host.run("module unload near");
  await Promise.all([reload, unload]);
  await host.host.settled();
  assertEquals(await host.states(), ["looper failed 0"]);
});

Deno.test("unload -f of a module under a diamond of users succeeds", async () => {
  await using host = await startHost({
    modules: {
      base: {},
      mid: { manifest: SECTIONS.uses("base") },
      top: { manifest: `${SECTIONS.uses("mid")}\nmodule = base` },
    },
    policy: "[modules]\nload = top",
  });
  assertEquals(await host.run("module unload -f base"), "Unloaded base");
  assertEquals(await host.states(), []);
});

Deno.test("what was started for a module that then declines stops again", async () => {
  await using host = await startHost({
    modules: { base: {}, user: { load: "return LoadResult.DECLINE", manifest: SECTIONS.uses("base") } },
    policy: "[modules]\nload = user",
  });
  assertEquals(await host.states(), ["user declined 0"]);
});

Deno.test("stop() during the start leaves nothing running", async () => {
  const started = startHost({ modules: { a: {}, b: { load: "await new Promise(() => {})" }, c: {} }, options: SHORT });
  await using host = await started;
  const loading = host.host.execute("module load b");
  await host.host.stop("now");
  await loading;
  assertEquals((await host.host.execute("module load c")).ok, false);
});

Deno.test("a module that registers something in unload leaves nothing behind", async () => {
  await using host = await startHost({
    modules: {
      ghost: {
        members: `unload(host) { host.application("Ghost", () => {}); }`,
        manifest: "[provides]\napplication = Ghost",
      },
    },
  });
  assertEquals(await host.run("module unload ghost"), "Unloaded ghost");
  assertStringIncludes(await host.run("dialplan exec application Ghost()"), "No such application");
});

Deno.test("functions that are given back leave room for others", async () => {
  await using host = await startHost({
    modules: {
      busy: {
        load: `for (let round = 0; round < 21; round++) {
          await Promise.all(Array.from({ length: 500 }, async () => (await host.user("u", () => {})).release()));
        }`,
      },
    },
    options: { loadTimeout: 30_000 },
  });
  assertEquals(await host.states(), ["busy running 0"]);
});

Deno.test("a reference that was released, and a call whose handler has ended, are of no more use", async () => {
  await using host = await startHost({
    modules: {
      bell: { load: `host.service("bell", { ring: () => "ding" })`, manifest: "[provides]\nservice = bell" },
      user: {
        load: `
          const bell = await host.use("service=bell");
          const kept = bell.service.ring.dup();
          host.log.notice(await bell.service.ring());
          await bell.release();
          await kept().catch((error) => host.log.notice(error.message));
          let late;
          host.application("Keep", (call) => { late = call; });
          host.application("Late", () => late.print("late").catch((error) => host.log.notice(error.message)));`,
        manifest: "[uses]\nservice = bell\n[provides]\napplication = Keep\napplication = Late",
      },
    },
  });
  await host.run("dialplan exec application Keep()");
  await host.run("dialplan exec application Late()");
  const [ding, released, late] = host.messages("notice").filter((line) => line.startsWith("user"));
  assertEquals(ding, "user: ding");
  assertStringIncludes(released ?? "", "reference was released");
  assertMatch(late ?? "", /already disposed|its handler has ended/);
});

Deno.test("a module cannot take a command from the core by adding words to it", async () => {
  await using host = await startHost({
    modules: {
      evil: {
        load: `host.command({ command: "module unload evil", summary: "", handler: () => "Unloaded evil" })`,
        manifest: "[provides]\ncommand = *",
      },
    },
  });
  assertEquals(await host.states(), ["evil failed 0"]);
  assertStringIncludes(host.messages("error").join("\n"), '"core" has "module unload"');
});

const RESTART =
  "[modules]\nautoload = yes\n[permissions]\ndefault = manifest\n[restart]\nbase = on-failure, backoff=0.01\n";

Deno.test("a module under restart comes back with what used it, and stays failed in the end", async () => {
  await using host = await startHost({
    modules: {
      base: LOOPING_RELOAD,
      user: { manifest: `${SECTIONS.uses("base")}\n${ENV}` },
      // In the realm of base, whose fault ends it, too.
      y_near: { manifest: SECTIONS.uses("user") },
      z_top: { manifest: `${SECTIONS.uses("user")}\n${ENV}` },
    },
    policy: RESTART.replace("0.01", "0.01, limit=1"),
    options: SHORT,
  });
  await host.run("module reload base");
  await host.logged(/Module 'base' is started again in 0\.0 s \(1 of 1\)/);
  await host.logged(/Starting 'base' again/);
  await host.host.settled();
  assertEquals(await host.states(), ["base running 1", "user running 2", "y_near running 0", "z_top running 0"]);
  assertEquals(host.messages("warning").filter((message) => / stops: /.test(message)), [
    "loader: Module 'z_top' stops: it uses 'user', which stops because 'base' has failed",
    "loader: Module 'user' stops: it uses 'base', which has failed",
  ]);
  await host.run("module reload base");
  await host.logged(/Module 'base' stays failed: it was started again once in 60 s/);
  await host.host.settled();
  assertEquals(await host.states(), ["base failed 0", "y_near declined 0"]);
});

Deno.test("a module that is unloaded while it waits to be started again stays away", async () => {
  await using host = await startHost({
    modules: { base: LOOPING_RELOAD },
    policy: RESTART.replace("0.01", "3600, window=7200"),
    options: SHORT,
  });
  await host.run("module reload base");
  await host.logged(/is started again in/);
  assertEquals(await host.run("module unload base"), "Unloaded base");
  assertEquals(await host.states(), []);
});

Deno.test("a shared realm that ends without anybody knowing through whom is split, and the culprit named", async () => {
  const looper = { load: `setTimeout(() => { for (;;); }, 300)` };
  await using host = await startHost({
    modules: {
      looper,
      near: {},
      other: { load: `host.application("Other", () => 0)`, manifest: "[provides]\napplication = Other" },
    },
    options: { ...SHORT, heartbeatInterval: 100 },
  });
  await host.logged(
    /Nobody knows which module ended realm shared\/1: each runs alone from now on: looper, near, other/,
  );
  await host.logged(/Module 'looper' is the one that ended realm shared\/1: alone it has failed again/);
  await host.host.settled();
  assertEquals(await host.states(), ["looper failed 0", "near running 0", "other running 0"]);
  const rows = JSON.parse(await host.run("module show --json")) as { name: string; realm: string }[];
  const realms = rows.filter(({ name }) => name !== "looper").map(({ realm }) => realm.split("/")[0]);
  assertEquals(realms, ["dedicated", "dedicated"]);
  assertStringIncludes(await host.run("dialplan exec application Other()"), "Success");
});

for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
  Deno.test(`a process realm that is ended from outside, ${signal}, comes back with what used its module`, async () => {
    await using host = await startHost({
      modules: {
        base: { load: `host.service("base", { hi: () => "hi" })`, manifest: "[provides]\nservice = base" },
        user: {
          load: `const { service } = await host.use("service=base");
            host.command({ command: "user go", summary: "", handler: () => service.hi() });`,
          manifest: "[uses]\nservice = base\n[provides]\ncommand = user go",
        },
        watcher: {
          load:
            `await host.onAvailable("service=base", () => { host.log.notice("came"); return () => host.log.notice("went"); })`,
          manifest: "[canuse]\nservice = base",
        },
      },
      policy: "[modules]\nautoload = yes\n[realms]\nbase = process\n[restart]\nbase = on-failure, backoff=0.01\n",
      options: { loadTimeout: 20_000, heartbeatInterval: 100, heartbeatTimeout: 3_000 },
    });
    const pidOf = async () => (JSON.parse(await host.run("realm show base --json")) as { pid: number }[])[0]?.pid ?? 0;
    assertEquals(await host.run("user go"), "hi");
    const pid = await pidOf();
    Deno.kill(pid, signal);
    const reason = signal === "SIGKILL" ? "its process was ended by SIGKILL" : "it missed a heartbeat";
    await host.logged(new RegExp(`Module 'base' has failed: Realm process/1 has ended: ${reason}$`));
    await host.logged(/Module 'user' stops: it uses 'base', which has failed/);
    await host.logged(/Starting 'base' again/);
    await host.host.settled();
    assertEquals(await host.run("user go"), "hi");
    assertEquals(await pidOf() === pid, false);
    assertEquals(host.messages("notice").filter((line) => line.startsWith("watcher: ")), [
      "watcher: came",
      "watcher: went",
      "watcher: came",
    ]);
  });
}
