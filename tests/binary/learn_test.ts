/** `asterism learn`: what it prints is what the module needs, neither less nor more. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { launch, type Mode, runToEnd } from "../support/program.ts";
import { SCRIPT, Session } from "../support/session.ts";
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
    assertEquals(
      learned.stderr,
      `probe: Round 1: it was denied\n  host=modules\n  read=${directory}/data/in.txt\n  write=${directory}/data/out.txt\n` +
        "probe: Round 2: it was denied\n  env=PROBE_ONE\n",
    );
    const lines = [
      "env = PROBE_ONE",
      "host = modules",
      "read = ${astetcdir}/data/in.txt",
      "write = ${astetcdir}/data/out.txt",
    ];
    const grants = lines.map((line) => `probe = ${line.replace(" = ", "=")}`);
    assertEquals(
      learned.stdout,
      ["; for probe.manifest", "[permissions]", ...lines, "", "; for modules.conf", "[permissions]", ...grants]
        .join("\n") +
        "\n; probe.manifest asks for this, too, which nothing has needed: grant it, or take it out there; else probe is " +
        "declined\nprobe = read=/everything\n",
    );
    await Deno.writeTextFile(
      `${directory}/modules.conf`,
      `[modules]\nload = probe\n${learned.stdout.split("; for modules.conf\n")[1]}`,
    );
    // As it is written, the manifest asks for less: the module loads, and is denied the rest.
    const shown = await run(["-C", "asterism.conf", "-x", "module show"]);
    assertMatch(shown.stdout, /^probe +Module probe +0 +Running/m);
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
  assertEquals(learned.stderr, "probe: Its manifest asks for\n  config=manager.conf\nSECRET ********\n");
  assertStringIncludes(learned.stdout, "; for modules.conf\n[permissions]\nprobe = config=manager.conf\n");
});

Deno.test("asterism learn says what it found although the module does not load, and what is wrong", async () => {
  await using staged = await stageProbe("[modules]\n", { loadTimeout: 3 });
  const { directory } = staged;
  const program = launch("binary", directory);
  const run = (...args: string[]) =>
    runToEnd({ ...program, args: [...program.args, "learn", ...args] }, { cwd: directory, deadlineMs: 60_000 });
  const broken = await run("broken", "-C", "asterism.conf");
  assertEquals([broken.code, broken.stdout], [1, ""]);
  assertMatch(
    broken.stderr,
    /thrown number: 1\n[^]*\nasterism: learn: broken: it did not run: whether it needs more is not known\n$/,
  );
  const loop = await run("loop", "-C", "asterism.conf");
  assertEquals([loop.code, loop.stdout], [1, ""]);
  assertStringIncludes(loop.stderr, "Load of module 'loop' failed");
  assertMatch(loop.stderr, /; found so far\n[^]*\nread = \$\{astetcdir\}\/data\/in\.txt\n[^]*: it did not run/);
  assertEquals(await run("nobody", "-C", "asterism.conf"), {
    code: 1,
    signal: null,
    stdout: "",
    stderr: `asterism: learn: There is no module "nobody" in the program and ${directory}\n`,
  });
  const typo = await run("probe", "-C", "asterism.conf", "--", "prob modules");
  assertEquals([typo.code, typo.stdout], [1, ""]);
  assertStringIncludes(typo.stderr, "No such command 'prob modules'");
  for (
    const [args, says] of [
      [[], "expected MODULE [--for SECONDS]"],
      [["probe", "loop"], 'unknown argument "loop"'],
      [["probe", "-v"], 'unknown option "-v"'],
      [["probe", "--for", "0"], "--for 0: expected whole seconds, 1 to 600"],
      [["probe", "--for", "601"], "--for 601: expected whole seconds, 1 to 600"],
    ] as const
  ) {
    const wrong = await run(...args);
    assertEquals([wrong.code, wrong.stdout], [1, ""]);
    assertStringIncludes(wrong.stderr, `asterism: learn: ${says}`);
    assertStringIncludes(wrong.stderr, "\nUsage: asterism learn MODULE ");
  }
});

/** Catches what it is denied, and goes on: case 16 of what strangers were let do. */
const STRANGER = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module stranger", async load(host) {
  const proof = host.directories.astdatadir + "/ran";
  try { new Deno.Command("/bin/sh", { args: ["-c", "echo > " + proof] }).outputSync(); } catch { /* goes on */ }
  try { Deno.env.get("STRANGER"); } catch { /* goes on */ }
  return 0;
} });
`;

async function learnStranger(permissions: string, options: readonly string[] = []) {
  await using staged = await stage({
    files: { "asterism.conf": ASTERISM_CONF, "modules.conf": permissions, "stranger.js": STRANGER },
    manifest: { stranger: "[provides]\ncommand = *\n" },
  });
  const { directory } = staged;
  const program = launch("binary", directory);
  const args = ["learn", "stranger", "--for", "1", "-C", "asterism.conf", ...options];
  const { code, stdout, stderr } = await runToEnd({ ...program, args }, { cwd: directory, deadlineMs: 60_000 });
  const ran = [...Deno.readDirSync(directory)].some(({ name }) => name === "ran");
  return { code, ran, stdout, stderr: stderr.replaceAll(directory, "{{dir}}") };
}

Deno.test("asterism learn tries nothing that modules.conf denies, and says which line does", async () => {
  for (const [line, at] of [["stranger = deny-run=*", 3], ["default = deny-run=/usr/bin/sh", 3]] as const) {
    const { code, ran, stdout, stderr } = await learnStranger(`[modules]\n[permissions]\n${line}\n`, ["--yes"]);
    assertEquals([code, ran], [0, false]);
    assertStringIncludes(stderr, `stranger: run=/bin/sh is denied by {{dir}}/modules.conf:${at}: not tried\n`);
    assertMatch(
      stdout,
      /\[permissions\]\nstranger = env=STRANGER\nstranger = host=provide:command\n; run=\/bin\/sh is denied/,
    );
  }
});

Deno.test("asterism learn runs no module that modules.conf keeps from running", async () => {
  for (
    const [text, line, says] of [
      ["[modules]\nneverload = stranger\n", 2, "neverload = stranger"],
      ["[modules]\n[permissions]\nstranger = net=x\nstranger = none\n", 4, "stranger = none"],
    ] as const
  ) {
    assertEquals(await learnStranger(text, ["--yes"]), {
      code: 1,
      ran: false,
      stdout: "",
      stderr:
        `asterism: learn: stranger is not tried: {{dir}}/modules.conf:${line} says ${says}; change that line first\n`,
    });
  }
});

Deno.test("asterism learn grants nothing that is dangerous without --yes where nobody is there", async () => {
  const { code, ran, stdout, stderr } = await learnStranger("[modules]\n");
  assertEquals([code, ran, stdout], [1, false, ""]);
  assertEquals(
    stderr,
    "stranger: Its manifest asks for\n  host=provide:command\n" +
      "stranger: Round 1: it was denied\n  env=STRANGER\n  run=/bin/sh\n" +
      "asterism: learn: --yes is missing: there is no terminal to ask on for run=/bin/sh\n",
  );
  const agreed = await learnStranger("[modules]\n", ["--yes"]);
  assertEquals([agreed.code, agreed.ran], [0, true]);
});

Deno.test({
  name: "asterism learn asks before each round on a terminal",
  ignore: SCRIPT === undefined,
  async fn() {
    await using staged = await stage({
      files: { "asterism.conf": ASTERISM_CONF, "modules.conf": "[modules]\n", "stranger.js": STRANGER },
    });
    const cwd = staged.directory;
    const program = launch("binary", cwd);
    const args = ["learn", "stranger", "-C", "asterism.conf"];
    const ran = () => [...Deno.readDirSync(cwd)].some(({ name }) => name === "ran");
    await using refusing = Session.onTerminal({ ...program, args }, { cwd });
    await refusing.waitFor(/ run=\/bin\/sh\r\n[^]*Grant this for the trial, and go on\? \[y\/N\] /);
    await refusing.write("\r");
    await refusing.waitFor(/not granted: what else it needs is not known/);
    assertEquals([await refusing.ended(), ran()], [1, false]);
    await using agreeing = Session.onTerminal({ ...program, args }, { cwd });
    await agreeing.waitFor(/go on\? \[y\/N\] /);
    await agreeing.write("y\r");
    await agreeing.waitFor(/stranger = run=\/bin\/sh/);
    assertEquals([await agreeing.ended(), ran()], [0, true]);
  },
});

/** Does what needs a permission a while after its load. */
const LATE = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module late", async load() {
  setTimeout(() => { try { Deno.env.get("LATE"); } catch { /* can do without */ } }, 300);
  return 0;
} });
`;

Deno.test("asterism learn sees what a module does after its load", async () => {
  await using staged = await stage({
    files: { "asterism.conf": ASTERISM_CONF, "modules.conf": "[modules]\n", "late.js": LATE },
  });
  const { directory } = staged;
  const program = launch("binary", directory);
  const args = ["learn", "late", "--for", "5", "-C", "asterism.conf"];
  const { code, stdout } = await runToEnd({ ...program, args }, { cwd: directory, deadlineMs: 60_000 });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "\nlate = env=LATE\n");
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
  const learned = await run("learn", "greedy", "--for", "1", "--yes", "-C", "asterism.conf");
  assertEquals(learned.code, 0, learned.stderr);
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
