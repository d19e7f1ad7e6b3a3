/** Every limit of [limits], reached by a module in each kind of realm: one line in the log, a state, and never a hang. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestModule } from "./_harness.ts";

/** A module whose command `NAME go` runs a body. */
function going(name: string, body: string): TestModule {
  return {
    load: `host.command({ command: "${name} go", summary: "", handler: async () => { ${body} } });
      host.command({ command: "${name} ok", summary: "", handler: () => "ok" })`,
    manifest: `[provides]\ncommand = ${name} go\ncommand = ${name} ok`,
  };
}

/** What ends the realm of a module: its limit, how it is reached, what is said. */
const ENDING: Record<string, { limit: string; body: string; says: RegExp }> = {
  message: { limit: "message=64K", body: `return "x".repeat(70_000)`, says: /it sent a message that is too long$/ },
  queue: {
    limit: "queue=20",
    body: `for (let user = 0; user < 100; user++) host.user("u", () => {})`,
    says: /it sent more than 20 calls whose end it did not await$/,
  },
  heartbeat: { limit: "heartbeat=0.5", body: `for (;;);`, says: /it missed a heartbeat$/ },
};

for (const kind of ["shared", "dedicated", "process"]) {
  Deno.test(`limits: a realm that goes beyond one ends, and its module has failed (${kind})`, async () => {
    const names = Object.keys(ENDING);
    await using host = await startHost({
      modules: {
        ...Object.fromEntries(Object.entries(ENDING).map(([name, { body }]) => [name, going(name, body)])),
        near: going("near", ""),
      },
      policy: `[modules]\nautoload = yes\n[realms]\ndefault = ${kind}\n[limits]\n` +
        names.map((name) => `${name} = ${ENDING[name]?.limit}\n`).join(""),
      options: { heartbeatInterval: 100, heartbeatTimeout: 15_000, loadTimeout: 15_000, callTimeout: 15_000 },
    });
    for (const [name, { says }] of Object.entries(ENDING)) {
      const answer = await host.run(`${name} go`);
      assertMatch(answer, new RegExp(`^${name}: Realm ${kind}/\\d+ has ended: ${says.source.replace("$", "\\n")}`));
      const lines = host.messages("error").filter((line) => line.startsWith(`loader: Module '${name}' has failed`));
      assertEquals(lines.length, 1, lines.join("\n"));
      const [module] = JSON.parse(await host.run(`module show ${name} --json`));
      assertEquals(module.state, "failed");
      assertMatch(module.reason, says);
      assertStringIncludes(await host.run(`${name} ok`), "No such command");
    }
    assertEquals(await host.run("near ok"), "ok");
    // One that is loaded again is as new.
    assertEquals(await host.run("module load queue"), "Loaded queue");
    assertEquals(await host.run("queue ok"), "ok");
  });

  Deno.test(`limits: calls that are too long or too many fail, and the module runs on (${kind})`, async () => {
    const began = Date.now();
    await using host = await startHost({
      modules: {
        short: going("short", "await new Promise(() => {})"),
        long: going("long", `await new Promise((done) => setTimeout(done, 400)); return "done"`),
        few: going("few", "await new Promise(() => {})"),
        talker: going("talker", "for (let line = 0; line < 30; line++) host.log.notice(`line ${line}`)"),
        slow: { load: "await new Promise(() => {})" },
        sticky: { members: "unload: () => new Promise(() => {})" },
      },
      policy: `[modules]\nautoload = yes\n[realms]\ndefault = ${kind}\n[limits]\ndefault = call=0.2\nlong = call=30\n` +
        "few = call=1, calls=2\ntalker = call=10, output=20\nslow = load=0.3\nsticky = unload=0.3\n",
      options: { loadTimeout: 25_000, callTimeout: 100, heartbeatTimeout: 25_000 },
    });
    // Whoever is loaded before it has more time.
    assertEquals(Date.now() - began < 20_000, true, "slow had the time of another module");
    assertMatch(await host.run("short go"), /^short: short go: no answer within 0\.2 s\n/);
    assertEquals(await host.run("long go"), "done");
    const many = await Promise.all([host.run("few go"), host.run("few go"), host.run("few go"), host.run("few go")]);
    const refused = many.filter((text) =>
      text.includes('Cannot call few go: 2 calls of "few" are in progress already')
    );
    assertEquals(refused.length, 2);
    assertEquals(host.messages("warning").filter((line) => line.includes("2 calls of")).length, 1);
    await host.run("talker go");
    await host.logged(/^talker: \d+ lines were dropped: too many in a second$/);
    assertStringIncludes(await host.run("module unload sticky"), "Unable to unload resource sticky");
    assertMatch(
      host.messages("error").join("\n"),
      /Unload of 'sticky' failed: unload of "sticky": no answer within 0\.3 s/,
    );
    for (const name of ["short", "few", "talker"]) assertEquals(await host.run(`${name} ok`), "ok");
    assertEquals(await host.states(), [
      ...["few", "long", "short"].map((name) => `${name} running 0`),
      "slow failed 0",
      ...["sticky", "talker"].map((name) => `${name} running 0`),
    ]);
    const [slow] = JSON.parse(await host.run("module show slow --json"));
    assertEquals(slow.reason, "its load failed: no answer within 0.3 s");
  });
}

Deno.test({
  name: "limits: a process has no more files and processor time than it may have, long before its heartbeat is missed",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using host = await startHost({
      modules: {
        burner: going("burner", "for (;;);"),
        near: going("near", ""),
        opener: {
          load: `host.command({ command: "opener go", summary: "", handler: async () => {
            const files = [];
            const error = await (async () => { for (;;) files.push(await Deno.open("/etc/hostname")); })().catch((e) => e);
            files.forEach((file) => file.close());
            return (files.length < 40) + " " + error.message;
          } })`,
          manifest: "[provides]\ncommand = opener go\n[permissions]\nread = /etc/hostname",
        },
      },
      policy: "[modules]\nautoload = yes\n[realms]\ndefault = process\n[limits]\nburner = cpu=2\nopener = files=40\n" +
        "[permissions]\nopener = manifest\n",
      options: { loadTimeout: 30_000, callTimeout: 60_000, heartbeatTimeout: 60_000 },
    });
    assertMatch(
      await host.run("burner go"),
      /^burner: Realm process\/\d+ has ended: its process used up its processor time\n/,
    );
    for (let round = 0; round < 2; round++) {
      assertMatch(await host.run("opener go"), /^true Too many open files/);
    }
    assertEquals(await host.states(), ["burner failed 0", "near running 0", "opener running 0"]);
    const [burner] = JSON.parse(await host.run("module show burner --json"));
    assertEquals([burner.limits.cpu, /its process used up its processor time$/.test(burner.reason)], [2, true]);
  },
});
