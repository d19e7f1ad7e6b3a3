import { assertEquals } from "@std/assert";
import { encodeText } from "../../src/config/mod.ts";
import { ConfigFiles, type ConfigFilesOptions } from "../../src/host/config_files.ts";

Deno.test({
  name: "ConfigFiles runs the commands of one reading once, and none in extconfig.conf",
  // The process that ran a command is forgotten by its reader and ends by itself.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const directory = await Deno.makeTempDir();
    const write = (name: string, text: string) => Deno.writeTextFile(`${directory}/${name}`, text);
    await write("extconfig.conf", "[settings]\n#exec echo nonsense\nq.conf => fake,db,table\n");
    // The table is asked for only after a first reading has come upon it.
    await write("a.conf", `#exec echo ran >> ${directory}/count\\; echo [e]\\; echo x=1\n#include q.conf\n`);
    const driver = { value: { load: () => [{ id: 1, metric: 0, category: "q", name: "y", value: "2" }] } };
    const warnings: string[] = [];
    const files = new ConfigFiles({
      directory,
      exec: { execIncludes: true, execTimeout: 60_000 },
      drivers: { get: () => driver } as unknown as ConfigFilesOptions["drivers"],
      deadline: 60_000,
      warn: (message) => warnings.push(message),
    });
    for (const readings of [1, 2]) {
      const file = await files.read("a.conf", "");
      assertEquals([file?.section("e")?.get("x"), file?.section("q")?.get("y")], ["1", "2"]);
      assertEquals(await Deno.readTextFile(`${directory}/count`), "ran\n".repeat(readings));
    }
    assertEquals(warnings, [
      `${directory}/extconfig.conf:2:1: Cannot perform #exec in extconfig.conf, which is read whenever another file is!`,
    ]);
    await Deno.remove(directory, { recursive: true });
  },
});

Deno.test("ConfigFiles keeps bytes that are no UTF-8", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeFile(`${directory}/a.conf`, Uint8Array.of(...encodeText("[a]\nx="), 0xff));
  const files = new ConfigFiles({
    directory,
    exec: { execIncludes: false, execTimeout: 1000 },
    drivers: { get: () => undefined } as unknown as ConfigFilesOptions["drivers"],
    deadline: 1000,
    warn: () => {},
  });
  assertEquals((await files.read("a.conf", ""))?.section("a")?.get("x"), "\udcff");
  await Deno.remove(directory, { recursive: true });
});
