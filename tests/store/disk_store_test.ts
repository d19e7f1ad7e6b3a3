import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { DiskStore } from "../../src/store/mod.ts";

/** A store in a directory of its own, both gone at the end. */
async function opened(): Promise<{ store: DiskStore; path: string } & AsyncDisposable> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  const path = `${directory}/data/astdb.sqlite3`;
  const store = new DiskStore(path);
  return {
    store,
    path,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

Deno.test("DiskStore makes its file when it is first needed, readable by its owner only", async () => {
  await using at = await opened();
  await assertRejects(() => Deno.stat(at.path), Deno.errors.NotFound);
  assertEquals(await at.store.get("cdr", "last"), undefined);
  assertEquals((await Deno.stat(at.path)).mode! & 0o777, 0o600);
});

Deno.test("DiskStore keeps values over a close, in Asterisk's table", async () => {
  await using at = await opened();
  await at.store.put({ family: "cdr", key: "a/b", value: "1 'x' \"y\" ü" });
  await at.store.put({ family: "cdr", key: "a/b", value: "2" });
  await at.store.close();
  assertEquals(await at.store.get("cdr", "a/b"), "2");
  using file = new DatabaseSync(at.path, { readOnly: true });
  assertEquals(file.prepare("SELECT key, value FROM astdb").all().map((row) => ({ ...row })), [
    { key: "/cdr/a/b", value: "2" },
  ]);
});

Deno.test("DiskStore takes trees at their slashes, and nothing for a wildcard", async () => {
  await using at = await opened();
  for (const key of ["a", "a/1", "a/2/x", "ab", "a_", "A/1", "%/1"]) {
    await at.store.put({ family: "fam", key, value: key });
  }
  await at.store.put({ family: "family", key: "a/1", value: "other" });
  const keys = async (keytree?: string) => (await at.store.tree({ family: "fam", keytree })).map(({ key }) => key);
  assertEquals(await keys("a"), ["/fam/a", "/fam/a/1", "/fam/a/2/x"]);
  assertEquals(await keys("/a/"), ["/fam/a", "/fam/a/1", "/fam/a/2/x"]);
  assertEquals(await keys("%"), ["/fam/%/1"]);
  assertEquals((await keys()).length, 7);
  assertEquals((await at.store.tree({})).length, 8);
  assertEquals((await at.store.tree({ family: "fam/a" })).length, 3);
  assertEquals((await at.store.withKey("1")).map(({ key }) => key), [
    "/fam/%/1",
    "/fam/A/1",
    "/fam/a/1",
    "/family/a/1",
  ]);
  assertEquals(await at.store.deltree({ family: "fam", keytree: "a" }), 3);
  assertEquals([await at.store.del("fam", "ab"), await at.store.del("fam", "ab")], [true, false]);
  assertEquals(await at.store.deltree({}), 4);
});

Deno.test("DiskStore answers calls in the order in which they were made, many in one turn", async () => {
  await using at = await opened();
  const seen = await Promise.all([
    at.store.put({ family: "f", key: "k", value: "1" }),
    at.store.get("f", "k"),
    at.store.put({ family: "f", key: "k", value: "2" }),
    at.store.query("SELECT value FROM astdb"),
    at.store.del("f", "k"),
    at.store.get("f", "k"),
  ]);
  assertEquals(seen, [undefined, "1", undefined, [{ value: "2" }], true, undefined]);
});

Deno.test("DiskStore counts a family's bytes for its quota, also when others change the file", async () => {
  await using at = await opened();
  // "/f/k1" is 5 bytes, a value of 5 makes it 10.
  const put = (key: string, value: string) => at.store.put({ family: "f", key, value }, 25);
  await put("k1", "12345");
  await put("k2", "12345");
  await put("k3", "");
  await assertRejects(() => put("k1", "123456"), RangeError, '"f" would take 26 bytes of the 25');
  await at.store.del("f", "k3");
  await put("k1", "1234567890");
  await assertRejects(() => put("k4", "x"), RangeError, '"f" would take');
  await at.store.put({ family: "g", key: "k", value: "x".repeat(1000) }, 2000);
  await at.store.deltree({ family: "f", keytree: "k1" });
  await put("k4", "x");
  using file = new DatabaseSync(at.path);
  file.exec("INSERT INTO astdb VALUES ('/f/k9', '123456789012')");
  await assertRejects(() => put("k5", "x"), RangeError, "database_quota");
});

Deno.test("DiskStore refuses what is no key and no value", async () => {
  await using at = await opened();
  await assertRejects(() => at.store.put({ family: "f", key: "", value: "" }), RangeError, "it is empty");
  await assertRejects(() => at.store.get("", "k"), RangeError, "it is empty");
  await assertRejects(() => at.store.get("f", "ü".repeat(130)), RangeError, "263 bytes");
  await assertRejects(() => at.store.put({ family: "f", key: "k", value: "a\0b" }), RangeError, "NUL");
});

Deno.test("query() runs one statement, and gives up a transaction that it leaves open", async () => {
  await using at = await opened();
  await at.store.put({ family: "f", key: "k", value: "1" });
  await assertRejects(() => at.store.query("DELETE FROM astdb; SELECT 1"), SyntaxError, 'Cannot run "SELECT 1"');
  await assertRejects(() => at.store.query("SELEC"), Error, "syntax error");
  await at.store.query("BEGIN");
  await at.store.put({ family: "f", key: "k", value: "2" });
  assertEquals(await at.store.query("SELECT key, value, NULL AS none FROM astdb"), [
    { key: "/f/k", value: "2", none: "(null)" },
  ]);
});

Deno.test("DiskStore says whose file is no database or is locked, and works when it is mended", async () => {
  await using at = await opened();
  await Deno.mkdir(at.path.replace(/\/[^/]*$/, ""));
  await Deno.writeTextFile(at.path, "no database ".repeat(100));
  await assertRejects(() => at.store.get("f", "k"), Error, `Database ${at.path}: file is not a database`);
  await Deno.remove(at.path);
  await at.store.put({ family: "f", key: "k", value: "1" });
  {
    using file = new DatabaseSync(at.path);
    file.exec("BEGIN IMMEDIATE");
    await assertRejects(
      () => at.store.put({ family: "f", key: "k", value: "2" }),
      Error,
      `Database ${at.path}: database is locked`,
    );
    assertEquals(await at.store.get("f", "k"), "1");
    file.exec("ROLLBACK");
  }
  await at.store.put({ family: "f", key: "k", value: "2" });
  assertEquals(await at.store.get("f", "k"), "2");
});
