import { readSqliteSettings } from "../../modules/_sqlite_settings.ts";
import { readExtensions } from "../../modules/_extensions.ts";
import { readLineSettings } from "../../modules/_line_settings.ts";
import { assertEquals } from "@std/assert";
import type { ModuleConfig } from "asterism";
import { readAliases } from "../../modules/_aliases.ts";
import { fileNameFault, parseTemplate } from "../../modules/_cdr_template.ts";
import { readToken } from "../../modules/_http_actions.ts";
import { parseHttpSettings } from "../../modules/_http_server.ts";
import { readManagerConfig } from "../../modules/_manager_config.ts";
import { parse } from "../../src/config/mod.ts";
import { DEFAULT_LOGGER, parseLoggerConf } from "../../src/log/mod.ts";
import { parsePolicy } from "../../src/policy/mod.ts";
import { defaultOptions, parseSettings } from "../../src/settings/mod.ts";
import { readConfig } from "./_fake_host.ts";

const CONFIGS = new URL("../../configs/", import.meta.url);

/** A sample by the real reader; warnings are faults here. */
async function sample(name: string) {
  const warnings: unknown[] = [];
  const config = parse(await Deno.readTextFile(new URL(name, CONFIGS)), {
    file: `/etc/${name}`,
    onWarning: (warning) => warnings.push(warning),
  });
  assertEquals(warnings, [], name);
  return config;
}

/** The same as a module is given it. */
async function moduleSample(name: string): Promise<ModuleConfig> {
  const config = await sample(name);
  // The fake reader knows a part of the dialect; what both see must agree, or the tests here read other files than users.
  const fake = readConfig(`/etc/${name}`, await Deno.readTextFile(new URL(name, CONFIGS)));
  assertEquals(
    fake.sections.map((section) => [section.name, ...section.entries.map(({ key, value }) => `${key}=${value}`)]),
    config.sections.map((section) => [section.name, ...section.entries.map(({ key, value }) => `${key}=${value}`)]),
  );
  return fake;
}

Deno.test("asterism.conf holds the defaults of all options", async () => {
  const { directories, options } = parseSettings(await sample("asterism.conf"));
  const { licenses, ...others } = options;
  const { licenses: accepted, ...absent } = defaultOptions();
  assertEquals(others, absent);
  assertEquals([...licenses].sort(), [...accepted].sort());
  assertEquals([directories.astmoddir, directories.astlogdir], ["/modules", "/var/log"]);
});

Deno.test("logger.conf says what there is without it", async () => {
  const { settings, warnings } = parseLoggerConf(await sample("logger.conf"));
  assertEquals(warnings, []);
  const { channels, ...general } = settings;
  const { channels: absent, ...others } = DEFAULT_LOGGER;
  assertEquals(general, others);
  const shown = (list: typeof channels) =>
    list.map(({ name, levels }) => [name, [...new Set([...levels, "verbose"])].sort()]);
  assertEquals(shown(channels), [[absent[0]?.name ?? "", [...absent[0]?.levels ?? []].sort()]]);
});

Deno.test("modules.conf grants what the shipped modules ask for", async () => {
  const variables = { astlogdir: "/var/log/asterism", astrundir: "/run/asterism", astdatadir: "/var/lib/asterism" };
  const policy = parsePolicy(await sample("modules.conf"), variables);
  const lines = policy.lines.map(({ directive, name }) => `${directive} ${name}`);
  assertEquals([policy.autoload, policy.loadUses, policy.defaultGrant.lines], [true, true, []]);
  assertEquals(lines, ["noload res_http_actions"]);
  const grants = [...policy.grants].map((
    [name, { lines }],
  ) => [name, ...lines.map(({ kind, value }) => `${kind}=${value}`)]);
  assertEquals(grants, [
    ["cdr_custom", "write=/var/log/asterism/cdr-custom"],
    ["res_http", "net=127.0.0.1:8088", "host=modules", "host=status", "host=events", "host=log"],
    ["res_clialiases", "host=command", "host=provide:command"],
    ["pbx_config", "host=provide:dialplan"],
    ["app_stack", "host=use:dialplan"],
    ["app_exec", "host=use:application"],
    ["func_periodic_hook", "host=use:application"],
    ["res_config_sqlite3", "read=/var/lib/asterism/realtime", "node=sqlite"],
    [
      "manager",
      "net=127.0.0.1:5038",
      ...["modules", "command", "loader", "status", "events", "config", "manager"].map((name) => `host=${name}`),
    ],
    [
      "chan_line",
      "net=127.0.0.1:4573",
      "read=/run/asterism/line.sock",
      "write=/run/asterism/line.sock",
      "host=use:dialplan",
    ],
    ["func_env", "env=LANG", "env=TZ"],
  ]);
  assertEquals([...policy.realms], [["res_timing_worker", "dedicated"]]);
});

Deno.test("the samples of the modules are without fault", async () => {
  assertEquals((await moduleSample("sample.conf")).section("general")?.get("greeting"), "Hello from Asterism");
  const http = parseHttpSettings(await moduleSample("http.conf"));
  assertEquals([http.enabled, http.page, http.bindaddr, http.bindport], [true, true, "127.0.0.1", 8088]);
  assertEquals(readToken(await moduleSample("http.conf")), undefined);
  const manager = readManagerConfig(await moduleSample("manager.conf"));
  assertEquals([manager.settings.enabled, manager.users, manager.warnings], [false, [], []]);
  const aliases = readAliases(await moduleSample("cli_aliases.conf"));
  assertEquals([aliases.warnings, aliases.aliases.length], [[], 4]);
  const { contents, warnings } = readExtensions(await moduleSample("extensions.conf"));
  assertEquals([warnings, contents.contexts.map(({ name }) => name)], [[], ["default", "say"]]);
  const sqlite = readSqliteSettings(await moduleSample("res_config_sqlite3.conf"), "/d");
  assertEquals([[...sqlite.databases.keys()], sqlite.warnings], [["asterism"], []]);
  const line = readLineSettings(await moduleSample("chan_line.conf"), "/run");
  assertEquals([line.tcp, line.path], [{ hostname: "127.0.0.1", port: 4573 }, undefined]);
  for (const { key, value } of (await moduleSample("cdr_custom.conf")).section("mappings")!.entries) {
    assertEquals([fileNameFault(key), parseTemplate(value).length > 0], [undefined, true]);
  }
});
