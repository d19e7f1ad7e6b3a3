import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatAliases, readAliases } from "../../modules/_aliases.ts";
import module from "../../modules/res_clialiases.ts";
import { FakeHost, readConfig } from "./_fake_host.ts";

function read(text: string): { aliases: Record<string, string>; warnings: readonly string[] } {
  const { aliases, warnings } = readAliases(readConfig("a.conf", text));
  return { aliases: Object.fromEntries(aliases.map(({ alias, command }) => [alias, command])), warnings };
}

Deno.test("readAliases() reads the templates that are named", () => {
  const text = "[general]\ntemplate = a\ntemplate = b\n[a]\nx  y=module  show\nr=module reload\n[b]\nR=core reload\n" +
    "z=core show help\n[c]\nunused=x\n";
  assertEquals(read(text), {
    aliases: { "x y": "module show", r: "module reload", z: "core show help" },
    warnings: ['a.conf:8: alias "R" is defined at a.conf:6 already'],
  });
});

Deno.test("readAliases() says what is wrong and where", () => {
  const text = "[general]\ntemplates = a\ntemplate = none\ntemplate = a\n[a]\nempty=\n";
  assertEquals(read(text).warnings, [
    "a.conf:2: templates is not a correct option in [general]: expected template",
    "a.conf:3: there is no section [none] for template = none",
    'a.conf:6: alias "empty" has no command',
  ]);
});

Deno.test("readAliases() refuses circles and keeps chains", () => {
  const cases: [lines: string, kept: string[]][] = [
    ["a=a", []],
    ["a=a b", []],
    ["a=b\nb=a", []],
    ["a=b\nb=c\nc=B x", []],
    ["a=b\nb=core show", ["a", "b"]],
    ["reload=module reload", ["reload"]],
    ["show=core show\ncore show=show", []],
    ["module reload=reload\nreload=core reload", ["module reload", "reload"]],
    ["abc=ab c", ["abc"]],
    ["a b=a\na=x", ["a b", "a"]],
    ["x=a\na=b c\nb c=a", []],
  ];
  for (const [lines, kept] of cases) {
    const { aliases, warnings } = read(`[general]\ntemplate = t\n[t]\n${lines}\n`);
    assertEquals(Object.keys(aliases), kept, lines);
    assertEquals(warnings.length, lines.split("\n").length - kept.length, lines);
  }
});

Deno.test("formatAliases() prints Asterisk's columns", () => {
  const long = "x".repeat(60);
  const text = formatAliases([{ alias: "reload", command: long, place: "" }]);
  assertEquals(
    text,
    `${"Alias Command".padEnd(50)} ${"Real Command".padEnd(50)}\n${"reload".padEnd(50)} ${"x".repeat(50)}\n`,
  );
});

Deno.test("res_clialiases runs the real command with the arguments", async () => {
  const host = new FakeHost({ files: { "cli_aliases.conf": "[general]\ntemplate = t\n[t]\nmr = module reload\n" } });
  assertEquals(await module.load?.(host), 0);
  assertEquals(await host.type("mr", "res_http"), "ran module reload res_http\n");
  assertEquals(host.said, ["verbose 2: Aliased CLI command 'mr' to 'module reload'"]);
  assertStringIncludes(await host.type("cli show aliases"), `\n${"mr".padEnd(50)} module reload`);
});

Deno.test("res_clialiases reload applies changes", async () => {
  const host = new FakeHost({ files: { "cli_aliases.conf": "[general]\ntemplate = t\n[t]\na = x\nb = y\nc = z\n" } });
  await module.load?.(host);
  host.files["cli_aliases.conf"] = "[general]\ntemplate = t\n[t]\nd = w\na = x\nb = changed\n";
  assertEquals(await module.reload?.(host), undefined);
  assertEquals([...host.commands.keys()].sort(), ["a", "b", "cli show aliases", "d"]);
  assertEquals(await host.type("b"), "ran changed\n");
  const shown = (await host.type("cli show aliases")).split("\n").map((line) => line.split(" ")[0]);
  assertEquals(shown, ["Alias", "d", "a", "b", ""]);
  delete host.files["cli_aliases.conf"];
  await module.reload?.(host);
  assertEquals([...host.commands.keys()], ["cli show aliases"]);
});

Deno.test("res_clialiases leaves out an alias whose words are taken", async () => {
  const conf = "[general]\ntemplate = t\n[t]\ncli show aliases = x\nb = y\n";
  const host = new FakeHost({ files: { "cli_aliases.conf": conf } });
  assertEquals(await module.load?.(host), 0);
  assertStringIncludes(host.said[0]!, 'warning: /etc/cli_aliases.conf:4: left out alias "cli show aliases"');
  assertEquals([...host.commands.keys()], ["cli show aliases", "b"]);
});

Deno.test("res_clialiases runs without its file", async () => {
  const host = new FakeHost();
  assertEquals(await module.load?.(host), 0);
  assertEquals(host.said, ["error: cli_aliases.conf not found: there are no aliases"]);
});
