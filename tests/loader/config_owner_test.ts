/** Which configuration files a module may read, and what it is shown of secrets in them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { configOwners, DiskSource, isOwnConfig } from "../../src/manifest/mod.ts";
import { startHost, type TestModule } from "./_harness.ts";

const MANAGER_CONF = "[general]\nenabled = yes\n[admin]\nsecret = sesame-of-ami\nread = all\n";
const HTTP_CONF = "[actions]\ntoken = token-of-the-operator\n";

/** A module that logs all that it is given of files. */
function reader(...files: string[]): TestModule {
  return {
    load: `for (const file of ${JSON.stringify(files)}) {
      try {
        const config = await host.config(file);
        host.log.notice("READ " + file + ": " + config.sections.map(({ name, entries }) =>
          "[" + name + "] " + entries.map(({ key, value }) => key + "=" + value).join(" ")).join(" "));
      } catch (error) { host.log.notice("REFUSED " + file + ": " + error.message); }
    }`,
    manifest: files.map((file) => `config = ${file}`).join("\n"),
  };
}

const configs = { "manager.conf": MANAGER_CONF, "http.conf": HTTP_CONF };

for (
  const [module, file] of [
    ["evil", "manager.conf"],
    ["evil", "http.conf"],
    ["evil", "modules.conf"],
    ["evil", "cli_permissions.conf"],
    ["evil", "secret.conf"],
    // What is left of these names is the file's, and yet it is somebody else's.
    ["res_manager", "manager.conf"],
    ["evil_manager", "manager.conf"],
    ["app_http", "http.conf"],
    ["x_http", "http.conf"],
    ["res_logger", "logger.conf"],
    ["logger", "logger.conf"],
    ["acl", "acl.conf"],
    ["x_secret", "secret.conf"],
  ] as const
) {
  Deno.test(`${file} is not read by ${module} without a grant`, async () => {
    await using host = await startHost({
      modules: { [module]: reader(file), other: {} },
      configs: { ...configs, "secret.conf": "[a]\nb = c\n", "acl.conf": "[a]\n", "logger.conf": "[logfiles]\n" },
    });
    const states = await host.states();
    assert(states.includes(`${module} declined 0`), states.join("\n"));
    assert(states.includes("other running 0"));
    assertStringIncludes(host.messages("error").join("\n"), `    [permissions]\n    ${module} = config=${file}`);
    assertEquals(host.messages("notice").filter((line) => line.includes("READ")), []);
  });
}

Deno.test("a module reads its own files without a grant, of its whole name and without what it is", async () => {
  await using host = await startHost({
    modules: { chan_sip: reader("chan_sip.conf", "sip.conf"), stranger: reader("stranger.conf") },
    configs: {
      "chan_sip.conf": "[a]\nb = 1\n",
      "sip.conf": "[peer]\nsecret = of-its-own\n",
      "stranger.conf": "[a]\nb = 3\n",
    },
  });
  assertEquals(host.messages("notice").filter((line) => line.includes("READ")).sort(), [
    "chan_sip: READ chan_sip.conf: [a] b=1",
    "chan_sip: READ sip.conf: [peer] secret=of-its-own",
    "stranger: READ stranger.conf: [a] b=3",
  ]);
  assertEquals(await host.states(), ["chan_sip running 0", "stranger running 0"]);
});

Deno.test("a grant shows another's file, and not the other's secrets; of a file that is nobody's it shows all", async () => {
  await using host = await startHost({
    modules: { evil: reader("manager.conf", "HTTP.conf", "shared.conf", "sip.conf"), chan_sip: reader("sip.conf") },
    policy: "[modules]\nload = evil\nload = chan_sip\n[permissions]\nevil = config=manager.conf, http.conf\n" +
      "evil = config=shared.conf, sip.conf\n",
    configs: {
      ...configs,
      "HTTP.conf": HTTP_CONF,
      "shared.conf": "[db]\npassword = for-all\n",
      "sip.conf": "[peer]\nmd5secret = x\n",
    },
  });
  assertEquals(
    host.messages("notice").filter((line) => line.includes("READ")).sort(),
    [
      "evil: READ manager.conf: [general] enabled=yes [admin] secret=******** read=all",
      "evil: READ HTTP.conf: [actions] token=********",
      "evil: READ shared.conf: [db] password=for-all",
      "evil: READ sip.conf: [peer] md5secret=********",
      "chan_sip: READ sip.conf: [peer] md5secret=x",
    ].sort(),
  );
  assertStringIncludes(
    await host.run("module show permissions evil"),
    "config=http.conf,manager.conf,shared.conf,sip.conf",
  );
});

Deno.test("what denies wins, also over a module's own file; [permissions] of a manifest asks as [module] does", async () => {
  await using host = await startHost({
    modules: {
      own: reader("own.conf"),
      asking: { ...reader(), load: reader("shared.conf").load!, manifest: "[permissions]\nconfig = shared.conf" },
      silent: { ...reader(), load: reader("shared.conf").load! },
    },
    policy: "[modules]\nautoload = yes\n[permissions]\nown = deny-config=own.conf\n" +
      "asking = config=shared.conf\nsilent = config=shared.conf\n",
    configs: { "own.conf": "[a]\nb = 1\n", "shared.conf": "[a]\nb = 2\n" },
  });
  const said = host.messages("notice").filter((line) => /READ|REFUSED/.test(line)).sort();
  assertEquals(said[0], "asking: READ shared.conf: [a] b=2");
  assertStringIncludes(said[1]!, 'own: REFUSED own.conf: Cannot read "own.conf": [permissions] of modules.conf do not');
  assertStringIncludes(said[2]!, 'silent: REFUSED shared.conf: Cannot read "shared.conf": the manifest of "silent"');
});

Deno.test("host=config shows no secret, by no filter either", async () => {
  await using host = await startHost({
    modules: {
      watcher: {
        load: `const read = async (filter) => {
          const { sections } = await host.admin.readConfig("manager.conf", filter);
          host.log.notice("READ " + filter + ": " + JSON.stringify(sections.map(({ name, entries }) => [name,
            ...entries.map(({ key, value }) => key + "=" + value)])));
        };
        for (const filter of ["", "secret=^ses", "secret=sesame-of-ami", "read=all"]) await read(filter);`,
        manifest: "[permissions]\nhost = config",
      },
    },
    policy: "[modules]\nload = watcher\n[permissions]\nwatcher = host=config\n",
    configs: { "manager.conf": `${MANAGER_CONF}[template](!)\nmd5_secret = x\n` },
  });
  assertEquals(host.messages("notice").filter((line) => line.includes("READ")), [
    'watcher: READ : [["general","enabled=yes"],["admin","secret=********","read=all"]]',
    "watcher: READ secret=^ses: []",
    "watcher: READ secret=sesame-of-ami: []",
    'watcher: READ read=all: [["admin","secret=********","read=all"]]',
  ]);
});

Deno.test("each file that a shipped manifest names is its module's own, and nobody's by its name alone", () => {
  const source = new DiskSource(new URL("../../modules", import.meta.url).pathname);
  const files = source.list().flatMap((name) =>
    [...new TextDecoder().decode(source.manifest(name).bytes).matchAll(/^config = (.*)$/gm)].map(([, file]) =>
      [name, file!] as const
    )
  );
  assert(files.length >= 8, String(files.length));
  for (const [name, file] of files) {
    assert(isOwnConfig(name, file), `${file} of ${name}`);
    assert(configOwners(file)?.includes(name), `${file} must be reserved for ${name}`);
    assert(
      !isOwnConfig(file.replace(/\.conf$/, "_"), file) && !isOwnConfig(`evil_${file.replace(/\.conf$/, "")}`, file),
    );
  }
});
