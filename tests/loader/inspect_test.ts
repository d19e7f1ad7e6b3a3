import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost } from "./_harness.ts";

const POLICY = "[modules]\nautoload = yes\n[realms]\nalone = dedicated\nstranger = process\n[permissions]\n" +
  "alone = manifest\nalone = env=HOME\n[restart]\nalone = on-failure\n[limits]\nalone = calls=7\n";

function start(): Promise<TestHost> {
  return startHost({
    modules: {
      alone: {
        load: `host.application("Alone", () => 0)`,
        manifest: "[provides]\napplication = Alone\n[permissions]\nenv = HOME",
      },
      near: {},
      next: { manifest: "[uses]\nmodule = alone" },
      stranger: {},
    },
    policy: POLICY,
    options: { heartbeatInterval: 20, loadTimeout: 10_000, heartbeatTimeout: 10_000 },
  });
}

interface Realm {
  readonly realm: string;
  readonly modules: string[];
  readonly permissions: string;
  readonly memory: number | null;
  readonly calls: number;
  readonly heartbeat: { took: number; ago: number } | null;
  readonly pid: number | null;
}

Deno.test("realm show lists every realm with its modules, permissions, memory, calls and heartbeat", async () => {
  await using host = await start();
  let realms: Realm[] = [];
  while (realms.length === 0 || realms.some(({ heartbeat }) => heartbeat === null)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    realms = JSON.parse(await host.run("realm show --json"));
  }
  assertEquals(realms.map(({ realm, modules, permissions }) => [realm.split("/")[0], modules, permissions]), [
    ["dedicated", ["alone"], "env=HOME"],
    ["process", ["stranger"], ""],
    ["shared", ["near", "next"], ""],
  ]);
  for (const { memory, calls, heartbeat } of realms) {
    assertEquals([(memory ?? 0) > 1_000_000, calls, (heartbeat?.took ?? -1) >= 0], [true, 0, true]);
  }
  assertEquals(realms.map(({ pid }) => pid === null), [true, false, true]);
  const table = await host.run("realm show");
  assertMatch(table, /^Realm +Modules +Memory +Calls +Heartbeat +Permissions\n/);
  assertMatch(table, /\nshared\/\d+ +near,next +[\d.]+ MB +0 +[\d.]+ ms none\n3 realms$/);
  const one = await host.run("realm show STRANGER");
  assertMatch(one, /^Realm: +process\/\d+\nState: +up\nProcess: +\d+\nModules: +stranger\n/);
  assertStringIncludes(await host.run("realm show nobody"), "No such realm 'nobody'");
});

Deno.test("module show NAME tells where a module stands", async () => {
  await using host = await start();
  const shown = await host.run("module show alone");
  for (
    const line of [
      /^Status: +Running \(running\)$/m,
      /^Permissions: +env=HOME$/m,
      /^Use count: +1 \(next\)$/m,
      /^Provides: +application=Alone$/m,
      /^Calls in progress: +0 of 7$/m,
      /^Restart: +on-failure, 0 times within the window$/m,
    ]
  ) assertMatch(shown, line);
  const [module] = JSON.parse(await host.run("module show ALONE --json"));
  assertEquals([module.supervision.restart, module.limits.calls, module.users], ["on-failure", 7, ["next"]]);
  assertStringIncludes(await host.run("module show nobody"), "No such module 'nobody'");
});

Deno.test("core show settings names directories, options and what the program was granted", async () => {
  await using host = await start();
  const shown = await host.run("core show settings");
  assertStringIncludes(shown, "Granted to this program\n-----------------------\n  read:   all\n");
  const settings = JSON.parse(await host.run("core show settings --json"));
  assertEquals(settings["Granted to this program"].run, "all");
  assertEquals(settings.Directories.astmoddir, "memory");
  assertEquals(settings["Core settings"]["load timeout"], "10000");
});

Deno.test("docs/consoles.md names exactly the keys that commands print as JSON", async () => {
  await using host = await start();
  const docs = await Deno.readTextFile(new URL("../../docs/consoles.md", import.meta.url));
  const documented = (command: string) => {
    const row = docs.split("\n").find((line) => line.startsWith(`| \`${command}\` `)) ?? "";
    return new Set([...(row.split("|")[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, key]) => key));
  };
  const parts = ["supervision", "direct", "heartbeat"];
  const keysOf = (row: Record<string, unknown>): string[] =>
    Object.entries(row).flatMap(([key, value]) =>
      parts.includes(key) && value !== null ? [key, ...Object.keys(value as object)] : [key]
    );
  const first = async (command: string) => JSON.parse(await host.run(command))[0];
  const inTable = keysOf(await first("module show --json"));
  assertEquals(documented("module show"), new Set(inTable));
  const inDetail = keysOf(await first("module show alone --json")).filter((key) => !inTable.includes(key));
  const words = ["[limits]", "cpu", "waiting", "splitFrom"];
  assertEquals(documented("module show NAME"), new Set([...inDetail, ...words]));
  assertEquals(documented("module show permissions"), new Set(keysOf(await first("module show permissions --json"))));
  let realm = await first("realm show --json");
  while (realm.heartbeat === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    realm = await first("realm show --json");
  }
  assertEquals(documented("realm show"), new Set(keysOf(realm)));
  const settings = JSON.parse(await host.run("core show settings --json"));
  assertEquals(documented("core show settings"), new Set(Object.keys(settings)));
});
