/** The shipped module behind the buttons of the status page, in a host with strangers who have its token. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHost } from "../../src/host/mod.ts";
import { DiskSource, MemorySource } from "../../src/manifest/mod.ts";

const TOKEN = "correct-horse-battery";

/** A module whose command does with the service what the status page does. */
function clicking(name: string, permissions = {}) {
  return {
    source: `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Test module ${name}", load(host) {
  host.command({ command: "click ${name}", summary: "", handler: async () => {
    const { service } = await host.use("service=http_actions");
    return JSON.stringify(await service.act("${TOKEN}", "unload", "victim"));
  } });
  return LoadResult.SUCCESS;
} });`,
    manifest: {
      module: { description: `Test module ${name}`, license: "MIT" },
      canuse: { service: "http_actions" },
      provides: { command: `click ${name}` },
      permissions,
    },
  };
}

const VICTIM = {
  source: `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Test module victim", load: () => 0 });`,
  manifest: { module: { description: "Test module victim", license: "MIT" } },
};

Deno.test("the buttons of the page act for res_http, and for who has host=loader; the token alone is nothing", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/http.conf`, `[actions]\ntoken = ${TOKEN}\n`);
  const shipped = new DiskSource(new URL("../../modules", import.meta.url).pathname);
  const own = new MemorySource({
    victim: VICTIM,
    evil: clicking("evil"),
    res_http: clicking("res_http"),
    strong: clicking("strong", { host: "loader" }),
  });
  const warnings: string[] = [];
  await using host = await createHost({
    config: { directories: { astetcdir: directory, astdatadir: directory } },
    modules: [shipped, own],
    policy: {
      modules: { load: ["res_http_actions", "victim", "evil", "res_http", "strong"] },
      permissions: { res_http_actions: "host=loader", strong: "host=loader" },
    },
  });
  host.on("log", ({ level, message }) => level === "warning" && warnings.push(message));
  await host.boot();
  const runs = () => host.modules().some(({ name, status }) => name === "victim" && status === "Running");
  const click = async (name: string) => JSON.parse((await host.execute(`click ${name}`)).output);
  assertEquals(await click("evil"), { ok: false, text: "Not granted: 'evil' needs host=loader" });
  assertStringIncludes(warnings.join("\n"), "Refused unload victim to 'evil', which has not host=loader");
  assertEquals(runs(), true);
  assertEquals(await click("strong"), { ok: true, text: "victim is unloaded" });
  assertEquals(runs(), false);
  assertEquals(await host.load("victim"), true);
  assertEquals(await click("res_http"), { ok: true, text: "victim is unloaded" });
  await Deno.remove(directory, { recursive: true });
});
