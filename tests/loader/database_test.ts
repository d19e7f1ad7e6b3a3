import { assertEquals, assertStringIncludes } from "@std/assert";
import { startHost, type TestModule } from "./_harness.ts";

/** Answers `<name> db …` with what a method of `host.db` gives. */
function keeper(name: string, permissions = "host = db"): TestModule {
  return {
    load: `host.command({ command: "${name} db", summary: "", handler: async ([method, ...args]) => {
      try {
        const answer = await host.db[method](...args);
        return JSON.stringify(answer instanceof Map ? [...answer] : answer ?? null);
      } catch (error) { return error.message; }
    } });`,
    manifest: `[provides]\ncommand = ${name} db\n[permissions]\n${permissions}`,
  };
}

const POLICY = "[modules]\nautoload = yes\n[permissions]\ndefault = manifest";

Deno.test("host.db keeps a module's values in its own family, over unload and load", async () => {
  await using host = await startHost({ modules: { one: keeper("one"), two: keeper("two") }, policy: POLICY });
  assertEquals(await host.run("one db put a/1 x"), "null");
  assertEquals(await host.run('one db put a/2 "y z"'), "null");
  assertEquals(await host.run("two db put a/1 other"), "null");
  assertEquals(await host.run("module refresh one"), "Unloaded and loaded one");
  assertEquals(await host.run("one db get a/1"), '"x"');
  assertEquals(await host.run("one db get none"), "null");
  assertEquals(await host.run("one db tree a"), '[["a/1","x"],["a/2","y z"]]');
  assertEquals(await host.run("one db keys"), '["a/1","a/2"]');
  assertEquals(await host.run("one db del a/1"), "true");
  assertEquals(await host.run("one db deltree"), "1");
  assertEquals(await host.run("one db tree ../two"), "[]");
  assertEquals(await host.run("two db keys"), '["a/1"]');
});

Deno.test("host.db needs the capability, and holds a module to its quota", async () => {
  await using host = await startHost({
    modules: { one: keeper("one"), bare: keeper("bare", "") },
    policy: POLICY,
    options: { databaseQuota: 20 },
  });
  assertStringIncludes(await host.run("bare db get a"), 'Not granted: host capability "db"; it needs "host = db"');
  assertEquals(await host.run("one db put key 1234567890"), "null");
  assertEquals(
    await host.run("one db put key 1234567890123"),
    'Cannot keep "/one/key": "one" would take 21 bytes of the 20 that database_quota allows it',
  );
  assertEquals(await host.run("database put one more 1234567890"), "Updated database successfully");
});
