/** The program while it runs without a terminal: ready, signals, stop. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { normalize } from "../support/match.ts";
import { launch, type Mode, runToEnd } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, stage, type Staged } from "../support/stage.ts";

const MODES: readonly Mode[] = ["binary", "run"];
const CONFIG = ["-C", "asterism.conf"];

/** A directory whose load list is the given modules, in that order. */
function stageOf(names: readonly string[], { options = "", ...staged }: Partial<Staged> & { options?: string } = {}) {
  return stage({
    harmless: names.filter((name) => staged.files?.[`${name}.js`] === undefined),
    ...staged,
    files: {
      "asterism.conf": `${ASTERISM_CONF}${options}\n`,
      "modules.conf": ["[modules]", ...names.map((name) => `load = ${name}`), ""].join("\n"),
      ...staged.files,
    },
  });
}

function moduleText(name: string, members: string): string {
  return `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module ${name}", load: () => 0, ${members} });
`;
}

function start(mode: Mode, { directory, args }: { directory: string; args: readonly string[] }): Session {
  const program = launch(mode, directory);
  return Session.start({ ...program, args: [...program.args, ...CONFIG, ...args] }, { cwd: directory });
}

for (const mode of MODES) {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.test(`asterism (${mode}) runs until ${signal} and unloads in reverse order`, async () => {
      await using staged = await stageOf(["first", "second", "third"], {
        manifest: { first: "[uses]\nmodule = third\n" },
      });
      await using session = start(mode, { directory: staged.directory, args: ["-v"] });
      await session.waitFor(/^Asterism Ready\.\n/m);
      session.signal(signal);
      assertEquals(await session.ended(), 0);
      assertEquals(session.written.stderr, "");
      assertEquals(
        normalize(session.written.stdout, staged.directory).split("\n"),
        [
          "Asterism Dynamic Loader Starting:",
          "[TIME] NOTICE[PID]: loader: 3 modules will be loaded.",
          ...["Loading third.", "Loading first.", "Loading second.", "Asterism Ready."],
          ...["Unloading second", "Unloading first", "Unloading third", "Asterism cleanly ending (0).", ""],
        ],
      );
    });
  }
}

const HANGS = {
  "an unload that never answers": "unload: () => { console.log('unloading'); return new Promise(() => {}); }",
  "an unload that never ends": "unload() { setTimeout(() => { for (;;); }); return new Promise(() => {}); }",
};

for (const [what, unload] of Object.entries(HANGS)) {
  Deno.test(`asterism ends in time despite ${what}`, async () => {
    await using staged = await stageOf(["before", "plugin", "after"], {
      files: { "plugin.js": moduleText("plugin", unload) },
      options: "unload_timeout = 0.5\nheartbeat_timeout = 0.5",
    });
    await using session = start("binary", { directory: staged.directory, args: ["-v"] });
    await session.waitFor(/Asterism Ready\.\n/);
    session.signal("SIGTERM");
    await session.waitFor(/Unloading after\nUnloading plugin\n/);
    await session.waitFor(/Asterism cleanly ending \(0\)\.\n/);
    assertEquals(await session.ended(), 0);
  });
}

Deno.test("asterism lives on when a module blocks its realm after the start", async () => {
  const members = "load: () => void setTimeout(() => { for (;;); }, 200)";
  await using staged = await stageOf(["plugin", "neighbor", "alone"], {
    files: {
      "plugin.js": moduleText("plugin", members),
      "modules.conf": "[modules]\nload = alone\nload = neighbor\nload = plugin\n[realms]\nalone = dedicated\n",
    },
    options: "heartbeat_interval = 0.5\nheartbeat_timeout = 0.5",
  });
  await using session = start("binary", { directory: staged.directory, args: ["-v"] });
  await session.waitFor(/Module 'plugin' has failed: Realm shared\/\d+ has ended: it missed a heartbeat\n/, "stderr");
  session.signal("SIGTERM");
  await session.waitFor(/Unloading alone\n/);
  assertEquals(await session.ended(), 0);
});

for (const mode of MODES) {
  Deno.test(`asterism (${mode}) ends at once at the second SIGINT`, async () => {
    await using staged = await stageOf(["plugin"], {
      files: { "plugin.js": moduleText("plugin", HANGS["an unload that never answers"]) },
      options: "unload_timeout = 3600",
    });
    await using session = start(mode, { directory: staged.directory, args: [] });
    await session.waitFor(/Asterism Ready\.\n/);
    session.signal("SIGINT");
    await session.waitFor(/NOTICE\[\d+\]: plugin: unloading\n/);
    session.signal("SIGINT");
    assertEquals(await session.ended(), 1);
    assertEquals(session.written.stdout.includes("cleanly ending"), false);
  });
}

Deno.test("asterism -q writes errors only", async () => {
  const members = "load: (host) => { host.log.notice('quiet'); host.log.error('loud'); }";
  await using staged = await stageOf(["plugin"], { files: { "plugin.js": moduleText("plugin", members) } });
  await using session = start("binary", { directory: staged.directory, args: ["-q", "-v"] });
  await session.waitFor(/ERROR\[\d+\]: plugin: loud\n/, "stderr");
  session.signal("SIGTERM");
  assertEquals(await session.ended(), 0);
  assertEquals(session.written.stdout, "");
});

Deno.test("asterism obeys a signal that comes while modules load", async () => {
  const members = "load: () => { console.log('loading'); return new Promise(() => {}); }";
  await using staged = await stageOf(["plugin", "after"], {
    files: { "plugin.js": moduleText("plugin", members) },
    options: "load_timeout = 0.5",
  });
  await using session = start("binary", { directory: staged.directory, args: ["-v"] });
  await session.waitFor(/plugin: loading\n/);
  session.signal("SIGTERM");
  await session.waitFor(/Asterism cleanly ending \(0\)\.\n/);
  assertEquals(await session.ended(), 0);
  assertEquals(session.written.stdout.includes("Loading after"), false);
});

Deno.test("asterism -x ends at a signal although its command has not, with status 1", async () => {
  const load = `load(host) {
    host.command({ command: "wait", summary: "", handler: () => { console.log("waiting"); return new Promise(() => {}); } });
    return 0;
  }`;
  await using staged = await stageOf(["plugin"], {
    files: { "plugin.js": moduleText("plugin", load) },
    manifest: { plugin: "[provides]\ncommand = wait\n" },
  });
  await using session = start("binary", { directory: staged.directory, args: ["-v", "-x", "wait"] });
  await session.waitFor(/plugin: waiting\n/);
  session.signal("SIGTERM");
  assertEquals(await session.ended(), 1);
});

for (const mode of MODES) {
  Deno.test(`asterism (${mode}) with -c and no terminal runs what it is given, and goes on at its end`, async () => {
    await using staged = await stageOf(["one"]);
    await using session = start(mode, { directory: staged.directory, args: ["-c"] });
    await session.write("\n  module show like one\nnonsense\nmodule unl");
    await session.waitFor(/^1 modules loaded\nNo such command 'nonsense'/m);
    await session.write("oad one");
    await session.closeInput();
    await session.waitFor(/^Unloaded one\n/m);
    session.signal("SIGTERM");
    assertEquals(await session.ended(), 0);
    assertEquals(session.written.stderr, "");
  });
}

Deno.test("asterism shows no progress without a terminal", async () => {
  await using staged = await stageOf(Array.from({ length: 40 }, (_, index) => `module_${index}`));
  await using session = start("binary", { directory: staged.directory, args: [] });
  await session.waitFor(/40 modules will be loaded\.\nAsterism Ready\.\n/);
  session.signal("SIGTERM");
  assertEquals(await session.ended(), 0);
  assertEquals(session.written.stderr, "");
});

Deno.test("the lines that a refusal prints are those that cure it", async () => {
  const files = {
    "plugin.js": moduleText("plugin", "").replace(
      "load: () => 0",
      `async load(host) {
        await host.application("Look", async (call, file) => {
          await call.print(await Deno.readTextFile(file));
          await call.print(Deno.env.get("HOME"));
          await call.print(String((await host.modules()).length));
        });
        return 0;
      }`,
    ),
    "notes/today.txt": "remember the milk",
    "modules.conf": "[modules]\nload = plugin\n",
  };
  const manifest = {
    plugin: "[provides]\napplication = Look\n[permissions]\nread = ${astdatadir}/notes\nenv = HOME\nhost = modules\n",
  };
  await using staged = await stageOf(["plugin"], { files, manifest });
  const { directory } = staged;
  const program = launch("binary", directory);
  const args = [...CONFIG, "-x", "dialplan exec application Look(notes/today.txt)"];
  const run = () => runToEnd({ ...program, args }, { cwd: directory, deadlineMs: 20_000 });
  const refused = await run();
  assertEquals(refused.code, 1);
  const [, lines] = /would grant them with\n((?: {8}.*\n)+)/.exec(refused.stderr) ?? [];
  await Deno.writeTextFile(`${directory}/modules.conf`, lines ?? "", { append: true });
  const granted = await run();
  assertEquals(granted.stderr, "");
  assertEquals(granted.stdout, `remember the milk\n${directory}\n1\nReturn Value: Success (0)\n`);
});

Deno.test("the task start runs the sample configuration", async () => {
  await using staged = await stage({ files: {} });
  const { command, args, env } = launch("run", staged.directory);
  const root = fromFileUrl(new URL("../../", import.meta.url));
  // What the task says of the environment, and nothing else.
  const task = JSON.parse(await Deno.readTextFile(`${root}deno.json`)).tasks.start.command as string;
  const [, config = ""] = /ASTERISM_CONF=(\S+) deno run/.exec(task) ?? [];
  const ended = await runToEnd({
    command,
    args: [...args, "-x", "module show"],
    env: { ...env, ASTERISM_CONF: config },
  }, {
    cwd: root,
    deadlineMs: 20_000,
  });
  assertEquals(ended.stderr, "");
  const running = ended.stdout.match(/ Running /g)?.length;
  assertStringIncludes(ended.stdout, `\n${running} modules loaded\n`);
  assert((running ?? 0) >= 11, ended.stdout);
});

Deno.test("the program leaves no code in the directory for temporary files, and runs none that lies there", async () => {
  await using staged = await stage({ files: { "asterism.conf": ASTERISM_CONF, "modules.conf": "[modules]\n" } });
  const cwd = staged.directory;
  await Deno.mkdir(`${cwd}/tmp`);
  const program = launch("binary", cwd);
  for (let round = 0; round < 2; round++) {
    const { code } = await runToEnd(
      { ...program, args: [...CONFIG, "-x", "core ping"], env: { TMPDIR: `${cwd}/tmp` } },
      {
        cwd,
        deadlineMs: 20_000,
      },
    );
    assertEquals(code, 0);
  }
  assertEquals([...Deno.readDirSync(`${cwd}/tmp`)], []);
});
