import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { parseManifest } from "../../src/manifest/mod.ts";
import { buildModules } from "../../tools/modules.ts";
import { ToolError } from "../../tools/process.ts";
import { type TrialResult, tryModules } from "../../tools/trial.ts";

/** A module of a trial: what its manifest provides, uses and reads, and what its load does. */
interface Tried {
  readonly manifest?: string;
  readonly load?: string;
}

function trial(modules: Readonly<Record<string, Tried>>, configs: Record<string, string> = {}): Promise<TrialResult> {
  const tried = Object.entries(modules).map(([name, { manifest = "", load = "" }]) => ({
    manifest: parseManifest(`[module]\nname = ${name}\n${manifest}`, `${name}.manifest`),
    javascript: `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "x", async load(host) { ${load}; return 0; } });`,
    file: `${name}.ts`,
    source: '// one\n// "Documented" stands here',
  }));
  return tryModules(tried, { readConfig: (file) => configs[file], deadlineMs: 1_000 });
}

Deno.test("tryModules() finds nothing where comments and doing agree", async () => {
  const { faults, notes } = await trial({
    one: {
      manifest: "config = one.conf\n[provides]\napplication = A\nfunction = F\ncommand = show it\nservice = clock:7\n" +
        "codec = ulaw",
      load: `host.application("a", () => 0); host.function("F", { read: () => "" });
        host.command({ command: "show  it", summary: "s", handler: () => "" });
        if ((await host.config("one.conf")).section("general").get("x") === "1") {
          host.service("clock", { tick: () => 1, every: (cb) => cb() });
        }`,
    },
    // Before its provider in the list: it gets its service in a second round.
    all: { manifest: "[provides]\napplication = *", load: `host.application("Any", () => 0)` },
    a_user: {
      manifest: "[uses]\nservice = clock\napplication = A\nfunction = F\n[provides]\napplication = Late",
      load: `const { service } = await host.use("service=clock"); await service.tick(); await service.every(() => {});
        await host.runApplication("A", ""); await host.readFunction("F", ""); await host.user("me", () => {});
        await host.modules(); await host.execute("x"); host.application("Late", () => 0)`,
    },
  }, { "one.conf": "[general]\nx = 1\n" });
  assertEquals([faults, notes], [[], []]);
});

Deno.test("tryModules() names what is registered without being documented, and the other way round", async () => {
  const { faults } = await trial({
    one: { load: `host.application("Extra", () => 0); host.service("s", { a: () => 1 })` },
    two: { manifest: "[provides]\napplication = Documented\ncommand = never", load: "" },
    three: { manifest: "[provides]\nfunction = X", load: `host.application("X", () => 0)` },
  });
  assertEquals(faults, [
    'one.ts:1: it registers application "Extra", which DOCUMENTATION does not name; add <application name="Extra"/>',
    'one.ts:1: it registers service "s", which DOCUMENTATION does not name; add <service name="s"/>',
    'two.ts:2: DOCUMENTATION names application "Documented", which load does not register; remove one',
    'two.ts:1: DOCUMENTATION names command "never", which load does not register; remove one',
    'three.ts:1: it registers application "X", which DOCUMENTATION does not name; add <application name="X"/>',
    'three.ts:1: DOCUMENTATION names function "X", which load does not register; remove one',
  ]);
});

Deno.test("tryModules() notes what needs more than a bare realm, and still finds what is too much", async () => {
  const provides = "[provides]\napplication = A";
  const { faults, notes } = await trial({
    denied: { manifest: provides, load: `await Deno.readTextFile("/etc/hosts"); host.application("A", () => 0)` },
    declines: { manifest: provides, load: "return 1" },
    hangs: { manifest: provides, load: "await new Promise(() => {})" },
    loops: { manifest: provides, load: "for (;;);" },
    after: { manifest: provides, load: `host.application("A", () => 0)` },
    extra: { load: `await host.application("B", () => 0); throw new Error("no")` },
  });
  assertEquals(faults.map((fault) => fault.slice(0, 38)), ['extra.ts:1: it registers application "']);
  assertEquals(notes.map((note) => note.slice(0, note.indexOf("("))), [
    'denied.ts: not seen in a bare realm: application "A" ',
    'declines.ts: not seen in a bare realm: application "A" ',
    'hangs.ts: not seen in a bare realm: application "A" ',
    'loops.ts: not seen in a bare realm: application "A" ',
  ]);
  assertMatch(notes[0] ?? "", /read permission/);
  assertMatch(notes[2] ?? "", /no answer within 1 s/);
});

Deno.test("buildModules() refuses a module that registers something else than its comments say", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      join(directory, "one.ts"),
      `/*** DOCUMENTATION <application name="Documented"/> ***/
import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "x", load(host) {
  host.application("Other", () => 0);
  return LoadResult.SUCCESS;
} });`,
    );
    const error = await assertRejects(() => buildModules(directory), ToolError);
    assertMatch(error.message, /one\.ts:1: it registers application "Other"/);
    assertMatch(error.message, /one\.ts:1: DOCUMENTATION names application "Documented"/);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["one.ts"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("tryModules() does not blame a module for a service that gives nothing in a trial", async () => {
  const { faults, notes } = await trial({
    absent: {
      manifest: "[uses]\nservice = timer\n[provides]\napplication = A",
      load: `using timer = await host.use("service=timer"); await timer.service.at(1); host.application("A", () => 0)`,
    },
    clock: { manifest: "[provides]\nservice = clock", load: `host.service("clock", { now: () => ({ hour: 1 }) })` },
    reader: {
      manifest: "[uses]\nservice = clock\n[provides]\napplication = B",
      load:
        `const { service } = await host.use("service=clock"); (await service.now()).hour; host.application("B", () => 0)`,
    },
  });
  assertEquals([faults, notes], [[], [
    'absent.ts: application "A" is taken from DOCUMENTATION: load uses service=timer, which gives nothing here',
    'reader.ts: application "B" is taken from DOCUMENTATION: load uses service=clock, which gives nothing here',
  ]]);
});
