/** Lines that a step has an application write. */
import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { startHost } from "../loader/_harness.ts";

const MODULES = fromFileUrl(new URL("../../modules", import.meta.url));

Deno.test("what Verbose and Log write for a step carries the name of the module whose step it is", async () => {
  const writes = {
    load: `
      await host.pbx.replace({ globals: [], contexts: [{ name: "writer", includes: [], priorities: [
        { extension: "s", priority: 1, application: "Log", args: "NOTICE,[loader] all is well" },
        { extension: "s", priority: 2, application: "Verbose", args: "1,loader: so it is" },
        { extension: "s", priority: 3, application: "Log", args: "LOUD,x" },
      ] }] });
      host.command({ command: "writer go", summary: "", handler: async () => {
        const channel = await host.pbx.channel({ technology: "Writer", peer: "p", context: "writer", extension: "s" },
          { write() {}, hangup() {} });
        await host.runApplication("Log", "ERROR,by itself");
        return "begun";
      } });`,
    manifest: "[provides]\ndialplan = *\nchannel = Writer\ncommand = writer go\n[uses]\napplication = Log\n" +
      "application = Verbose",
  };
  await using host = await startHost({
    modules: { writer: writes },
    beside: [MODULES],
    policy: "[modules]\nload = pbx_config\nload = app_verbose\nload = writer\n[permissions]\n" +
      "pbx_config = host=provide:dialplan\n",
    configs: { "extensions.conf": "[admin]\nexten => s,1,Log(NOTICE,of the administrator)\n" },
  });
  await host.run("writer go");
  assertEquals(await host.logged(/: \[loader\] all is well$/), "writer: [loader] all is well");
  assertEquals(await host.logged(/: loader: so it is$/), "writer: loader: so it is");
  assertMatch(await host.logged(/Unknown log level/), /^writer: /);
  assertEquals(await host.logged(/by itself/), "writer: by itself");
  await host.run("dialplan exec application Log(NOTICE,typed by the operator)");
  assertEquals(await host.logged(/typed by the operator/), "app_verbose: typed by the operator");
});
