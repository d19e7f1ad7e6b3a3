import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import module from "../../modules/res_config_sqlite3.ts";
import { FakeHost } from "./_fake_host.ts";

/** Asterisk's table, as its own scripts make it. */
const SCHEMA = `CREATE TABLE ast_config (
  id INTEGER PRIMARY KEY, cat_metric INTEGER NOT NULL DEFAULT 0, var_metric INTEGER NOT NULL DEFAULT 0,
  filename VARCHAR(128) NOT NULL DEFAULT '', category VARCHAR(128) NOT NULL DEFAULT 'default',
  var_name VARCHAR(128) NOT NULL DEFAULT '', var_val TEXT NOT NULL DEFAULT '', commented INTEGER NOT NULL DEFAULT 0)`;

async function loaded(conf = "[asterism]\ndbfile => a.sqlite3\nbusy_timeout => 10\n") {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  await Deno.mkdir(`${directory}/realtime`);
  const host = new FakeHost({ files: { "res_config_sqlite3.conf": conf }, directories: { astdatadir: directory } });
  const result = await module.load?.(host);
  const load = async (file: string, table = "ast_config", database = "asterism") =>
    await host.drivers.get("sqlite3")!.load({ file, table, database });
  return {
    host,
    result,
    load,
    path: `${directory}/realtime/a.sqlite3`,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

Deno.test("res_config_sqlite3 gives the rows of a file in the order of their metrics", async () => {
  await using at = await loaded();
  using file = new DatabaseSync(at.path);
  file.exec(SCHEMA);
  file.exec(`INSERT INTO ast_config (cat_metric, var_metric, filename, category, var_name, var_val, commented) VALUES
    (1, 1, 'a.conf', 'q', 'second', '2', 0), (1, 0, 'a.conf', 'q', 'first', '1', 0),
    (0, 0, 'a.conf', 'general', 'x', 'y', 0), (0, 1, 'a.conf', 'general', 'off', 'y', 1),
    (0, 0, 'b.conf', 'general', 'x', 'z', 0)`);
  assertEquals(await at.load("a.conf"), [
    { id: 3, metric: 0, category: "general", name: "x", value: "y" },
    { id: 2, metric: 1, category: "q", name: "first", value: "1" },
    { id: 1, metric: 1, category: "q", name: "second", value: "2" },
  ]);
  assertEquals(await at.load("none.conf"), []);
});

Deno.test("res_config_sqlite3 says what is wrong with a database, naming its file", async () => {
  await using at = await loaded();
  await assertRejects(() => at.load("a.conf"), Error, `${at.path}: unable to open database file`);
  await assertRejects(() => at.load("a.conf", "t", "other"), Error, "has no section [other]; there are asterism");
  await Deno.writeTextFile(at.path, "no database ".repeat(100));
  await assertRejects(() => at.load("a.conf"), Error, `${at.path}: file is not a database`);
  await Deno.remove(at.path);
  using file = new DatabaseSync(at.path);
  file.exec("CREATE TABLE other (id)");
  await assertRejects(() => at.load("a.conf"), Error, "no such table: ast_config");
  await assertRejects(() => at.load("a.conf", "other"), Error, "no such column: cat_metric");
  file.exec("BEGIN EXCLUSIVE");
  await assertRejects(() => at.load("a.conf"), Error, "database is locked");
});

Deno.test("res_config_sqlite3 declines without settings or with wrong ones, and keeps the old over a bad reload", async () => {
  const cases: [string, string][] = [
    ["[a]\ndebug = yes\n", '[a] needs "dbfile'],
    ["[a]\ndbfile = x\nbusy_timeout = 9000\n", 'res_config_sqlite3.conf:3: "9000" is no busy_timeout'],
    ["[a]\nfile = x\n", 'res_config_sqlite3.conf:2: unknown key "file"'],
    ["[a]\ndbfile = x\n[a]\ndbfile = y\n", "two sections [a]"],
  ];
  for (const [conf, message] of cases) {
    await using at = await loaded(conf);
    assertEquals(at.result, 1);
    assertStringIncludes(at.host.said.join("\n"), message);
  }
  await using at = await loaded("[general]\n[asterism]\ndbfile = a.sqlite3\nbatch = 100\n");
  assertEquals([at.result, at.host.said], [0, [
    "warning: /etc/res_config_sqlite3.conf:4: batch has no effect: nothing is written",
  ]]);
  at.host.files["res_config_sqlite3.conf"] = "[a]\n";
  assertEquals(await module.reload?.(at.host), -1);
  using file = new DatabaseSync(at.path);
  file.exec(SCHEMA);
  assertEquals(await at.load("a.conf"), []);
});
