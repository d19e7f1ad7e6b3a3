import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHostOptions, type TestModule } from "./_harness.ts";

/** A driver whose rows are told by a command; `fail` in place of rows is what it throws. */
const DRIVER: TestModule = {
  load: `let value = "1";
    host.realtime("table", { load({ file, database, table }) {
      if (value === "hang") return new Promise(() => {});
      if (value === "nonsense") return [{ id: "x" }];
      if (value === "fail") throw new Error("database is locked");
      return [{ id: 7, metric: 0, category: "general", name: file, value: [database, table, value].join(";") }];
    } });
    host.command({ command: "table set", summary: "", handler: ([next]) => { value = next; return "set"; } });`,
  manifest: "[provides]\nrealtime = table\ncommand = table set",
};

/** Says what its file has, when it loads and when it is reloaded. */
const READER: TestModule = {
  load: "await this.reload(host)",
  members: `async reload(host) {
    const config = await host.config("queues.conf");
    const entry = config?.section("general")?.entries[0];
    host.log.notice(entry === undefined ? "nothing" : entry.key + "=" + entry.value + " " + entry.file + ":" + entry.line);
  },`,
  manifest: "config = queues.conf",
};

/** The file is not called after the module that reads it. */
const GRANT = "[permissions]\nreader = config=queues.conf\n";

function host(options: Partial<TestHostOptions> = {}) {
  return startHost({
    modules: { driver: DRIVER, reader: READER, other: {} },
    policy: "[modules]\nload = reader\nload = other\n" + GRANT,
    ...options,
    configs: { "extconfig.conf": "[settings]\nqueues.conf => table,db,ast_config\n", ...options.configs },
  });
}

const said = (messages: string[]) => messages.filter((line) => line.startsWith("reader: ")).at(-1);

Deno.test("a mapped file is read by its driver, which is loaded first and used", async () => {
  await using at = await host({ configs: { "queues.conf": "[disk]\na = b\n" } });
  assertEquals(said(at.messages("notice")), "reader: queues.conf=db;ast_config;1 queues.conf (table,db,ast_config):7");
  assertEquals(await at.states(), ["driver running 1", "other running 0", "reader running 0"]);
  await at.run("module unload reader");
  assertEquals(await at.states(), ["other running 0"]);
});

Deno.test("a reload reads the table again, and extconfig.conf too", async () => {
  await using at = await host({ configs: { "queues.conf": "[general]\na = b\n" } });
  await at.run("table set 2");
  assertStringIncludes(await at.run("module reload reader"), "reloaded successfully");
  assertMatch(said(at.messages("notice"))!, /ast_config;2/);
  await Deno.remove(`${at.directory}/extconfig.conf`);
  await at.run("module reload reader");
  assertMatch(said(at.messages("notice"))!, /a=b .*\/queues\.conf:2$/);
});

Deno.test("a driver that fails, answers nonsense or nothing declines what reads the file, and nothing else", async () => {
  await using at = await host({
    policy: "[modules]\nload = driver\nload = other\n" + GRANT,
    options: { loadTimeout: 400, heartbeatTimeout: 5_000 },
  });
  for (
    const [value, reason] of [["fail", "Error: database is locked"], ["nonsense", "no whole number as id"], [
      "hang",
      "no answer within 0.2 s",
    ]]
  ) {
    await at.run(`table set ${value}`);
    assertStringIncludes(await at.run("module load reader"), "Unable to load module reader");
    const fault = at.messages("error").at(-1)!;
    assertMatch(
      fault,
      /^loader: reader: Cannot read queues\.conf \(table,db,ast_config\), .*extconfig\.conf:2:1: /,
    );
    assertStringIncludes(fault, reason!);
    // A call that hangs is one in progress; it keeps the driver in use until its own deadline.
    const users = value === "hang" ? 1 : 0;
    assertEquals(await at.states(), [`driver running ${users}`, "other running 0", "reader declined 0"]);
  }
});

Deno.test("a driver that is excluded, that nobody provides, or that needs the file itself refuses what reads it", async () => {
  const cases: [Partial<TestHostOptions>, string][] = [
    [
      { policy: "[modules]\nload = reader\nnoload = driver\n" + GRANT },
      "it uses realtime=table, and whatever provides it is excluded",
    ],
    [
      { policy: "[modules]\nload = reader\nload_uses = no\n" + GRANT },
      'it uses realtime=table, which "driver" provides but is not on the load list',
    ],
    [
      { configs: { "extconfig.conf": "[settings]\nqueues.conf => odbc,db\n" } },
      "it uses realtime=odbc, which no module provides",
    ],
    [
      { modules: { driver: { ...DRIVER, manifest: `config = queues.conf\n${DRIVER.manifest}` }, reader: READER } },
      "it is on a cycle of uses: driver -> driver",
    ],
  ];
  for (const [options, message] of cases) {
    await using at = await host(options);
    assertStringIncludes(at.messages("error").join("\n"), message);
  }
});

Deno.test("a text on the disk includes a table when the driver runs, and says what is missing when not", async () => {
  await using at = await host({
    policy: "[modules]\nload = driver\nload = reader\n[uses]\ntype = realtime\nreader = table\n" + GRANT,
    configs: { "extconfig.conf": "[settings]\nmore.conf => table,db\n", "queues.conf": "#include more.conf\n" },
  });
  assertMatch(said(at.messages("notice"))!, /more\.conf=db;more\.conf;1/);
  await using without = await host({
    configs: { "extconfig.conf": "[settings]\nmore.conf => table,db\n", "queues.conf": "#include more.conf\n" },
  });
  assertStringIncludes(without.messages("error").join("\n"), "no running module provides realtime=table");
});

Deno.test("registering a driver needs [provides] realtime", async () => {
  await using at = await host({
    modules: { driver: { ...DRIVER, manifest: "[provides]\ncommand = table set" } },
    policy: "[modules]\nautoload = yes\n",
  });
  assertStringIncludes(at.messages("warning").join("\n"), "[provides] needs realtime = table");
});

Deno.test("rows of a table take in files of the directory, and none that whoever reads them may not read", async () => {
  const secrets = { "manager.conf": "[admin]\nsecret = x\n", "part.conf": "[part]\na = included\n" };
  const outside = await Deno.makeTempFile({ suffix: ".conf" });
  await Deno.writeTextFile(outside, "[outside]\na = b\n");
  for (
    const [value, reason] of [
      [`../${outside.slice(outside.lastIndexOf("/") + 1)}`, "rows of a table take in files below /"],
      [`../../../../../../..${outside}`, "rows of a table take in files below /"],
      [outside, "rows of a table take in files below /"],
      ["x/../../y.conf", "rows of a table take in files below /"],
      ["..", "rows of a table take in files below /"],
      ["manager.conf", 'it is no file of "reader"'],
      ["x/../MANAGER.conf", 'it is no file of "reader"'],
      ["part.conf", ""],
    ] as const
  ) {
    await using at = await host({
      modules: {
        driver: {
          load: `host.realtime("table", { load: () => [{ id: 7, metric: 0, category: "x", name: "#include", value: ${
            JSON.stringify(value)
          } }] });`,
          manifest: "[provides]\nrealtime = table",
        },
        reader: {
          load: `const config = await host.config("queues.conf");
            host.log.notice("GOT " + config.sections.map(({ name }) => name).join());`,
          manifest: "config = queues.conf",
        },
        other: {},
      },
      configs: secrets,
    });
    if (reason === "") {
      assertEquals(said(at.messages("notice")), "reader: GOT part");
      continue;
    }
    const errors = at.messages("error").join("\n");
    assertStringIncludes(errors, `queues.conf (table,db,ast_config):7: Cannot include "${value}": ${reason}`);
    assertEquals(said(at.messages("notice")), undefined);
  }
  await Deno.remove(outside);
});
