import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestModule } from "./_harness.ts";

/** A service that keeps callbacks, as a timer does, and calls them on command. */
const BELL: TestModule = {
  load: `
    const ringers = [];
    host.service("bell", { add: (callback) => ringers.push(callback), size: () => ringers.length });
    host.command({ command: "bell ring", summary: "Ring", handler: async () => {
      const answers = [];
      for (const ring of ringers) answers.push(await ring("ding").catch((error) => "gone"));
      return answers.join(" ");
    } });`,
  manifest: "[provides]\nservice = bell:10\ncommand = bell ring",
};

function listener(permissions: string): TestModule {
  return {
    load: `const bell = await host.use("service=bell");
      await bell.service.add((sound) => host.name + " heard " + sound);
      host.log.notice("provider " + bell.provider + " size " + await bell.service.size());`,
    manifest: `[uses]\nservice = bell\n${permissions}`,
  };
}

Deno.test("use() reaches a service in the same realm and in another, and callbacks come back", async () => {
  await using host = await startHost({
    modules: { bell: BELL, near: listener(""), remote: listener("[permissions]\nenv = HOME") },
    policy: "[modules]\nautoload = yes\n[permissions]\ndefault = manifest",
  });
  assertEquals(await host.run("bell ring"), "near heard ding remote heard ding");
  assertStringIncludes(host.messages("notice").join("\n"), "near: provider bell size 1");
});

Deno.test("a callback ends with the module that passed it", async () => {
  await using host = await startHost({ modules: { bell: BELL, near: listener("") } });
  await host.run("module unload near");
  assertEquals(await host.run("bell ring"), "gone");
});

Deno.test("registering what the manifest does not provide is refused, logged and declines the module", async () => {
  await using host = await startHost({ modules: { greedy: { load: `host.application("Steal", () => {})` } } });
  assertEquals(await host.states(), ["greedy failed 0"]);
  assertStringIncludes(host.messages("warning").join("\n"), "[provides] needs application = Steal");
});

Deno.test("a refusal that the module takes care of does not decline it", async () => {
  await using host = await startHost({
    modules: { careful: { load: `await host.application("Steal", () => {}).catch(() => {})` } },
  });
  assertEquals(await host.states(), ["careful running 0"]);
});

Deno.test("a module may not use, read or execute what its manifest does not name", async () => {
  await using host = await startHost({
    modules: {
      prober: {
        load: `
          for (const attempt of [() => host.use("service=bell"), () => host.config("asterism.conf"), () => host.modules(),
              () => host.execute("core stop now"), () => host.runApplication("X", ""), () => host.readFunction("X", "")]) {
            await attempt().then(() => host.log.notice("allowed"), (error) => host.log.notice(error.message));
          }`,
      },
    },
  });
  assertEquals(host.messages("notice").filter((line) => line.startsWith("prober")), [
    'prober: Cannot use service "bell": the manifest does not name it; [uses] needs service = bell',
    'prober: Cannot read "asterism.conf": the manifest of "prober" does not name it; it needs config = asterism.conf',
    ...["modules", "command"].map((capability) =>
      `prober: Not granted: host capability "${capability}"; it needs "host = ${capability}" in the [permissions] of ` +
      `its manifest, and "prober = host=${capability}" in those of modules.conf`
    ),
    'prober: Cannot use application "X": the manifest does not name it; [uses] needs application = X',
    'prober: Cannot use function "X": the manifest does not name it; [uses] needs function = X',
  ]);
});

Deno.test("config() gives a module its file with lines, and names the line of a fault", async () => {
  await using host = await startHost({
    modules: {
      reader: {
        load: `
          const config = await host.config("sample.conf");
          const entry = config.section("GENERAL").entries[0];
          host.log.notice(entry.key + "=" + config.section("general").get("Greeting") + " line " + entry.line);
          host.log.notice(String(await host.config("absent.conf")));
          await host.config("broken.conf").catch((error) => host.log.notice(error.message));`,
        manifest: "config = sample.conf\nconfig = absent.conf\nconfig = broken.conf",
      },
    },
    policy: "[modules]\nautoload = yes\n[permissions]\nreader = config=sample.conf, absent.conf, broken.conf\n",
    configs: { "sample.conf": "; a comment\n[general]\ngreeting => hello", "broken.conf": "[general\n" },
  });
  const [first, second, third] = host.messages("notice").filter((line) => line.startsWith("reader"));
  assertEquals([first, second], ["reader: greeting=hello line 3", "reader: undefined"]);
  assertStringIncludes(third ?? "", "broken.conf:1");
});

Deno.test("a function of a module reads the variables of the call it is given", async () => {
  await using host = await startHost({
    modules: {
      setter: {
        load: `host.application("SetIt", async (call, args) => {
          await call.setVariable("x", args);
          await call.print(await host.readFunction("UPPER", "x", call));
        })`,
        manifest: "[provides]\napplication = SetIt\n[uses]\nfunction = UPPER",
      },
      upper: {
        load: `host.function("UPPER", { read: async (call, name) => (await call.variable(name)).toUpperCase() })`,
        manifest: "[provides]\nfunction = UPPER",
      },
    },
  });
  assertStringIncludes(await host.run("dialplan exec application SetIt(abc)"), "ABC");
});

Deno.test("user() keeps a module in use until it is released, and cancel lets go", async () => {
  await using host = await startHost({
    modules: {
      held: {
        load: `
          const user = await host.user("session 1", () => user.release());
          host.command({ command: "session end", summary: "End", handler: async () => { await user.release(); return "ended"; } });`,
        manifest: "[provides]\ncommand = session end",
      },
    },
  });
  assertStringIncludes(await host.run("module unload held"), "Unable to unload");
  assertStringIncludes(host.messages("warning").join("\n"), "use count 1");
  assertStringIncludes(host.messages("notice").join("\n"), "'held' stops when its last user goes: session 1");
  assertEquals(await host.run("session end"), "ended");
  // It is on its way; this waits for its turn after that.
  await host.run("module unload held");
  assertEquals(await host.states(), []);
});

Deno.test("exits, uncaught errors and console output of a module reach the log under its name only", async () => {
  await using host = await startHost({
    modules: {
      wild: {
        load: `
          try { Deno.exit(3); } catch (error) { host.log.notice(error.message); }
          try { self.close(); } catch (error) { host.log.notice(error.message); }
          console.log("from the\\nconsole\\u001b[31m");
          queueMicrotask(() => { throw new Error("late"); });
          Promise.reject(new Error("rejected"));`,
      },
      neighbor: {},
    },
  });
  await host.logged(/^wild: Uncaught error: Error: late \(wild\.js:\d+:\d+\)$/);
  await host.logged(/^wild: Unhandled rejection: Error: rejected \(wild\.js:\d+:\d+\)$/);
  await host.logged(/^wild: from the\\nconsole\\u\{1b\}\[31m$/);
  await host.logged(/^wild: Deno\.exit is not a function/);
  await host.logged(/^wild: self\.close is not a function/);
  assertEquals(await host.states(), ["neighbor running 0", "wild running 0"]);
});

Deno.test("what a handler throws arrives with its name, its place and no advice that does not apply", async () => {
  await using host = await startHost({
    modules: {
      thrower: {
        load: `host.application("Throw", async () => { await Deno.readTextFile("/etc/hostname"); })`,
        manifest: "[provides]\napplication = Throw",
      },
    },
  });
  assertMatch(
    await host.run("dialplan exec application Throw()"),
    /TypeError: Deno\.readTextFile is not a function: it needs a read permission, which was not granted to this module \(thrower\.js:\d+:\d+\)/,
  );
});

Deno.test("a module in which too many calls are in progress is not called, and the log says so once", async () => {
  await using host = await startHost({
    modules: {
      slow: {
        load: `
          let go;
          const gate = new Promise((resolve) => { go = resolve; });
          host.application("Slow", async (call) => { await gate; await call.print("done"); });
          host.command({ command: "slow go", summary: "Go", handler: () => { go(); return "gone"; } });`,
        manifest: "[provides]\napplication = Slow\ncommand = slow go",
      },
    },
    policy: "[modules]\nautoload = yes\n[limits]\nslow = calls=3",
  });
  const slow = "dialplan exec application Slow()";
  const first = [host.run(slow), host.run(slow)];
  const third = host.run(slow);
  assertEquals((await host.host.execute(slow)).ok, false);
  assertEquals((await host.host.execute("slow go")).ok, false);
  assertEquals(host.messages("warning").filter((line) => line.includes("3 calls of")).length, 1);
  await host.run("module unload -f slow");
  await Promise.all([...first, third]);
});

Deno.test("a module that sends a longer message than its realm may ends with its realm", async () => {
  await using host = await startHost({
    modules: { long: { load: `await host.saveState("x".repeat(100_000))` }, near: {} },
    policy: "[modules]\nautoload = yes\n[limits]\nlong = message=64K",
  });
  assertMatch(host.messages("error").join("\n"), /long.*it sent a message that is too long/);
  assertEquals(await host.states(), ["long failed 0", "near running 0"]);
});
