/** Denials, built-in modules of Node and links, as an operator meets them, and what the console says of them. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { startHost } from "./_harness.ts";

const POLICY = `[modules]
autoload = yes
[realms]
stranger = process
[permissions]
default = deny-net=10.0.0.1
reader = read=/nowhere/a
reader = net=h:1
reader = deny-net=g
whole = manifest
stranger = none
noder = node=path
holed = net=*`;

Deno.test("module show permissions tells what is asked, granted, denied and effective, and why", async () => {
  await using host = await startHost({
    modules: {
      reader: { manifest: "[permissions]\nread = /nowhere/a/b\nnet = h" },
      whole: { manifest: "[permissions]\nnet = 10.0.0.1, h" },
      stranger: {},
      noder: {
        source: `import { join } from "node:path"; import { defineModule } from "asterism";
          export default defineModule({ license: "MIT", description: "Test module noder",
            load(host) { host.log.notice(join("a", "b")); return 0; } });`,
        manifest: "[permissions]\nnode = path",
      },
      holed: { manifest: "[permissions]\nnet = *" },
      vain: { manifest: "[permissions]\nnet = h" },
    },
    policy: POLICY,
  });
  const rows = JSON.parse(await host.run("module show permissions --json")) as Record<string, unknown>[];
  const shown = rows.map(({ name, kind, effective, why, state }) => [name, kind, effective, why, state]);
  assertEquals(shown, [
    ["holed", "shared", "", ["net=*: deny-net=10.0.0.1 takes a part of it, so all is gone"], "declined"],
    ["noder", "dedicated", "node=path", ['node=path: granted by "noder = …"'], "running"],
    ["reader", "dedicated", "read=/nowhere/a/b net=h:1", [
      'read=/nowhere/a/b: granted by "reader = …"',
      'net=h: granted in part, net=h:1, by "reader = …"',
    ], "running"],
    ["stranger", "process", "", ["it asks for nothing"], "running"],
    ["vain", "shared", "", ["net=h: not granted"], "declined"],
    ["whole", "dedicated", "net=h", ["net=10.0.0.1: denied", 'net=h: granted by "whole = manifest"'], "running"],
  ]);
  assertStringIncludes(host.messages("notice").join("\n"), "noder: a/b");
  assertStringIncludes(
    host.messages("error").join("\n"),
    "deny-net=10.0.0.1 takes a part of net=*, and no realm can have the rest: grant less",
  );
  const one = await host.run("module show permissions READER.so");
  for (
    const text of ["read=/nowhere/a net=h:1", "net=10.0.0.1,g", "read=/nowhere/a/b net=h:1", "dedicated, dedicated/"]
  ) {
    assertStringIncludes(one, text);
  }
  const all = await host.run("module show permissions");
  assertStringIncludes(all, "stranger                       process    none");
  assertStringIncludes(all, "6 modules installed");
  assertEquals(
    await host.run("module show permissions nobody"),
    "No such module 'nobody'\nCommand 'module show permissions nobody' failed.",
  );
});

Deno.test("a module whose granted folder has a link that leads out does not start", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const name of ["granted/deep", "real"]) await Deno.mkdir(`${directory}/${name}`, { recursive: true });
    await Deno.symlink("../../real", `${directory}/granted/deep/out`);
    await Deno.symlink(`${directory}/granted`, `${directory}/alias`);
    await Deno.writeTextFile(`${directory}/granted/file`, "text");
    const reading = `host.log.notice(Deno.readTextFileSync("${directory}/alias/file"))`;
    await using host = await startHost({
      modules: {
        led_out: { manifest: `[permissions]\nread = ${directory}/granted` },
        both: { load: reading, manifest: `[permissions]\nread = ${directory}/alias, ${directory}/real` },
      },
      policy: "[modules]\nautoload = yes\n[permissions]\ndefault = manifest",
    });
    assertEquals(await host.states(), ["both running 0", "led_out declined 0"]);
    await host.logged(/^both: text$/);
    assertStringIncludes(
      host.messages("error").join("\n"),
      `read=${directory}/granted has a link that leads out of it: ${directory}/granted/deep/out is ${directory}/real; remove it or grant that, too`,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a module that was granted a program by its name runs it, in every kind of realm", async () => {
  const load = `const { stdout } = await new Deno.Command("echo", { args: ["ran"] }).output();
    host.log.notice(new TextDecoder().decode(stdout).trim());
    const other = async () => await new Deno.Command("cat").output();
    host.log.notice(await other().then(() => "escaped", ({ name }) => name));
    host.log.notice(Deno.env?.get("PATH") ?? "no PATH")`;
  const kinds = ["shared", "dedicated", "process"];
  await using host = await startHost({
    modules: Object.fromEntries(kinds.map((kind) => [kind, { load, manifest: "[permissions]\nrun = echo" }])),
    policy: "[modules]\nautoload = yes\n[permissions]\ndefault = manifest\n[realms]\n" +
      kinds.map((kind) => `${kind} = ${kind}\n`).join(""),
    options: { loadTimeout: 15_000 },
  });
  for (const kind of kinds) {
    const said = host.messages("notice").filter((line) => line.startsWith(`${kind}: `));
    assertEquals(said, [`${kind}: ran`, `${kind}: NotCapable`, `${kind}: no PATH`]);
  }
});
