/** `asterism learn`: what it prints is what the module needs, neither less nor more. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
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

function stageProbe(modulesConf: string, { permissions = "", loadTimeout = 20 } = {}) {
  return stage({
    files: {
      "asterism.conf": `${ASTERISM_CONF}load_timeout = ${loadTimeout}\n`,
      "modules.conf": modulesConf,
      "loop.js": PROBE.replace("Module probe", "Module loop").replace("if (text", "for (;;); if (text"),
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
    await using staged = await stageProbe("[modules]\nautoload = yes\n", { permissions: "read = /everything\n" });
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

Deno.test("asterism learn prints the files of others that the module reads, with their secrets masked", async () => {
  await using staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": "[modules]\n",
      "manager.conf": "[admin]\nsecret = sesame\n",
      "probe.js": `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module probe", async load(host) {
  const config = await host.config("manager.conf");
  host.log.warning("SECRET " + config.section("admin").get("secret"));
  return 0;
} });
`,
    },
    manifest: { probe: "config = manager.conf" },
  });
  const { directory } = staged;
  const program = launch("run", directory);
  const args = [...program.args, "learn", "probe", "-C", "asterism.conf"];
  const learned = await runToEnd({ ...program, args }, { cwd: directory, deadlineMs: 60_000 });
  assertMatch(learned.stderr, /^SECRET \*{8}\n$/);
  assertStringIncludes(learned.stdout, "; for modules.conf\n[permissions]\nprobe = config=manager.conf\n");
});

Deno.test("asterism learn says what it found although the module does not load, and what is wrong", async () => {
  await using staged = await stageProbe("[modules]\n", { loadTimeout: 3 });
  const { directory } = staged;
  const program = launch("binary", directory);
  const run = (...args: string[]) =>
    runToEnd({ ...program, args: [...program.args, "learn", ...args] }, { cwd: directory, deadlineMs: 60_000 });
  const broken = await run("broken", "-C", "asterism.conf");
  assertEquals([broken.code, broken.stdout], [1, "; broken did not run: whether it needs more is not known\n"]);
  assertStringIncludes(broken.stderr, "thrown number: 1");
  const loop = await run("loop", "-C", "asterism.conf");
  assertEquals(loop.code, 1);
  assertMatch(loop.stdout, /\nread = \$\{astetcdir\}\/data\/in\.txt\n[^]*; loop did not run: whether it needs more/);
  assertStringIncludes(loop.stderr, "Load of module 'loop' failed");
  const missing = await run("nobody", "-C", "asterism.conf");
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.stderr, "nobody");
  assertStringIncludes((await run()).stderr, "learn needs the name of a module");
  const typo = await run("probe", "-C", "asterism.conf", "--", "prob modules");
  assertEquals(typo.code, 1);
  assertStringIncludes(typo.stderr, "No such command 'prob modules'");
});

/** Needs something of each kind, and can do without what it asks for first or in vain. */
const GREEDY = `import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { defineModule } from "asterism";
const attempt = (action) => { try { return action(); } catch { return undefined; } };
export default defineModule({ license: "MIT", description: "Module greedy", async load(host) {
  attempt(() => Deno.readTextFileSync("data/in.txt"));
  [...Deno.readDirSync("data")];
  readFileSync("data/in.txt");
  if (attempt(() => Deno.env.get("GREEDY_FIRST") ?? "") === undefined) attempt(() => Deno.env.get("GREEDY_SECOND"));
  Deno.hostname();
  Deno.writeTextFileSync("data;x.txt", "");
  await new Deno.Command("ls", { args: ["data"] }).output();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  await new Promise((done) => createServer().listen(0, "127.0.0.1", function () { this.close(done); }));
  await host.modules();
  return 0;
} });
`;

Deno.test("what asterism learn prints is accepted as it is, and none of it can be left out", async () => {
  await using staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": "[modules]\n",
      "greedy.js": GREEDY,
      "data/in.txt": "ONE\n",
    },
  });
  const { directory } = staged;
  const program = launch("binary", directory);
  const run = (...args: string[]) =>
    runToEnd({ ...program, env: { ...program.env, PATH: "/usr/bin:/bin" }, args: [...program.args, ...args] }, {
      cwd: directory,
      deadlineMs: 60_000,
    });
  const learned = await run("learn", "greedy", "-C", "asterism.conf");
  assertEquals([learned.code, learned.stderr], [0, ""]);
  const [asked = [], granted = []] = learned.stdout.split("\n\n").map((part) => part.trim().split("\n").slice(2));
  assertEquals(asked, [
    "env = GREEDY_FIRST",
    "host = modules",
    "net = 127.0.0.1:0",
    "node = fs",
    "node = net",
    "read = ${astetcdir}/data",
    "run = ls",
    "sys = hostname",
    "write = ${astetcdir}/data\\;x.txt",
  ]);
  const manifest = Deno.readTextFileSync(`${directory}/greedy.manifest`);
  const states: string[] = [];
  for (let without = -1; without < asked.length; without++) {
    const kept = (lines: string[]) => lines.filter((_, at) => at !== without).join("\n");
    Deno.writeTextFileSync(`${directory}/greedy.manifest`, `${manifest}[permissions]\n${kept(asked)}\n`);
    Deno.writeTextFileSync(`${directory}/modules.conf`, `[modules]\nload = greedy\n[permissions]\n${kept(granted)}\n`);
    const { stdout } = await run("-C", "asterism.conf", "-x", "module show greedy");
    states.push(/^Status: +.*\((\w+)\)$/m.exec(stdout)?.[1] ?? stdout);
  }
  // The variable is one that it can do without, but is denied.
  assertEquals(states, ["running", "running", ...asked.slice(1).map(() => "failed")]);
});
