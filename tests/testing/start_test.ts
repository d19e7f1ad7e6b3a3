/** The test host for modules, with modules written for it and with shipped ones. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HostError } from "../../mod.ts";
import { type Fakes, startModule } from "../../src/testing/mod.ts";
import { ROOT } from "../../tools/process.ts";

/** A directory with one built module, removed at the end. */
async function built(name: string, { source, manifest = "" }: { source: string; manifest?: string }) {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  const text = `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Test", ${source} });`;
  await Deno.writeTextFile(`${directory}/${name}.js`, text);
  await Deno.writeTextFile(
    `${directory}/${name}.manifest`,
    `[module]\nname = ${name}\ndescription = Test\nlicense = MIT\n${manifest}`,
  );
  return {
    directory,
    file: `${directory}/${name}.js`,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

const NOTE = {
  source: `load(host) {
    host.application("Note", async (call, name) => call.print(await Deno.readTextFile(host.directories.astdatadir + "/notes/" + name)));
    return LoadResult.SUCCESS;
  }`,
  manifest: "[provides]\napplication = Note\n[permissions]\nread = ${astdatadir}/notes\n",
};

Deno.test("startModule() runs a module with the permissions it is given, and with no others", async () => {
  await using files = await built("app_note", NOTE);
  const data = { "notes/today": "remember", "other": "secret" };
  await using module = await startModule(files.file, { permissions: ["read=${astdatadir}/notes"], data });
  assertEquals(await module.run("Note", "today"), { result: 0, output: "remember\n" });
  await assertRejects(() => module.run("Note", "../other"), Error, "NotCapable");
  assertEquals(module.row?.permissions, `read=${module.directories.astdatadir}/notes`);
});

Deno.test("startModule() refuses as the host would, and says with which line it would not", async () => {
  await using files = await built("app_note", NOTE);
  const error = await assertRejects(() => startModule(files.file), HostError);
  assertStringIncludes(error.message, "app_note does not run:");
  assertStringIncludes(error.message, "app_note = read=");
  await using module = await startModule(files.file, { permissions: "manifest", realm: "dedicated" });
  assertEquals(module.row?.realm, "dedicated/1");
});

Deno.test("startModule() says why a module does not start", async () => {
  await using files = await built("res_broken", { source: 'load() { throw new Error("out of order"); }' });
  const error = await assertRejects(() => startModule(files.file), HostError);
  assertStringIncludes(error.message, "out of order");
});

Deno.test("startModule() refuses a source that is newer than what was built, and a module that was not built", async () => {
  await using files = await built("res_stale", { source: "load: () => 0" });
  await Deno.utime(files.file, new Date(0), new Date(0));
  await Deno.writeTextFile(`${files.directory}/res_stale.ts`, "");
  const stale = await assertRejects(() => startModule(new URL(`file://${files.directory}/res_stale.ts`)), HostError);
  assertStringIncludes(stale.message, `is newer than ${files.file}; build it: deno task manifests ${files.directory}`);
  const absent = await assertRejects(() => startModule(`${files.directory}/res_absent.js`), HostError);
  assertStringIncludes(absent.message, "build it: deno task manifests");
});

Deno.test("startModule() takes configurations, reloads with others, and hears what the module says", async () => {
  await using files = await built("res_conf", {
    source: `async load(host) {
        await this.reload(host);
        host.function("WORD", { read: () => this.word });
        return LoadResult.SUCCESS;
      },
      async reload(host) {
        this.word = (await host.config("conf.conf"))?.section("general")?.get("word") ?? "none";
        host.log.notice("the word is " + this.word);
      }`.replaceAll("this", "globalThis").replace("globalThis.reload(host)", "0"),
    manifest: "config = conf.conf\n[provides]\nfunction = WORD\n",
  });
  await using module = await startModule(files.file, { configs: { "conf.conf": "[general]\nword = one\n" } });
  assertEquals(await module.reload(), "success");
  assertEquals(await module.read("WORD"), "one");
  assertEquals(await module.reload({ "conf.conf": "[general]\nword = two\n" }), "success");
  assertEquals([await module.read("WORD"), await module.logged(/two/)], ["two", "the word is two"]);
  assertEquals(module.said, ["notice: the word is one", "notice: the word is two"]);
});

Deno.test("startModule() fakes what the module uses by the test's functions, modules by empty ones", async () => {
  await using files = await built("app_user", {
    source: `async load(host) {
      const { service } = await host.use("service=clock");
      host.application("Tell", async (call, args) => {
        await call.print(await service.now() + await host.readFunction("UPPER", args, call));
        return await host.runApplication("Next", args, call);
      });
      return LoadResult.SUCCESS;
    }`,
    manifest:
      "[uses]\nmodule = res_x\nservice = clock\nfunction = UPPER\napplication = Next\n[provides]\napplication = Tell\n",
  });
  const asked: string[] = [];
  await using module = await startModule(files.file, {
    fakes: {
      "service=clock": { now: () => "noon " },
      "function=UPPER": { read: (_call, args) => args.toUpperCase() },
      "application=Next": (_call, args) => asked.push(args),
    },
  });
  assertEquals(await module.run("Tell", "it"), { result: 1, output: "noon IT\n" });
  assertEquals(asked, ["it"]);
});

Deno.test("startModule() refuses a fake of what the module does not use, and names the need without one", async () => {
  await using files = await built("app_user", { source: "load: () => 0", manifest: "[uses]\nservice = clock\n" });
  await assertRejects(
    () => startModule(files.file, { fakes: { "service=timer": {} } }),
    TypeError,
    "has service=clock",
  );
  await assertRejects(
    () => startModule(files.file, { fakes: { "module=res_x": {} } as Fakes }),
    TypeError,
    "expected application=",
  );
  const error = await assertRejects(() => startModule(files.file), HostError);
  assertStringIncludes(error.message, "it uses service=clock, which no module provides");
});

Deno.test("the end of a test fails when the module does not stop in order", async () => {
  await using files = await built("res_stuck", {
    source: 'load: () => 0, unload() { throw new Error("not today"); }',
  });
  const error = await assertRejects(async () => {
    await using _module = await startModule(files.file);
  }, HostError);
  assertStringIncludes(error.message, "res_stuck did not stop in order:");
  assertStringIncludes(error.message, "not today");
});

Deno.test("a shipped module with a fake timer: func_periodic_hook", async () => {
  const ticks: (() => Promise<void>)[] = [];
  await using module = await startModule(`${ROOT}modules/func_periodic_hook.js`, {
    permissions: ["host=use:application"],
    fakes: {
      "service=timer": { every: (_ms: number, tick: () => Promise<void>) => ticks.push(tick), cancel: () => true },
      "function=CUT": { read: (_call, args) => ["Announce", "hello", "30"][Number(args.at(-1)) - 1] ?? "" },
      "function=URIENCODE": { read: (_call, args) => args },
    },
  });
  await assertRejects(() => module.read("PERIODIC_HOOK", "Announce"), Error, "an argument is missing");
  assertEquals((await module.execute("periodic hook show")).ok, true);
});
