/** Names of others: whoever takes them does not get them, the rest of the module runs, and the log says what would allow it. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHost } from "../../src/host/mod.ts";
import { MemorySink } from "../../src/log/mod.ts";
import { MemorySource } from "../../src/manifest/mod.ts";
import { startHost, type TestHost, type TestModule } from "./_harness.ts";

/** Modules that are shipped with the program, with something of every type. */
const SHIPPED: Readonly<Record<string, TestModule>> = {
  app_hello: {
    shipped: true,
    load:
      `host.application("Hello", (call) => call.print("shipped")); host.function("GREETING", { read: () => "shipped" });`,
    manifest: "load_priority = 255\n[provides]\napplication = Hello\nfunction = GREETING",
  },
  res_clock: {
    shipped: true,
    load: `host.service("clock", { now: () => "shipped" });`,
    manifest: "load_priority = 255\n[provides]\nservice = clock:1",
  },
  res_driver: {
    shipped: true,
    load: `host.realtime("sqldb", () => []);
      host.managerAction({ action: "Count", synopsis: "s", handler: () => ({ message: "shipped" }) });`,
    manifest: "load_priority = 255\n[provides]\nrealtime = sqldb\nmanager = Count\nmanagerevent = Rung",
  },
  res_http_like: {
    shipped: true,
    load: `for (const command of ["http show status [all]", "http {start|stop} server"]) {
        host.command({ command, summary: "s", handler: () => "shipped" });
      }`,
    manifest: "load_priority = 255\n[provides]\ncommand = http show status [all]\ncommand = http {start|stop} server",
  },
};

const FOO_BAR = `await host.command({ command: "foo bar", summary: "s", handler: () => host.name }).catch(() => {})`;

/** What a stranger tries, by the line of its manifest; the code registers the same name. */
const TAKEOVERS: readonly (readonly [type: string, name: string])[] = [
  ["application", "Hello"],
  ["application", "HELLO"],
  ["application", "Goto"],
  ["application", "hangup"],
  ["application", "Set"],
  ["function", "GREETING"],
  ["function", "greeting"],
  ["service", "clock:999999999"],
  ["service", "CLOCK:2"],
  ["realtime", "sqldb"],
  ["realtime", "SQLDB"],
  ["manager", "Count"],
  ["manager", "count"],
  ["command", "module show"],
  ["command", "module"],
  ["command", "module unload evil"],
  ["command", "module show like evil"],
  ["command", "module {show|unload} evil"],
  ["command", "MODULE load x"],
  ["command", "core set"],
  ["command", "core set debug 5"],
  ["command", "core stop now please"],
  ["command", "core {stop|restart} now"],
  ["command", "database show manager"],
  ["command", "http show status"],
  ["command", "http show status all now"],
  ["command", "http [show] [status]"],
  ["command", "http"],
  ["command", "http show {status|x} all"],
  ["command", "http start server now"],
  ["command", "http stop"],
  ["command", "HTTP Show Status"],
];

/** Code that registers a thing, awaited, caught, or neither. */
function registering(type: string, name: string, how: number): string {
  const base = JSON.stringify(name.replace(/:\d+$/, ""));
  const call = {
    application: `host.application(${base}, (call) => call.print("evil"))`,
    function: `host.function(${base}, { read: () => "evil" })`,
    service: `host.service(${base}, { now: () => "evil" })`,
    realtime: `host.realtime(${base}, () => [])`,
    manager: `host.managerAction({ action: ${base}, synopsis: "s", handler: () => ({ message: "evil" }) })`,
    command: `host.command({ command: ${base}, summary: "s", handler: () => "evil" })`,
  }[type];
  return [
    `await ${call};`,
    `${call};`,
    `try { await ${call}; } catch { host.log.error("failed"); }`,
  ][how % 3] as string;
}

const EVIL: Readonly<Record<string, TestModule>> = Object.fromEntries(
  TAKEOVERS.map(([type, name], index) => [`evil_${index}`, {
    load: `${registering(type, name, index)}
      await host.command({ command: "evil ${index} rest", summary: "s", handler: () => "runs" });`,
    manifest: `load_priority = 0\n[provides]\n${type} = ${name}\ncommand = evil ${index} rest`,
  }]),
);

/** What answers to names that strangers would take. */
async function answers(host: TestHost): Promise<string[]> {
  return [
    await host.run("dialplan exec application Hello()"),
    await host.run("dialplan eval function GREETING()"),
    String(await host.host.call("service=clock", "now")),
    await host.run("http show status"),
    await host.run("http show status all"),
    await host.run("http stop server"),
    await host.run("HTTP start server"),
  ].map((answer) => /evil/.test(answer) ? "evil" : /shipped/.test(answer) ? "shipped" : answer);
}

Deno.test(`${TAKEOVERS.length} takeovers of names of the core and of shipped modules get nothing, and the rest of each runs`, async () => {
  await using host = await startHost({ modules: { ...SHIPPED, ...EVIL } });
  assertEquals(await answers(host), Array(7).fill("shipped"));
  const help = (await host.run("core show help")).split("\n");
  for (const [index, [type, name]] of TAKEOVERS.entries()) {
    assertEquals(await host.run(`evil ${index} rest`), "runs", `${type} ${name}`);
    const told = host.messages("warning").filter((line) => line.includes(`'evil_${index}'`));
    assertEquals(told.length, 1, told.join("\n"));
    assertMatch(told[0] ?? "", /provides less than its manifest says: .* (?:is the core's|belongs to )/);
  }
  assertEquals(
    help.filter((line) => /^\s*(module|core|database|http)\b/.test(line) && line.includes(" s")).length > 0,
    true,
  );
  assertEquals(host.messages("error"), []);
  assertStringIncludes(await host.run("module show like evil_1"), "modules loaded");
  const owners = JSON.parse(await host.run("core show applications --json")) as Record<string, string>[];
  assertEquals(owners.filter(({ module }) => module?.startsWith("evil")), []);
});

Deno.test("a name is given away by the lines that the warning has, and by nothing else", async () => {
  const modules = { app_hello: SHIPPED.app_hello!, evil_0: EVIL.evil_0! };
  const hello = (host: TestHost) => host.run("dialplan exec application Hello()");
  let lines = "";
  {
    await using host = await startHost({ modules });
    assertStringIncludes(await hello(host), "shipped");
    const [warning = ""] = host.messages("warning").filter((line) => line.includes("'evil_0'"));
    lines = warning.slice(warning.indexOf("\n"));
    assertEquals(lines.split("\n").map((line) => line.trim()), [
      ...["", "[provides]", "type = application", "Hello = evil_0"],
    ]);
    // Whoever comes first, and however often.
    await host.run("module unload app_hello");
    assertStringIncludes(await hello(host), "No such application");
    await host.run("module unload evil_0");
    await host.run("module load evil_0");
    await host.run("module load app_hello");
    assertStringIncludes(await hello(host), "shipped");
  }
  await using host = await startHost({ modules, policy: `[modules]\nautoload = yes\n${lines}\n` });
  assertStringIncludes(await hello(host), "evil");
  assertStringIncludes(host.messages("warning").join("\n"), "'app_hello' provides less than its manifest says");
});

Deno.test("a stranger's provider with a high priority does not keep a shipped one out, nor take over from it", async () => {
  const modules = {
    res_clock: SHIPPED.res_clock!,
    evil: {
      load: `host.service("clock", { now: () => "evil" })`,
      manifest: "load_priority = 0\n[provides]\nservice = clock:999",
    },
    user: {
      load: `const { service } = await host.use("service=clock");
        host.command({ command: "user ask", summary: "", handler: () => service.now() })`,
      manifest: "[uses]\nservice = clock\n[provides]\ncommand = user ask",
    },
  };
  for (const noload of ["", "noload = res_clock\n"]) {
    await using host = await startHost({ modules, policy: `[modules]\nautoload = yes\n${noload}` });
    assertEquals(
      (await host.states()).filter((state) => !state.startsWith("evil")),
      noload === "" ? ["res_clock running 1", "user running 0"] : ["user declined 0"],
    );
    assertEquals(await host.run("user ask") === "shipped", noload === "");
  }
});

Deno.test("wildcards in a manifest need a grant, which the message has", async () => {
  const wild = {
    load: `host.command({ command: "anything goes", summary: "", handler: async () => {
      await host.runApplication("Hello", "");
      return "ran";
    } });`,
    manifest: "[provides]\ncommand = *\n[canuse]\napplication = *",
  };
  const modules = { app_hello: SHIPPED.app_hello!, wild };
  await using refused = await startHost({ modules, namesGranted: false });
  assertEquals((await refused.states()).filter((state) => state.startsWith("wild")), ["wild declined 0"]);
  const said = refused.messages("error").join("\n");
  assertStringIncludes(said, "wild = host=provide:command");
  assertStringIncludes(said, "wild = host=use:application");
  await using granted = await startHost({
    modules,
    namesGranted: false,
    policy: "[modules]\nautoload = yes\n[permissions]\nwild = host=provide:command, use:application\n",
  });
  assertEquals(await granted.run("anything goes"), "ran");
  // The right to names is between the module and the host: it costs no realm.
  const realms = JSON.parse(await granted.run("realm show --json")) as unknown[];
  assertEquals(realms.length, 1);
});

Deno.test("a wildcard gives no name that is another's, before or after that other is loaded", async () => {
  const wild = {
    load: `const said = [];
      for (const name of ["Hello", "Goto", "Mine"]) {
        await host.application(name, (call) => call.print("wild")).catch((error) => said.push(error.message));
      }
      host.log.notice(said.join("; "));`,
    manifest: "load_priority = 0\n[provides]\napplication = *",
  };
  await using host = await startHost({
    modules: { app_hello: SHIPPED.app_hello!, wild },
    policy: "[modules]\nautoload = yes\nnoload = app_hello\n",
  });
  const said = host.messages("notice").find((line) => line.startsWith("wild:"));
  assertEquals(
    said,
    'wild: Cannot register application "Hello": another module has registered it already; ' +
      'Cannot register application "Goto": another module has registered it already',
  );
  assertEquals(await host.run("module load app_hello"), "Loaded app_hello");
  assertStringIncludes(await host.run("dialplan exec application Hello()"), "shipped");
  assertStringIncludes(await host.run("dialplan exec application Mine()"), "wild");
});

Deno.test("a registration whose failure the module catches does not fail its load", async () => {
  await using host = await startHost({
    modules: {
      caught: {
        load: `try { await host.application("Undeclared", () => {}); } catch (error) { host.log.notice(error.message); }
          host.application("Undeclared", () => {}).catch(() => {});`,
      },
      thrown: { load: `await host.application("Undeclared", () => {});` },
      forgotten: { load: `host.application("Undeclared", () => {});` },
    },
  });
  assertEquals(await host.states(), ["caught running 0", "forgotten failed 0", "thrown failed 0"]);
});

Deno.test("the start says in one line which shipped modules are replaced", async () => {
  const one = (description: string) => ({
    app_one: {
      source: `import { defineModule } from "asterism";
        export default defineModule({ license: "MIT", description: "${description}", load: () => 0 });`,
      manifest: { module: { description, license: "MIT" } },
    },
  });
  const shipped = Object.assign(new MemorySource(one("Shipped"), "embedded"), { shipped: () => true });
  const sink = new MemorySink();
  for (
    const [sources, said] of [
      [[shipped, new MemorySource(one("Another"), "/modules")], [
        "These modules replace shipped ones: app_one (/modules)",
      ]],
      [[new MemorySource(one("Another"), "/modules")], []],
    ] as const
  ) {
    sink.records.length = 0;
    await using host = await createHost({ modules: sources, policy: { modules: { autoload: true } }, sinks: [sink] });
    await host.boot();
    assertEquals(sink.messages("notice").filter((line) => line.includes("replace")), [...said]);
    assertEquals(host.modules().map(({ description }) => description), ["Another"]);
  }
});

Deno.test("no manifest keeps a required module from starting", async () => {
  await using host = await startHost({
    modules: {
      manager: { load: `host.application("Real", () => {})`, manifest: "[provides]\napplication = Real" },
      evil: { manifest: "load_priority = 0\nconflicts = manager\n[provides]\napplication = Real" },
    },
    files: { "MANAGER.manifest": "[module]\nname = MANAGER\n", "MANAGER.js": "throw 1" },
    policy: "[modules]\nautoload = yes\nrequire = manager\n",
  });
  assertEquals(await host.states(), ["evil declined 0", "manager running 0"]);
  const said = host.messages("error").join("\n");
  assertStringIncludes(said, `"MANAGER" and "manager" are one module's name and differ only in case: "manager" counts`);
  assertStringIncludes(said, 'it conflicts with "manager", which is required');
});

Deno.test("a provider that cannot start, by whatever its manifest says, does not keep those out that use the name", async () => {
  const user = { manifest: "[uses]\nservice = x", load: `host.log.notice((await host.use("service=x")).provider)` };
  const provider = { manifest: "[provides]\nservice = x:1", load: `host.service("x", { a() {} })` };
  const strangers: Record<string, TestModule>[] = [
    { evil: { manifest: "[uses]\nservice = x\n[provides]\nservice = x:999" } },
    {
      evil: { manifest: "[uses]\nservice = y\n[provides]\nservice = x:999" },
      twin: { manifest: "[uses]\nservice = x\n[provides]\nservice = y" },
    },
    { evil: { manifest: "[uses]\nmodule = user\n[provides]\nservice = x:999" } },
  ];
  for (const evil of strangers) {
    await using host = await startHost({ modules: { ...evil, provider, user } });
    const states = await host.states();
    assertEquals(states.filter((state) => /^user/.test(state)), ["user running 0"], JSON.stringify(states));
  }
});

Deno.test("a name goes to a module with more right to it that is installed later", async () => {
  const manifest = "[provides]\napplication = Foo\ncommand = foo bar\nservice = foo:";
  const load = (who: string) =>
    `await host.application("Foo", () => 0);
    await host.service("foo", { who: () => "${who}" });
    await host.command({ command: "foo bar", summary: "s", handler: () => "${who}" });`;
  const user = { manifest: "[uses]\nservice = foo", load: `host.log.notice((await host.use("service=foo")).provider)` };
  await using host = await startHost({
    modules: { early: { manifest: `${manifest}999`, load: load("early") } },
    policy: "[modules]\nautoload = yes\nload = listed\n",
  });
  assertEquals(await host.run("foo bar"), "early");
  // Of equal right: what runs stays.
  host.install("equal", { manifest: `${manifest}9`, load: load("equal") });
  assertEquals(await host.run("module load equal"), "Loaded equal");
  assertEquals(await host.run("foo bar"), "early");
  for (const better of ["listed", "shipped"]) {
    host.install(better, { manifest: `${manifest}1`, load: load(better), shipped: better === "shipped" });
    assertEquals(await host.run(`module load ${better}`), `Loaded ${better}`);
    assertEquals(await host.run("foo bar"), better);
    assertMatch(host.messages("warning").join("\n"), new RegExp(`has lost application=Foo to '${better}'`));
  }
  host.install("user", user);
  await host.run("module load user");
  await host.logged(/^user: shipped$/);
  // The one that has lost them may stop, and gets nothing when it comes again.
  assertEquals(await host.run("module refresh early"), "Unloaded and loaded early");
  assertEquals(await host.run("foo bar"), "shipped");
});

Deno.test("a wildcard takes nothing from a module whose name is disputed, and no line is no right", async () => {
  const claim = { manifest: "[provides]\ncommand = foo bar", load: FOO_BAR };
  const policy = "[modules]\nautoload = yes\n[permissions]\nwild = host=provide:command\n";
  await using host = await startHost({ modules: { early: claim }, policy });
  const wild = { manifest: "[provides]\ncommand = *\n[permissions]\nhost = provide:command", load: FOO_BAR };
  for (const [name, module] of Object.entries({ equal: claim, wild, none: { load: FOO_BAR } })) {
    host.install(name, module);
    await host.run(`module load ${name}`);
    assertEquals(await host.run("foo bar"), "early", name);
  }
});
