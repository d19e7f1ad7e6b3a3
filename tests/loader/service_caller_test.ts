/** A service that is told who calls. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { startHost } from "./_harness.ts";

const POWER = {
  load: `await host.service("power", {
    use: (caller, ...args) => { if (caller.module === "evil") throw new Error("not you"); return [caller, args]; },
    back: async (caller, fn) => [caller.module, await fn(1)],
  }, { caller: true });`,
  manifest: "[provides]\nservice = power",
};

/** A command that calls the service with these arguments. */
function user(args: string, manifest = "") {
  return {
    load: `host.command({ command: "go " + host.name, summary: "", handler: async () => {
      const { service } = await host.use("service=power");
      try { return JSON.stringify(await service.use(${args})); } catch (error) { return error.message; }
    } });`,
    manifest: `[canuse]\nservice = power\n[provides]\ncommand = go\ncommand = *\n${manifest}`,
  };
}

Deno.test("a service is told who calls by the host, whatever the caller says", async () => {
  for (const realm of ["shared", "dedicated"]) {
    await using host = await startHost({
      modules: {
        power: POWER,
        good: user(`"a", { b: 1 }`),
        evil: user(`{ module: "good", capabilities: ["*"] }, "x"`),
        strong: user(`"s"`, "[permissions]\nhost = loader\nhost = status"),
      },
      policy: `[modules]\nautoload = yes\n[realms]\ndefault = ${realm}\n[permissions]\nstrong = host=loader, status\n`,
    });
    assertEquals(JSON.parse(await host.run("go good")), [{ module: "good", capabilities: [] }, ["a", { b: 1 }]]);
    assertStringIncludes(await host.run("go evil"), "not you");
    assertEquals(JSON.parse(await host.run("go strong")), [
      { module: "strong", capabilities: ["loader", "status"] },
      ["s"],
    ]);
    // No link goes past the host, which alone knows who calls.
    const rows = JSON.parse(await host.run("realm show --json")) as { links?: number; direct?: { links: number } }[];
    assertEquals(rows.map(({ direct, links = direct?.links }) => links ?? 0).reduce((sum, one) => sum + one, 0), 0);
    assertEquals(await host.host.call("service=power", "use", 1), [{ module: "", capabilities: ["*"] }, [1]]);
  }
});

Deno.test("a service that is told who calls takes callbacks, tells those who wait for it, and goes", async () => {
  await using host = await startHost({
    modules: {
      power: POWER,
      waiting: {
        load: `await host.onAvailable("service=power", async ({ service }) => {
          host.log.notice("back " + JSON.stringify(await service.back((n) => n + 1)));
          host.log.notice("use " + JSON.stringify(await service.use({ module: "other" })));
        });`,
        manifest: "[canuse]\nservice = power",
      },
    },
  });
  await host.logged(/waiting: back \["waiting",2\]/);
  await host.logged(/waiting: use \[\{"module":"waiting","capabilities":\[\]\},\[\{"module":"other"\}\]\]/);
  await host.run("module unload -f power");
  await assertRejects(() => host.host.call("service=power", "use"), HostError, "nothing provides it");
});
