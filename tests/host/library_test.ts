/** The host as a library: options as objects, events, what the program provides, calls. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  ConfigError,
  createHost,
  type Host,
  HostError,
  type HostOptions,
  type MemoryModule,
  MemorySource,
} from "../../mod.ts";

/** A module whose `load` has these statements. */
function moduleOf(load: string, manifest: Record<string, Record<string, string | string[]>> = {}): MemoryModule {
  return {
    manifest: { ...manifest, module: { description: "Test", license: "MIT", ...manifest["module"] } },
    source: `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Test",
  async load(host) { ${load}; return LoadResult.SUCCESS; } });`,
  };
}

/** A booted host over modules in memory, all of them wanted. */
async function booted(
  modules: Record<string, MemoryModule>,
  { before = () => {}, ...options }: HostOptions & { before?: (host: Host) => void } = {},
): Promise<Host> {
  const policy = { modules: { autoload: true } };
  const host = await createHost({ policy, modules: [new MemorySource(modules)], ...options });
  before(host);
  await host.boot();
  return host;
}

Deno.test("createHost() takes a policy as an object, with the words of the file", async () => {
  const modules = { res_a: moduleOf(""), res_b: moduleOf(""), res_c: moduleOf("") };
  const policy = { modules: { autoload: false, load: ["res_a", "res_b"] }, realms: { res_b: "dedicated" } };
  await using host = await booted(modules, { policy });
  assertEquals(host.modules().map(({ name, realm }) => [name, realm]), [["res_a", "shared/1"], [
    "res_b",
    "dedicated/2",
  ]]);
});

Deno.test("createHost() names the line of a policy that is wrong", async () => {
  const error = await assertRejects(() => createHost({ policy: { modules: { autolaod: true } } }), ConfigError);
  assertStringIncludes(error.message, 'did you mean "autoload"');
  assertEquals(error.position, { file: "policy", line: 2, column: error.position.column });
  await assertRejects(() => createHost({ policy: { modules: { load: "a\nb" } } }), TypeError, "load");
});

Deno.test("createHost() without configuration wants a policy, and says which file it looked for", async () => {
  const config = { directories: { astetcdir: "/nonexistent" } };
  await assertRejects(() => createHost({ config }), HostError, "/nonexistent/modules.conf");
});

Deno.test("createHost() takes grants and settings as objects", async () => {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  await Deno.writeTextFile(`${directory}/a.txt`, "read me");
  const module = moduleOf(
    'host.application("Read", async (call, name) => call.print(await Deno.readTextFile(host.directories.astdatadir + name)))',
    { provides: { application: "Read" }, permissions: { read: "${astdatadir}" } },
  );
  try {
    await using host = await booted({ app_read: module }, {
      config: { directories: { astdatadir: directory } },
      policy: { modules: { autoload: true }, permissions: { app_read: "read=${astdatadir}" } },
    });
    assertEquals(await host.call("application=Read", "/a.txt"), { result: 0, output: "read me\n" });
    await assertRejects(() => host.call("application=Read", "/../"), Error, "NotCapable");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("MemorySource fills in name and checksum, and keeps those that are written", async () => {
  const text = "[module]\ndescription = Test\nlicense = MIT\n";
  const source = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Test", load: () => 0 });`;
  const wrong = `${text}checksum = sha256:${"0".repeat(64)}\n`;
  await using host = await booted({ res_text: { manifest: text, source }, res_wrong: { manifest: wrong, source } });
  assertEquals(host.modules().map(({ name, state }) => [name, state]), [["res_text", "running"]]);
});

Deno.test("MemorySource: what is set, replaced and deleted while the host runs is noticed", async () => {
  const source = new MemorySource();
  await using host = await createHost({ policy: { modules: { autoload: true } }, modules: [source] });
  await host.boot();
  assertEquals(await host.load("res_a"), false);
  source.set("res_a", moduleOf(""));
  assertEquals(await host.load("res_a"), true);
  assertEquals([await host.unload("res_a"), source.delete("res_a"), source.delete("res_a")], [true, true, false]);
  assertEquals(await host.load("res_a"), false);
});

Deno.test("on() tells states with reasons, lines and stops; a listener that throws disturbs nobody", async () => {
  const states: string[] = [];
  const lines: string[] = [];
  const stops: string[] = [];
  const host = await booted({ res_a: moduleOf(""), res_b: moduleOf('throw new Error("no")') }, {
    before(host) {
      host.on("state", () => {
        throw new Error("a fault of the listener");
      });
      host.on("log", () => {
        throw new Error("another");
      });
      host.on("state", ({ module, from, to, reason }) => states.push(`${module} ${from}>${to} ${reason}`.trim()));
      host.on("log", ({ level, message }) => level === "error" && lines.push(message));
      host.on("stop", (how) => stops.push(how));
      assertThrows(() => host.on("nothing" as "stop", () => {}), TypeError, "state, log, stop");
    },
  });
  assertEquals(states.slice(0, 5), [
    "res_a installed>loaded",
    "res_b installed>loaded",
    "res_a loaded>starting",
    "res_a starting>running",
    "res_b loaded>starting",
  ]);
  assertStringIncludes(states[5] ?? "", "res_b starting>failed");
  assertStringIncludes(states[5] ?? "", "no");
  assertEquals(lines[0], 'A listener of "state" threw: a fault of the listener');
  host.requestStop("gracefully");
  const listener = host.on("state", () => states.push("disposed listeners hear nothing"));
  listener[Symbol.dispose]();
  await host.stop("gracefully");
  assertEquals([stops, states.slice(6)], [["gracefully"], ["res_a running>stopping", "res_a stopping>stopped"]]);
});

Deno.test("provide() gives applications, functions, services and commands to modules", async () => {
  const user = moduleOf(
    `const { service, provider } = await host.use("service=store");
     await service.put("from " + provider, (text) => "called back with " + text);
     host.application("Relay", async (call, args) => {
       await call.print(await host.readFunction("GREETING", args, call));
       await host.runApplication("Echo", args, call);
     });`,
    { uses: { service: "store", application: "Echo", function: "GREETING" }, provides: { application: "Relay" } },
  );
  const stored: string[] = [];
  await using host = await booted({ app_user: user }, {
    before(host) {
      host.provide("service=store:7", {
        async put(text: string, back: (text: string) => Promise<string>) {
          stored.push(text, await back("this"));
        },
      });
      host.provide("application=Echo", async (call, args) => {
        await call.print(`echo of ${args}`);
      });
      host.provide("function=GREETING", { read: (_call, args) => `hello ${args}` });
      host.provide("command=store show", { summary: "Shows it", handler: () => stored.join(", ") });
    },
  });
  assertEquals(host.modules().map(({ name, state }) => `${name} ${state}`), ["app_user running"]);
  assertEquals(stored, ["from core", "called back with this"]);
  assertEquals(await host.call("application=Relay", "x"), { result: 0, output: "hello x\necho of x\n" });
  assertEquals(await host.execute("store show"), { output: "from core, called back with this\n", ok: true });
});

Deno.test("provide() can be taken back, and refuses what is no thing", async () => {
  await using host = await booted({});
  const provided = host.provide("function=F", { read: () => "1" });
  assertEquals(await host.call("function=F"), "1");
  provided[Symbol.dispose]();
  provided[Symbol.dispose]();
  await assertRejects(() => host.call("function=F"), HostError, "F not registered");
  assertThrows(() => host.provide("codec=x" as "service=x", {}), TypeError, "expected application=");
});

Deno.test("a module that uses what the program does not provide says so", async () => {
  await using host = await booted({ app_user: moduleOf("", { uses: { service: "store" } }) });
  assertEquals(host.modules().map(({ name, state }) => `${name} ${state}`), ["app_user declined"]);
  const again = await host.load("app_user");
  assertEquals(again, false);
});

Deno.test("call() runs an application of a shipped module, from its directory", async () => {
  const policy = { modules: { load: "app_stack" }, permissions: { app_stack: "host=use:dialplan" } };
  await using host = await createHost({ modules: [new URL("../../modules", import.meta.url).pathname], policy });
  const errors: string[] = [];
  host.on("log", ({ level, message }) => level === "error" && errors.push(message));
  await host.boot();
  assertEquals(await host.call("application=Gosub", "sub,s,1(x,y)"), { result: 0, output: "" });
  assertEquals(await host.call("application=Gosub", "s"), { result: -1, output: "" });
  assertStringIncludes(errors[0] ?? "", "Gosub address is invalid: there is no label s");
});

Deno.test("call() reaches applications, functions and methods of services of modules, and says what is not there", async () => {
  const module = moduleOf(
    `host.application("App", async (call, args) => { await call.print("a"); await call.print(args); return 3; });
     host.function("FUNC", { read: (call, args) => args.toUpperCase() });
     host.service("sums", { add: (one, other) => one + other });`,
    { provides: { application: "App", function: "FUNC", service: "sums" } },
  );
  await using host = await booted({ res_a: module });
  assertEquals(await host.call("application=App", "b"), { result: 3, output: "a\nb\n" });
  assertEquals(await host.call("function=FUNC", "x,y"), "X,Y");
  assertEquals(await host.call("service=sums", "add", 1, 2), 3);
  for (
    const [what, args, message] of [
      ["application=None", [], "No such application 'None'"],
      ["function=NONE", ["x"], "NONE not registered"],
      ["service=none", ["add"], 'service "none": nothing provides it'],
      ["service=sums", ["sub"], 'no method "sub": there are add'],
    ] as const
  ) {
    await assertRejects(() => host.call(what as "service=x", ...(args as unknown as [string])), HostError, message);
  }
  for (const what of ["sums", "command=core show version"]) {
    await assertRejects(() => host.call(what as "function=x"), TypeError, "Cannot");
  }
  await assertRejects(() => host.call("function=FUNC", 1 as unknown as string), TypeError, "expected one text");
});
