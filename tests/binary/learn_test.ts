/** `asterism learn`: what it prints is what the module needs, neither less nor more. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { launch, type Mode, runToEnd } from "../support/program.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

/** Asks for much, says nothing when it is denied, and does more by command and at its end. */
const PROBE = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module probe", async load(host) {
  const text = await Deno.readTextFile("data/in.txt").catch(() => "");
  if (text !== "") try { Deno.env.get("PROBE_" + text.trim()); } catch { /* it can do without */ }
  host.command({ command: "probe modules", summary: "", handler: async () => String((await host.modules()).length) });
  return 0;
}, unload: () => Deno.writeTextFile("data/out.txt", "done").catch(() => {}) });
`;

function stageProbe(modulesConf: string, permissions = "") {
  return stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": modulesConf,
      "probe.js": PROBE,
      "broken.js": PROBE.replace("Module probe", "Module broken").replace(
        "async load(host) {",
        "async load() { throw 1;",
      ),
      "data/in.txt": "ONE\n",
    },
    manifest: { probe: `[provides]\ncommand = probe modules\n[permissions]\n${permissions}` },
  });
}

for (const mode of ["binary", "run"] satisfies Mode[]) {
  Deno.test(`asterism learn (${mode}) prints the least permissions, and with them nothing is denied`, async () => {
    await using staged = await stageProbe("[modules]\nautoload = yes\n", "read = /everything\n");
    const { directory } = staged;
    const program = launch(mode, directory);
    const run = (args: string[]) =>
      runToEnd({ ...program, args: [...program.args, ...args] }, { cwd: directory, deadlineMs: 60_000 });
    const learned = await run(["learn", "probe", "-C", "asterism.conf", "--", "probe modules"]);
    assertEquals(learned.stderr, "");
    const lines = [
      "env = PROBE_ONE",
      "host = modules",
      "read = ${astetcdir}/data/in.txt",
      "write = ${astetcdir}/data/out.txt",
    ];
    const grants = lines.map((line) => `probe = ${line.replace(" = ", "=")}`);
    assertEquals(
      learned.stdout,
      ["; for probe.manifest", "[permissions]", ...lines, "", "; for modules.conf", "[permissions]", ...grants, ""]
        .join("\n"),
    );
    assertEquals([learned.code, Deno.readTextFileSync(`${directory}/data/out.txt`)], [0, "done"]);
  });
}

Deno.test("asterism learn says what it found although the module does not load, and what is wrong", async () => {
  await using staged = await stageProbe("[modules]\n");
  const { directory } = staged;
  const program = launch("binary", directory);
  const run = (...args: string[]) =>
    runToEnd({ ...program, args: [...program.args, "learn", ...args] }, { cwd: directory, deadlineMs: 60_000 });
  const broken = await run("broken", "-C", "asterism.conf");
  assertEquals([broken.code, broken.stdout], [1, "; broken needs no permissions\n"]);
  assertStringIncludes(broken.stderr, "thrown number: 1");
  const missing = await run("nobody", "-C", "asterism.conf");
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.stderr, "nobody");
  assertStringIncludes((await run()).stderr, "learn needs the name of a module");
});
