import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startHost, type TestHost, type TestModule } from "./_harness.ts";

const SERVICE: TestModule = {
  load: `host.service("depot", {
    echo: (...values) => values,
    nothing: () => {},
    kinds: () => ({ date: new Date(86_400_000), bytes: new Uint8Array([1, 2]), big: 12n }),
    counter: () => { let count = 0; return { next: () => ++count }; },
    apply: async (callback, value) => await callback(value),
    fail: () => { throw new RangeError("out of stock"); },
    hang: () => new Promise(() => {}),
  })`,
  manifest: "[provides]\nservice = depot",
};

/** A module whose command \`NAME go\` runs a body with the depot at hand. */
function caller(name: string, body: string): TestModule {
  return {
    load: `const { service: depot, release } = await host.use("service=depot");
      host.command({ command: "${name} go", summary: "Go", handler: async () => {
        const said = [];
        const say = (value) => said.push(typeof value === "string" ? value : JSON.stringify(value));
        ${body};
        return said.join("\\n");
      } });`,
    manifest: `[uses]\nservice = depot\n[provides]\ncommand = ${name} go`,
  };
}

function start(body: string, { policy = "", callTimeout = 5_000 } = {}): Promise<TestHost> {
  return startHost({
    modules: { depot: SERVICE, caller: caller("caller", body) },
    policy: `[modules]\nautoload = yes\n[realms]\ndefault = dedicated\n${policy}`,
    options: { callTimeout },
  });
}

Deno.test("a call of a service in another realm does not pass the host's thread", async () => {
  await using host = await start(`
    host.log.notice("begun");
    const began = Date.now();
    for (let call = 0; call < 50; call++) await depot.echo(call);
    say(String(Date.now() - began))`);
  const going = host.run("caller go");
  await host.logged(/caller: begun/);
  // While this thread does nothing else, the two realms talk.
  const until = Date.now() + 3_000;
  while (Date.now() < until);
  const took = Number(await going);
  assertEquals(took < 2_500, true, `50 calls took ${took} ms while the host was busy for 3000 ms`);
});

Deno.test("whatever crosses realms crosses direct links, functions and what they return included", async () => {
  await using host = await start(`
    say(await depot.echo(1, "zwei", [null, true], { deep: { a: [] } }));
    say(String(await depot.nothing()));
    const { date, bytes, big } = await depot.kinds();
    say([date.getTime(), [...bytes], String(big)]);
    const [when, undef] = await depot.echo(new Date(5), undefined);
    say([when.getTime(), typeof undef]);
    const counter = await depot.counter();
    await counter.next();
    say(await counter.next());
    say(await depot.apply((value) => value * 2, 21));
    say(await depot.fail().catch((error) => error.message));
    say(await depot.echo("x".repeat(17 * 1024 * 1024)).catch((error) => error.message));`);
  const lines = (await host.run("caller go")).split("\n");
  assertEquals(lines.slice(0, 6), [
    '[1,"zwei",[null,true],{"deep":{"a":[]}}]',
    "undefined",
    '[86400000,[1,2],"12"]',
    '[5,"undefined"]',
    "2",
    "42",
  ]);
  assertMatch(lines[6] ?? "", /^RangeError: out of stock \(depot\.js:\d+:\d+\)$/);
  assertMatch(lines[7] ?? "", /4194304 at most/);
});

Deno.test("a direct call has the provider's deadline and the link its limit of calls", async () => {
  await using host = await start(
    `const hanging = [depot.hang(), depot.hang()];
    say(await depot.hang().catch((error) => error.message));
    say(await hanging[0].catch((error) => error.message));`,
    { policy: "[limits]\ndepot = calls=2, call=0.3" },
  );
  const lines = (await host.run("caller go")).split("\n");
  assertEquals(lines, ['2 calls of "depot" are in progress already', "depot: depot.hang: no answer within 0.3 s"]);
  const said = host.messages("warning").filter((line) => / calls of |no answer/.test(line));
  assertEquals(said, [
    'depot: 2 calls of "depot" are in progress already',
    "caller: depot: depot.hang: no answer within 0.3 s",
  ]);
});

Deno.test("the host takes direct links back: released, unregistered, unloaded, ended", async () => {
  await using host = await start(`
    say(await depot.echo("one"));
    const waiting = depot.hang().catch((error) => error.message);
    const kept = depot.echo;
    await release();
    say(await waiting);
    say(await kept("two").catch((error) => error.message));`);
  const lines = (await host.run("caller go")).split("\n");
  assertEquals(lines.slice(0, 2), ['["one"]', 'the link to service "depot" was closed']);
  assertMatch(lines[2] ?? "", /released|disposed/);
  await host.run("module unload -f depot");
  assertEquals((await host.states()).filter((row) => row.startsWith("depot")), []);
});

Deno.test("a caller learns at once that the realm of the service has ended", async () => {
  await using host = await startHost({
    modules: {
      depot: {
        load: `host.service("depot", { hang: () => new Promise(() => {}) });
          host.command({ command: "loop", summary: "", handler: () => { for (;;); } });`,
        manifest: "[provides]\nservice = depot\ncommand = loop",
      },
      caller: {
        load: `const { service } = await host.use("service=depot");
          service.hang().catch((error) => host.log.notice(error.message));`,
        manifest: "[canuse]\nservice = depot\nmodule = depot",
      },
    },
    policy: "[modules]\nload = depot\nload = caller\n[realms]\ndefault = dedicated",
    options: { heartbeatInterval: 100, heartbeatTimeout: 500, callTimeout: 60_000 },
  });
  const looping = host.run("loop");
  await host.logged(/caller: the link to service "depot" was closed/);
  assertStringIncludes(await looping, "failed");
});

Deno.test("a module in a process reaches services through the host, and its own are reached so", async () => {
  await using host = await start(`say(await depot.echo("far"))`, { policy: "depot = process\n" });
  assertEquals(await host.run("caller go"), '["far"]');
});

Deno.test("a call through the host that takes too long is told in the log, once while others go on", async () => {
  await using host = await start(
    `const hanging = [depot.hang(), depot.hang(), depot.hang()];
    for (const call of hanging) say(await call.catch((error) => error.message));`,
    { policy: "depot = process\n[limits]\ndepot = call=0.3" },
  );
  const late = "depot: depot.hang: no answer within 0.3 s";
  assertEquals(await host.run("caller go"), [late, late, late].join("\n"));
  assertEquals(host.messages("warning").filter((line) => line.includes("no answer")), [`depot: ${late}`]);
});

Deno.test("realm show counts direct calls, also those over links that were taken back", async () => {
  await using host = await startHost({
    modules: {
      depot: SERVICE,
      caller: caller(
        "caller",
        `for (let call = 0; call < 7; call++) await depot.echo(call); depot.hang().catch(() => {})`,
      ),
    },
    policy: "[modules]\nautoload = yes\n[realms]\ndefault = dedicated",
    options: { heartbeatInterval: 20, heartbeatTimeout: 10_000, loadTimeout: 10_000 },
  });
  await host.run("caller go");
  interface Row {
    calls: number;
    direct: { links: number; served: number };
  }
  const until = async (fits: (row: Row) => boolean) => {
    for (;;) {
      const [row] = JSON.parse(await host.run("realm show depot --json")) as Row[];
      if (row !== undefined && fits(row)) return row;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const { direct } = await until(({ calls, direct }) => calls === 1 && direct.served >= 8);
  assertEquals(direct, { links: 1, served: 8 });
  await host.run("module unload caller");
  const { direct: after } = await until(({ direct }) => direct.links === 0);
  assertEquals(after.served, 8);
  assertStringIncludes(await host.run("realm show depot"), "0, 8 calls answered over direct links so far");
});
