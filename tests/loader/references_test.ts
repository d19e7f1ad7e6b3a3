/** What modules refer to: holds with autoload by reference, things that come and go, providers that take over. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost, type TestModule } from "./_harness.ts";

/** A module whose application runs a statement with `host` at hand; what that throws is printed. */
function acting(statements: string, manifest = "[canuse]\napplication = *\ncodec = *\nmodule = stack"): TestModule {
  return {
    load: `
      let kept = [];
      host.application("Act", async (call, args) => {
        try { ${statements} } catch (error) { await call.print(error.message); }
      })`,
    manifest: `${manifest}\n[provides]\napplication = Act`,
  };
}

const ACT = acting(`
  if (args.startsWith("release")) await kept.pop().release();
  else {
    const held = await host.hold(args, { as: "extension test,s,1", cancel: () => { host.log.notice("let go"); } });
    kept.push(held);
    await call.print(\`\${held.provider} \${await held.ready()}\`);
  }`);
const STACK: TestModule = {
  load: `host.application("Gosub", () => 0)`,
  manifest: "[provides]\napplication = Gosub\ncodec = ulaw",
};
const act = (args: string) => `dialplan exec application Act(${args})`;
const REFERENCE = "[modules]\nload = act\nreference_autoload = yes";

Deno.test("hold() loads the provider for an object, which keeps it running until it lets go", async () => {
  await using host = await startHost({ modules: { act: ACT, stack: STACK }, policy: REFERENCE });
  assertEquals(await host.states(), ["act running 0"]);
  assertMatch(await host.run(act("application=Gosub")), /^undefined stack\n/);
  assertEquals(await host.states(), ["act running 0", "stack running 1"]);
  assertMatch(await host.run(act("codec=ULAW")), /^stack stack\n/);
  assertEquals(await host.states(), ["act running 0", "stack running 2"]);
  await host.run(act("release"));
  assertEquals(await host.states(), ["act running 0", "stack running 1"]);
  await host.run(act("release"));
  await host.logged(/Unloading stack/);
  assertEquals(await host.states(), ["act running 0"]);
});

Deno.test("hold() respects what the administrator allows", async () => {
  const modules = { act: ACT, stack: STACK };
  const cases: [policy: string, thing: string, says: RegExp][] = [
    ["load = act", "application=Gosub", /"stack" provides it and is not loaded; .*reference_autoload = yes/],
    ["load = act\nreference_autoload = no", "module=stack", /for extension test,s,1: "stack" provides it/],
    [
      "load = act\nreference_autoload = yes\nneverload = stack",
      "codec=ulaw",
      /modules\.conf:4:1 says neverload = stack/,
    ],
    ["load = act\nreference_autoload = yes\nnoload = stack", "codec=ulaw", /modules\.conf:4:1 says noload = stack/],
    ["load = act\nreference_autoload = yes", "application=Gosubb", /no module provides it/],
    ["load = act\nreference_autoload = yes", "Gosub", /expected type=name, such as application=Gosub/],
    ["load = act\nreference_autoload = yes", "function=CUT", /the manifest does not name it/],
  ];
  for (const [policy, thing, says] of cases) {
    await using host = await startHost({ modules, policy: `[modules]\n${policy}` });
    assertMatch(await host.run(act(thing)), says, policy);
    assertEquals(await host.states(), ["act running 0"], policy);
  }
});

Deno.test("hold() finds a provider that was installed meanwhile, and says when it does not start", async () => {
  await using host = await startHost({ modules: { act: ACT }, policy: REFERENCE });
  assertMatch(await host.run(act("application=Gosub")), /no module provides it/);
  host.install("stack", { ...STACK, load: "return LoadResult.DECLINE" });
  assertMatch(await host.run(act("application=Gosub")), /"stack" did not start, or has not registered it/);
  host.install("stack", STACK);
  assertMatch(await host.run(act("application=Gosub")), /^undefined stack\n/);
});

Deno.test("hold() in load gives its answer at once; the provider is loaded afterwards", async () => {
  const early: TestModule = {
    load: `const held = await host.hold("application=Gosub", { as: "extension a" });
      host.log.notice(\`held \${held.provider}\`);
      held.ready().then((name) => host.log.notice(\`ready \${name}\`))`,
    manifest: "[canuse]\napplication = Gosub",
  };
  await using host = await startHost({
    modules: { early, stack: STACK },
    policy: "[modules]\nload = early\nreference_autoload = yes",
  });
  await host.logged(/ready stack/);
  assertEquals(host.messages("notice").filter((line) => /held|ready/.test(line)).map((line) => line.split(": ")[1]), [
    "held undefined",
    "ready stack",
  ]);
  assertEquals(await host.states(), ["early running 0", "stack running 1"]);
});

Deno.test("a module that is unloaded by force tells those who hold it, and one that stops lets go of all", async () => {
  await using host = await startHost({ modules: { act: ACT, stack: STACK }, policy: REFERENCE });
  await host.run(act("application=Gosub"));
  assertEquals(await host.run("module unload -f stack"), "Unloaded stack");
  await host.logged(/let go/);
  await host.run(act("application=Gosub"));
  assertEquals(await host.states(), ["act running 0", "stack running 1"]);
  assertEquals(await host.run("module unload act"), "Unloaded act");
  await host.logged(/Unloading stack/);
  assertEquals(await host.states(), []);
});

/** Follows `service=timer` and says what it sees. */
const FOLLOWER: TestModule = {
  load: `
    await host.onAvailable("service=timer", async ({ provider, service }) => {
      host.log.notice(\`came \${provider} \${await service.name()}\`);
      return async () => { host.log.notice(\`goes \${provider} \${await service.name().catch((error) => "gone")}\`); };
    })`,
  manifest: "[canuse]\nservice = timer",
};

function timer(priority: number, members = ""): TestModule {
  const name = `timer of priority ${priority}`;
  return {
    load: `host.service("timer", { name: () => "${name}" })`,
    members: `${members}, reload() { for (;;); }`.replace(/^, /, ""),
    manifest: `[provides]\nservice = timer:${priority}`,
  };
}

function told(host: { messages(...levels: string[]): string[] }): string[] {
  return host.messages("notice").flatMap((line) => /(?:came|goes) .*/.exec(line)?.[0] ?? []);
}

/** Waits until so much was told. */
async function toldTimes(host: TestHost, count: number): Promise<void> {
  while (told(host).length < count) await host.sink.written();
}

Deno.test("onAvailable() tells what comes and goes, loads nothing and keeps nothing from stopping", async () => {
  await using host = await startHost({
    modules: { follower: FOLLOWER, one: timer(1, `unload(host) { host.log.notice("goes unload of one"); }`) },
    policy: "[modules]\nload = follower",
  });
  assertEquals(await host.states(), ["follower running 0"]);
  await host.run("module load one");
  await host.logged(/came one timer of priority 1/);
  assertEquals(await host.states(), ["follower running 0", "one running 0"]);
  assertEquals(await host.run("module unload one"), "Unloaded one");
  // It had let go before the provider's own unload ran.
  assertEquals(told(host), ["came one timer of priority 1", "goes one timer of priority 1", "goes unload of one"]);
  await host.run("module load one");
  assertEquals(await host.run("module unload follower"), "Unloaded follower");
  assertEquals(await host.run("module unload one"), "Unloaded one");
});

Deno.test("onAvailable() goes on with the next provider, and comes back after an unload that was refused", async () => {
  await using host = await startHost({
    modules: { follower: FOLLOWER, one: timer(1), two: timer(2) },
    policy: "[modules]\nload = one\nload = two\nload = follower",
  });
  await host.logged(/came two/);
  await host.run("module unload two");
  await host.logged(/came one/);
  assertEquals(told(host), [
    "came two timer of priority 2",
    "goes two timer of priority 2",
    "came one timer of priority 1",
  ]);
  host.install("one", timer(1, "unload() { return 1; }"));
  await host.run("module unload one");
  await host.run("module load one");
  await host.run("module unload one");
  assertEquals(await host.states(), ["follower running 0", "one running 0"]);
  await host.logged(/Firm unload failed for one/);
  await toldTimes(host, 7);
  assertEquals(told(host).slice(3).map((line) => line.slice(0, 8)), ["goes one", "came one", "goes one", "came one"]);
  await host.run("module unload -h one");
});

Deno.test("a failing callback of onAvailable() is logged and disturbs nobody", async () => {
  const broken: TestModule = {
    load: `await host.onAvailable("service=timer", () => { throw new Error("no use for it"); })`,
    manifest: "[canuse]\nservice = timer",
  };
  await using host = await startHost({
    modules: { broken, follower: FOLLOWER, one: timer(1) },
    policy: "[modules]\nload = broken\nload = follower\nload = one",
  });
  await host.logged(/came one/);
  assertStringIncludes(
    await host.logged(/failed when told/),
    "Module 'broken' failed when told of service=timer: Error: no use for it",
  );
  assertEquals(await host.run("module unload one"), "Unloaded one");
});

const USER: TestModule = {
  load: `const { provider } = await host.use("service=timer");
    host.log.notice(\`uses \${provider}\`)`,
  manifest: "[uses]\nservice = timer",
};
const APART = "[realms]\none = dedicated\ntwo = dedicated";

Deno.test("autoload starts the best provider of a service only; the next takes over when it declines", async () => {
  await using host = await startHost({ modules: { one: timer(1), two: timer(2), user: USER } });
  assertEquals(await host.states(), ["two running 1", "user running 0"]);
  await using other = await startHost({
    modules: { one: timer(1), two: { ...timer(2), load: "return LoadResult.DECLINE" }, user: USER },
  });
  assertEquals(await other.states(), ["one running 1", "two declined 0", "user running 0"]);
  assert(other.messages("notice").some((line) => line.includes("'user' is tried with another provider")));
});

Deno.test("when a provider fails the next takes over: who is not told of it is started anew", async () => {
  await using host = await startHost({
    modules: { one: timer(1), two: timer(2), user: USER },
    policy: `[modules]\nautoload = yes\n${APART}`,
  });
  await host.run("module reload two");
  await host.logged(/Loaded user/);
  assertStringIncludes(
    await host.logged(/takes over/),
    "service=timer: 'one' takes over from 'two'; 'user' is started",
  );
  const states = await host.states();
  assert(states.includes("user running 0") && states.includes("one running 1"), states.join());
});

Deno.test("when a provider fails the next takes over: who is told of it runs on", async () => {
  const both: TestModule = { load: FOLLOWER.load ?? "", manifest: "[uses]\nservice = timer" };
  await using host = await startHost({
    modules: { one: timer(1), two: timer(2), both },
    policy: `[modules]\nautoload = yes\n${APART}`,
  });
  await host.logged(/came two/);
  await host.run("module reload two");
  await host.logged(/came one/);
  assertStringIncludes(await host.logged(/takes over/), "'one' takes over from 'two'; 'both' is told");
  assertEquals(told(host), ["came two timer of priority 2", "goes two gone", "came one timer of priority 1"]);
  const states = await host.states();
  assert(states.includes("both running 0") && states.includes("one running 1"), states.join());
  assertStringIncludes(await host.run("core show services"), "one                            1        in use     both");
});

Deno.test("of two modules that conflict one is refused by name, at start-up and later", async () => {
  await using host = await startHost({
    modules: {
      a: { manifest: "conflicts = b" },
      b: { manifest: "conflicts = a" },
      c: { manifest: "[uses]\nmodule = b" },
    },
    policy: "[modules]\nload = a\nload = b\nload = c",
  });
  assertEquals((await host.states()).filter((state) => state.includes("running")), ["a running 0"]);
  const errors = host.messages("error").join("\n");
  assertMatch(errors, /b.*it conflicts with "a", which starts before it/);
  await host.run("module unload a");
  assertEquals(await host.run("module load b"), "Loaded b");
  assertMatch(await host.run("module load a"), /^Unable to load module a/);
  assertMatch(host.messages("error").join("\n"), /it conflicts with "b", which runs/);
});
