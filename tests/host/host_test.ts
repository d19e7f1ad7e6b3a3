import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError, createHost, HostError } from "../../mod.ts";
import { programLacks } from "../../src/host/program_permissions.ts";
import { permissionSet } from "../../src/permission/mod.ts";

/** A directory with these files, removed at the end. */
async function directoryOf(files: Record<string, string>) {
  const path = await Deno.makeTempDir({ prefix: "asterism-test-" });
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${path}/${name}`, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("createHost() names the file that is missing", async () => {
  await using directory = await directoryOf({ "asterism.conf": "[directories]\nastetcdir => .\n" });
  const absent = await assertRejects(() => createHost({ config: `${directory.path}/absent.conf` }), HostError);
  assertEquals([absent.code, absent.message.includes(`${directory.path}/absent.conf`)], ["config", true]);
  const error = await assertRejects(() => createHost({ config: `${directory.path}/asterism.conf` }), HostError);
  assertStringIncludes(error.message, "'modules.conf' invalid or missing");
});

Deno.test("createHost() gives the place of a fault", async () => {
  await using directory = await directoryOf({
    "asterism.conf": "[directories]\nastetcdir => .\nastmoddir => .\n",
    "modules.conf": "[modules]\nautolaod = yes\n",
  });
  const error = await assertRejects(() => createHost({ config: `${directory.path}/asterism.conf` }), ConfigError);
  assertEquals(error.position.line, 2);
  assertStringIncludes(error.message, 'did you mean "autoload"');
});

Deno.test("boot() with nothing to load runs, executes commands and can be disposed", async () => {
  await using directory = await directoryOf({
    "asterism.conf": "[directories]\nastetcdir => .\nastmoddir => .\n",
    "modules.conf": "",
  });
  await using host = await createHost({ config: `${directory.path}/asterism.conf` });
  assertEquals(await host.boot(), { status: 0, running: 0 });
  const { output, ok } = await host.execute("module show");
  assertEquals([output.split("\n").at(-2), ok], ["0 modules loaded", true]);
  assertEquals((await host.execute("module load nothing")).ok, false);
});

Deno.test("boot() fails with status 1 without a modules directory, and 2 without a required module", async () => {
  await using directory = await directoryOf({
    "asterism.conf": "[directories]\nastetcdir => .\nastmoddir => absent\n",
    "modules.conf": "[modules]\nrequire = res_x\n",
  });
  await using host = await createHost({ config: `${directory.path}/asterism.conf` });
  assertEquals((await host.boot()).status, 1);
  await Deno.mkdir(`${directory.path}/absent`);
  await using second = await createHost({ config: `${directory.path}/asterism.conf` });
  assertEquals((await second.boot()).status, 2);
});

Deno.test("core stop asks the owner of the host to stop it", async () => {
  await using directory = await directoryOf({
    "asterism.conf": "[directories]\nastetcdir => .\nastmoddir => .\n",
    "modules.conf": "",
  });
  await using host = await createHost({ config: `${directory.path}/asterism.conf` });
  await host.boot();
  await host.execute("core stop gracefully");
  assertEquals(await host.stopRequested, "gracefully");
});

Deno.test({
  name: "programLacks() names what the program itself was not granted",
  permissions: { read: ["/tmp"], net: ["127.0.0.1"] },
  fn() {
    const lacks = programLacks(permissionSet([
      { kind: "read", value: "/tmp/a" },
      { kind: "read", value: "/etc" },
      { kind: "net", value: "127.0.0.1:80" },
      { kind: "net", value: "*.example.com" },
      { kind: "env", value: "A*" },
      { kind: "host", value: "modules" },
    ]));
    assertEquals(lacks.map(({ kind, value }) => `${kind}=${value}`), ["read=/etc", "net=*.example.com", "env=A*"]);
  },
});

Deno.test({
  name: "programLacks() knows that the program has all names below one, and a prefix of variables",
  permissions: { net: ["*.example.com", "b.example.org", "10.0.0.0/8"], env: ["A*"] },
  fn() {
    const asked = {
      net: ["*.example.com:80", "a.example.com", "*.example.org", "10.0.0.0/8", "10.1.2.3", "11.0.0.0/8"],
    };
    const lacks = programLacks(permissionSet([
      ...asked.net.map((value) => ({ kind: "net", value }) as const),
      { kind: "env", value: "A*" },
      { kind: "env", value: "B*" },
    ]));
    const found = lacks.map(({ kind, value }) => `${kind}=${value}`);
    // A range is handed on to no Worker by Deno, unless the program has everything of its kind.
    assertEquals(found, ["net=*.example.org", "net=10.0.0.0/8", "net=11.0.0.0/8", "env=B*"]);
  },
});
