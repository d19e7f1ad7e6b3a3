/** Configuration files from a table, with the driver that comes with the program. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Ended, launch, runToEnd } from "../support/program.ts";
import { ASTERISM_CONF, type Stage, stage } from "../support/stage.ts";

const SCHEMA = `CREATE TABLE ast_config (id INTEGER PRIMARY KEY, cat_metric INTEGER NOT NULL DEFAULT 0,
  var_metric INTEGER NOT NULL DEFAULT 0, filename TEXT, category TEXT, var_name TEXT, var_val TEXT,
  commented INTEGER NOT NULL DEFAULT 0)`;

/** A module that says what its file has, when it loads and when it is reloaded. */
const QUEUE = `import { defineModule } from "asterism";
async function say(host) {
  const config = await host.config("queues.conf");
  host.log.notice("queues: " + config.sections.map(({ name, entries }) =>
    name + "(" + entries.map(({ key, value }) => key + "=" + value) + ")").join(" "));
}
export default defineModule({ license: "MIT", description: "Module app_queue",
  async load(host) { await say(host); return 0; }, reload: say });
`;

async function staged(files: Record<string, string> = {}): Promise<Stage> {
  const made = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": "[modules]\nload = app_queue\nload = other\n[permissions]\napp_queue = config=queues.conf\n" +
        "res_config_sqlite3 = read=${astdatadir}/realtime\nres_config_sqlite3 = node=sqlite\n",
      "extconfig.conf": "[settings]\nqueues.conf => sqlite3,asterism,ast_config\n",
      "res_config_sqlite3.conf": "[asterism]\ndbfile => a.sqlite3\nbusy_timeout = 50\n",
      "queues.conf": "[disk]\nthis = is never read\n",
      "app_queue.js": QUEUE,
      ...files,
    },
    harmless: ["other"],
    manifest: { app_queue: "config = queues.conf" },
  });
  await Deno.mkdir(`${made.directory}/realtime`);
  return made;
}

function database({ directory }: Stage): DatabaseSync {
  const file = new DatabaseSync(`${directory}/realtime/a.sqlite3`);
  file.exec(SCHEMA);
  file.exec(`INSERT INTO ast_config (cat_metric, filename, category, var_name, var_val) VALUES
    (0, 'queues.conf', 'general', 'persistent', 'yes; really'), (1, 'queues.conf', 'support', 'member', 'a')`);
  return file;
}

function run({ directory }: Stage, ...commands: string[]): Promise<Ended> {
  const { command, args, env } = launch("binary", directory);
  const flags = commands.flatMap((line) => ["-x", line]);
  const all = [...args, "-C", "asterism.conf", "-v", ...flags];
  return runToEnd({ command, args: all, env }, { cwd: directory, deadlineMs: 20_000 });
}

Deno.test("a mapped file comes from the table, its driver loaded first and kept", async () => {
  await using at = await staged();
  using _file = database(at);
  const { code, stdout, stderr } = await run(at, "module show", "module unload res_config_sqlite3");
  assertStringIncludes(stdout, "Loading res_config_sqlite3.\nLoading app_queue.\n", stderr);
  assertStringIncludes(stdout, "queues: general(persistent=yes; really) support(member=a)\n");
  assert(/^res_config_sqlite3 .* 1 +Running /m.test(stdout), stdout);
  assertStringIncludes(stdout, "res_config_sqlite3 stops by itself when its last user goes");
  assertStringIncludes(stderr, "Soft unload failed, 'res_config_sqlite3' has use count 1");
  assertEquals(code, 0);
});

Deno.test("module reload reads the table again", async () => {
  await using at = await staged({
    // Writes to the table by way of the operator's console would be another database; a module with the grant does.
    "writer.js": `import { defineModule } from "asterism";
import { DatabaseSync } from "node:sqlite";
export default defineModule({ license: "MIT", description: "Module writer", load(host) {
  host.command({ command: "write row", summary: "", handler: ([value]) => {
    const file = new DatabaseSync(host.directories.astdatadir + "/realtime/a.sqlite3");
    file.prepare("UPDATE ast_config SET var_val = ? WHERE var_name = 'member'").run(value);
    file.close();
    return "written";
  } });
  return 0; } });
`,
    "modules.conf": "[modules]\nload = app_queue\nload = writer\n[permissions]\ndefault = manifest\n",
    "writer.manifest": "[module]\nname = writer\nchecksum = {{sha256:writer.js}}\ndescription = Module writer\n" +
      "license = MIT\n[provides]\ncommand = write row\n[permissions]\n" +
      "node = sqlite\nread = ${astdatadir}/realtime\nwrite = ${astdatadir}/realtime\n",
  });
  using _file = database(at);
  const { code, stdout, stderr } = await run(at, "write row b", "module reload app_queue");
  assertStringIncludes(stdout, "written\n", stderr);
  assertStringIncludes(stdout, "support(member=b)\n");
  assertStringIncludes(stdout, "Module 'app_queue' reloaded successfully.\n");
  assertEquals(code, 0);
});

Deno.test("a broken, a locked and a missing database decline only the module that needs them", async () => {
  const reasons: [(at: Stage) => DatabaseSync | void, string][] = [
    [
      ({ directory }) => Deno.writeTextFileSync(`${directory}/realtime/a.sqlite3`, "nothing ".repeat(99)),
      "file is not a database",
    ],
    [(at) => {
      const file = database(at);
      file.exec("BEGIN EXCLUSIVE");
      return file;
    }, "database is locked"],
    [() => {}, "unable to open database file"],
  ];
  for (const [prepare, reason] of reasons) {
    await using at = await staged();
    const open = prepare(at);
    const { code, stdout, stderr } = await run(at, "module show");
    open?.close();
    const { directory } = at;
    assertStringIncludes(
      stderr,
      "app_queue: Cannot read queues.conf (sqlite3,asterism,ast_config), " +
        `${directory}/extconfig.conf:2:1: Error: ${directory}/realtime/a.sqlite3: ${reason}`,
    );
    assert(/^other .* Running /m.test(stdout), stdout);
    // Nobody else uses the driver: it goes with its last user, not before.
    assertStringIncludes(stdout, "Loading app_queue.\nLoading other.\nUnloading res_config_sqlite3\n");
    assertEquals(code, 0);
  }
});

Deno.test("a driver that is excluded, and one that nobody provides, refuse what reads the file", async () => {
  const cases: [Record<string, string>, string][] = [
    [
      { "modules.conf": "[modules]\nload = app_queue\nnoload = res_config_sqlite3\n" },
      "extconfig.conf:2:1: it uses realtime=sqlite3, and whatever provides it is excluded",
    ],
    [
      { "extconfig.conf": "[settings]\nqueues.conf => odbc,asterism\n" },
      "it uses realtime=odbc, which no module provides",
    ],
    [
      { "extconfig.conf": "[settings]\nqueues.conf => sqlite3,a\nres_config_sqlite3.conf => sqlite3,a\n" },
      "it is on a cycle of uses: res_config_sqlite3 -> res_config_sqlite3",
    ],
  ];
  for (const [files, message] of cases) {
    await using at = await staged(files);
    const { stderr } = await run(at, "module show");
    assertStringIncludes(stderr, message);
  }
});

Deno.test("an extconfig.conf that is wrong ends the start with its line", async () => {
  await using at = await staged({ "extconfig.conf": "[settings]\nqueues.conf => sqlite3\n" });
  const { code, stderr } = await run(at, "module show");
  assertStringIncludes(stderr, 'extconfig.conf:2:1: "sqlite3" is no mapping: expected driver,database');
  assertEquals(code, 1);
});

Deno.test("a module that may use SQLite gets at no other file, and at no code, through it", async () => {
  await using at = await staged({
    "prober.js": `import { defineModule } from "asterism";
import * as sqlite from "node:sqlite";
export default defineModule({ license: "MIT", description: "Module prober", async load(host) {
  const { DatabaseSync, backup } = sqlite;
  const directory = host.directories.astdatadir;
  const own = () => new DatabaseSync(directory + "/realtime/a.sqlite3");
  const attempts = {
    other: () => new DatabaseSync(directory + "/other.sqlite3", { readOnly: true }),
    attach: () => own().exec("ATTACH '" + directory + "/other.sqlite3' AS o"),
    vacuum: () => own().exec("VACUUM INTO '" + directory + "/stolen.sqlite3'"),
    backup: () => backup(own(), directory + "/stolen.sqlite3"),
    extension: () => new DatabaseSync(":memory:", { allowExtension: true }).loadExtension("/tmp/x.so"),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    try { await attempt(); host.log.notice(name + " worked"); } catch (error) { host.log.notice(name + " refused: " + error.message); }
  }
  return 0; } });
`,
    "modules.conf": "[modules]\nload = prober\n[permissions]\ndefault = manifest\n",
    "prober.manifest": "[module]\nname = prober\nchecksum = {{sha256:prober.js}}\ndescription = Module prober\n" +
      "license = MIT\n[permissions]\nnode = sqlite\nread = ${astdatadir}/realtime\nwrite = ${astdatadir}/realtime\n",
  });
  using _file = database(at);
  new DatabaseSync(`${at.directory}/other.sqlite3`).exec("CREATE TABLE secret (a)");
  const { stdout, stderr } = await run(at, "module show");
  const lines = [...stdout.matchAll(/prober: (\w+) (refused|worked)/g)].map(([, name, what]) => `${name} ${what}`);
  const all = ["other", "attach", "vacuum", "backup", "extension"].map((name) => `${name} refused`);
  assertEquals(lines, all, stdout + stderr);
  assertEquals([...Deno.readDirSync(at.directory)].filter(({ name }) => name.startsWith("stolen")), []);
});
