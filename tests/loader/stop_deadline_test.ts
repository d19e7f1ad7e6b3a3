/** One deadline for all that a stop waits for in code of modules, and nobody else waits for it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost, type TestModule } from "./_harness.ts";

const NEVER = "new Promise(() => {})";
const UNLOAD_MS = 400;
/** What nothing takes that keeps its deadline; the deadline of calls is far beyond. */
const TEN_TIMES_MS = 10 * UNLOAD_MS;
const OPTIONS = { unloadTimeout: UNLOAD_MS, callTimeout: 60_000 };

/** Answers nothing that it is asked on its way out. */
const EVIL: TestModule = {
  load: `await host.user("u", () => ${NEVER}); await host.onAvailable("service=timer", () => () => ${NEVER})`,
  members: `unload: () => ${NEVER}`,
  manifest: "[canuse]\nservice = timer",
};

/** A service that says when its own `unload` runs. */
const TIMER: TestModule = {
  load: `host.service("timer", { now: () => 1 })`,
  members: `unload(host) { host.log.notice("unload of timer ran"); }`,
  manifest: "[provides]\nservice = timer",
};

/** Runs something and fails when it takes ten times the deadline. */
async function inTime<T>(work: () => Promise<T>, milliseconds = TEN_TIMES_MS): Promise<T> {
  const began = performance.now();
  const result = await work();
  const took = performance.now() - began;
  assert(took < milliseconds, `it took ${Math.round(took)} ms`);
  return result;
}

/** What the log says of modules that are not waited for. */
function givenUp(host: TestHost): string[] {
  return host.messages("warning").filter((line) => line.includes("is not waited for"));
}

Deno.test("unload -h of a module that answers nothing ends in time, and other operations go on meanwhile", async () => {
  await using host = await startHost({
    modules: { evil: EVIL, timer: TIMER, other: {}, third: { members: "reload() {}" } },
    policy: "[modules]\nautoload = yes\nnoload = other\n",
    options: OPTIONS,
  });
  let over = false;
  const unload = inTime(() => host.run("module unload -h evil")).finally(() => over = true);
  await host.logged(/Unloading evil/);
  assertEquals(await host.run("module load other"), "Loaded other");
  assertEquals(await host.run("module refresh third"), "Unloaded and loaded third");
  assertEquals(await host.run("module reload third"), "Module 'third' reloaded successfully.");
  assertEquals(await host.run("module unload third"), "Unloaded third");
  assertEquals(over, false);
  assertStringIncludes(await unload, "Unable to unload resource evil");
  assertEquals(await host.states(), ["other running 0", "timer running 0"]);
  assertEquals(givenUp(host), [
    "loader: Module 'evil' is not waited for any longer while 'evil' stops: cancel of u: no answer in 0.2 s",
  ]);
  assertStringIncludes(host.messages("error").join(), 'unload of "evil": no answer within 0.4 s');
});

Deno.test("a follower that does not let go is given up by name, and the provider's own unload runs", async () => {
  await using host = await startHost({ modules: { evil: EVIL, timer: TIMER }, options: OPTIONS });
  assertEquals(await inTime(() => host.run("module unload timer")), "Unloaded timer");
  assertEquals(givenUp(host), [
    "loader: Module 'evil' is not waited for any longer while 'timer' stops: told that service=timer goes: " +
    "no answer in 0.2 s",
  ]);
  assert(host.messages("notice").some((line) => line.includes("unload of timer ran")));
  assertEquals(await host.run("module load timer"), "Loaded timer");
});

Deno.test("users without number are asked some at a time, and one line tells who was given up", async () => {
  await using host = await startHost({
    modules: {
      holder: {
        load: `let asked = 0;
          for (let at = 0; at < 2000; at += 100) await Promise.all(Array.from({ length: 100 }, () =>
            host.hold("application=Gosub", { as: "extension x", cancel: () => { asked++; return ${NEVER}; } })));
          host.command({ command: "holder asked", summary: "", handler: () => String(asked) });`,
        manifest: "[canuse]\napplication = Gosub\n[provides]\ncommand = holder asked",
      },
      stack: { load: `host.application("Gosub", () => 0)`, manifest: "[provides]\napplication = Gosub" },
    },
    policy: "[modules]\nload = stack\nload = holder\n",
    options: { ...OPTIONS, loadTimeout: 20_000 },
  });
  assertEquals(await host.states(), ["holder running 0", "stack running 2000"]);
  assertEquals(await inTime(() => host.run("module unload -f stack")), "Unloaded stack");
  assertEquals(givenUp(host), [
    "loader: Module 'holder' is not waited for any longer while 'stack' stops: cancel of extension x and 1999 more: " +
    "no answer in 0.4 s",
  ]);
  assertEquals(await host.run("holder asked"), "32");
});

Deno.test("what concerns the module that stops waits for it, in order: a second unload, a load, a load of its user", async () => {
  await using host = await startHost({
    modules: { evil: EVIL, timer: TIMER, user: { manifest: "[uses]\nmodule = evil" } },
    policy: "[modules]\nautoload = yes\nnoload = user\n",
    options: OPTIONS,
  });
  const first = host.run("module unload -h evil");
  await host.logged(/Unloading evil/);
  const others = ["module unload evil", "module load user", "module unload -f evil"].map((line) => host.run(line));
  const [unload, load, force] = await inTime(() => Promise.all(others), 2 * TEN_TIMES_MS);
  assertStringIncludes(await first, "Unable to unload resource evil");
  assertStringIncludes(unload ?? "", "Unable to unload resource evil");
  assertStringIncludes(host.messages("warning").join("\n"), "Unload failed, 'evil' could not be found");
  assertEquals(load, "Loaded user");
  // The last one came after the load: it found both, and evil runs on as it refuses to go.
  assertStringIncludes(force ?? "", "Unable to unload resource evil");
  assertEquals(await host.states(), ["evil running 1", "timer running 0"]);
});

Deno.test("modules that unload themselves and each other in their unload end by the deadline", async () => {
  const crossing = (other: string): TestModule => ({
    members: `async unload(host) { await host.admin.unload("${other}"); }`,
    manifest: "[permissions]\nhost = loader",
  });
  await using host = await startHost({
    modules: { self: crossing("self"), one: crossing("two"), two: crossing("one"), helper: crossing("fine"), fine: {} },
    policy: "[modules]\nautoload = yes\n[permissions]\ndefault = manifest\n",
    options: OPTIONS,
  });
  // One that unloads another is answered.
  assertEquals(await host.run("module unload helper"), "Unloaded helper");
  for (const name of ["self", "one"]) {
    assertStringIncludes(await inTime(() => host.run(`module unload -h ${name}`)), `Unable to unload resource ${name}`);
  }
  // The other one got no answer in time, either, and refused softly; or it was answered just before that.
  const states = await host.states();
  assertEquals(states.filter((row) => !row.startsWith("two ")), []);
  await host.run("module unload -h two");
  assertEquals(await host.states(), []);
});

Deno.test("a module that refuses to go is asked once, and keeps nobody else from being stopped", async () => {
  const stubborn: TestModule = { members: `unload: () => ${NEVER}` };
  await using host = await startHost({
    modules: { base: {}, stubborn, user: { manifest: "[uses]\nmodule = base\nmodule = stubborn" } },
    policy: "[modules]\nload = user\n",
    options: OPTIONS,
  });
  assertEquals(await inTime(() => host.run("module unload user")), "Unloaded user");
  assertEquals(await host.states(), ["stubborn running 0"]);
});

Deno.test("a realm that ends while its module is waited for ends the wait, and others take its part", async () => {
  await using host = await startHost({
    modules: {
      loop: {
        members: `unload() { for (;;); }`,
        manifest: "[provides]\nservice = timer:2",
        load: `host.service("timer", {})`,
      },
      spare: { load: `host.service("timer", {})`, manifest: "[provides]\nservice = timer:1" },
      user: { manifest: "[uses]\nservice = timer" },
      other: {},
    },
    policy: "[modules]\nload = loop\nload = spare\nload = user\nnoload = other\n[realms]\nloop = dedicated\n",
    options: { ...OPTIONS, heartbeatTimeout: UNLOAD_MS },
  });
  const unload = inTime(() => host.run("module unload -f loop"), 2 * TEN_TIMES_MS);
  await host.logged(/Unloading loop/);
  assertMatch(await unload, /^Unloaded loop|Unable to unload resource loop/);
  assertEquals((await host.states()).filter((row) => row.startsWith("spare ")), ["spare running 0"]);
});

Deno.test("a stop of everything is over in twice the longest unload, whatever modules do", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `evil${index}`);
  const chain = Object.fromEntries(
    names.map((
      name,
      index,
    ) => [name, { ...EVIL, manifest: index % 4 === 0 ? "" : `[uses]\nmodule = evil${index - 1}` }]),
  );
  const withoutWatch = Object.fromEntries(
    Object.entries(chain).map(([name, module]) => [name, { ...module, load: `await host.user("u", () => ${NEVER})` }]),
  );
  const host = await startHost({ modules: { ...withoutWatch, timer: TIMER }, options: OPTIONS });
  await inTime(() => host[Symbol.asyncDispose](), 2 * TEN_TIMES_MS);
  assert(host.messages("notice").some((line) => line.includes("unload of timer ran")));
  assertMatch(host.messages("warning").join("\n"), /Modules are not waited for any longer: .* within 0\.8 s: evil/);
});

Deno.test("a stop of everything while a module is waited for, and a load hangs, is over in time", async () => {
  const host = await startHost({
    modules: { evil: EVIL, timer: TIMER, slow: { load: `await ${NEVER}` } },
    policy: "[modules]\nautoload = yes\nnoload = slow\n",
    options: { ...OPTIONS, loadTimeout: 60_000 },
  });
  const unload = host.run("module unload -h evil");
  await host.logged(/Unloading evil/);
  const load = host.run("module load slow");
  await inTime(() => host[Symbol.asyncDispose](), 2 * TEN_TIMES_MS);
  await Promise.all([unload, load]);
});

Deno.test("a module cannot queue operations without number, and the administrator's come first", async () => {
  await using host = await startHost({
    modules: {
      greedy: {
        load: `host.command({ command: "greedy", summary: "", handler: async () => {
            const all = await Promise.all(Array.from({ length: 150 }, () => host.hold("application=Gosub", { as: "x" })));
            const answers = all.map((held) => held.ready().then(() => "held", (error) => error.message));
            host.log.notice("all asked");
            const said = await Promise.all(answers);
            const limited = said.filter((one) => one.includes("100 things that are not done yet"));
            return \`\${said.filter((one) => one === "held").length} held, \${limited.length} limited\`;
          } });`,
        manifest: "[canuse]\napplication = Gosub\n[provides]\ncommand = greedy",
      },
      stack: { load: `host.application("Gosub", () => 0)`, manifest: "[provides]\napplication = Gosub" },
      slow: {
        load: `const gate = Promise.withResolvers();
          await host.command({ command: "slow go", summary: "", handler: () => gate.resolve() });
          host.log.notice("it waits");
          await gate.promise;`,
        manifest: "[provides]\ncommand = slow go",
      },
      quick: {},
    },
    policy: "[modules]\nload = greedy\nreference_autoload = yes\n",
    options: { ...OPTIONS, loadTimeout: 60_000 },
  });
  const slow = host.run("module load slow");
  await host.logged(/slow: it waits/);
  const greedy = host.run("greedy");
  await host.logged(/greedy: all asked/);
  const quick = host.run("module load quick");
  await host.run("slow go");
  assertEquals(await Promise.all([slow, quick, greedy]), ["Loaded slow", "Loaded quick", "100 held, 50 limited"]);
  const loaded = host.messages("verbose").flatMap((line) => /Loaded (\w+)/.exec(line)?.[1] ?? []);
  assertEquals(loaded, ["slow", "quick", "stack"]);
  assertEquals(await host.states(), ["greedy running 0", "quick running 0", "slow running 0", "stack running 100"]);
});
