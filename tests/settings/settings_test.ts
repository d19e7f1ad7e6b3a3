import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { DEFAULT_CONTROL, DEFAULT_DIRECTORIES, defaultOptions, parseSettings } from "../../src/settings/mod.ts";

function settings(text: string, file = "/etc/x/asterism.conf") {
  return parseSettings(parse(text, { file }));
}

Deno.test("parseSettings() of an empty file gives Asterisk's directories and the default options", () => {
  assertEquals(settings(""), {
    file: "/etc/x/asterism.conf",
    directories: DEFAULT_DIRECTORIES,
    options: defaultOptions(),
    control: DEFAULT_CONTROL,
  });
});

Deno.test("parseSettings() takes relative directories from the file's own", () => {
  const { directories } = settings("[directories]\nastetcdir => .\nastmoddir => ../m/\nASTLOGDIR = /a/../log\n");
  assertEquals(directories, { ...DEFAULT_DIRECTORIES, astetcdir: "/etc/x", astmoddir: "/etc/m", astlogdir: "/log" });
});

Deno.test("parseSettings() turns seconds into milliseconds and lists into lists", () => {
  const { options } = settings(
    "[options]\nload_timeout = 0.5\nverbose = 3\nnocolor = yes\nlicenses = MIT , X-1.0,\nheartbeat_interval = 2\n" +
      "execincludes = yes\nexec_timeout = 0.5\n",
  );
  assertEquals(options, {
    ...defaultOptions(),
    loadTimeout: 500,
    verbose: 3,
    nocolor: true,
    licenses: ["MIT", "X-1.0"],
    heartbeatInterval: 2000,
    execIncludes: true,
    execTimeout: 500,
  });
});

Deno.test("parseSettings() takes Asterisk's words for yes and no", () => {
  const colorless = (word: string) => settings(`[options]\nnocolor = ${word}`).options.nocolor;
  assertEquals(["yes", "TRUE", "y", "t", "1", "on"].map(colorless), Array(6).fill(true));
  assertEquals(["no", "False", "n", "f", "0", "off"].map(colorless), Array(6).fill(false));
});

for (
  const [text, message] of [
    ["[options]\nload_timout = 1", 'asterism.conf:2:1: unknown key "load_timout": did you mean "load_timeout"'],
    ["[directories]\nfoo = /x", 'unknown key "foo": there are astetcdir'],
    ["[directories]\nastetcdir =", '"astetcdir" has no value'],
    ["[options]\nverbose = many", '"many" is no level'],
    ["[options]\nload_timeout = 0", '"0" is no time'],
    ["[options]\nload_timeout = 1e9", '"1e9" is no time'],
    ["[options]\nload_timeout = 1e3", '"1e3" is no time'],
    ["[options]\nload_timeout = 0x10", '"0x10" is no time'],
    ["[options]\ncall_timeout = 86401", "expected seconds, more than 0 and at most 86400"],
    ["[options]\nnocolor = maybe", '"maybe" is neither yes nor no'],
  ] as const
) {
  Deno.test(`parseSettings() refuses ${JSON.stringify(text)}`, () => {
    assertStringIncludes(assertThrows(() => settings(text), ConfigError).message, message);
  });
}

Deno.test("parseSettings() reads [files] as Asterisk does", () => {
  const text = "[files]\nastctl = x.ctl\nastctlpermissions = 0660\nastctlowner = root\nASTCTLGROUP => voice\n";
  assertEquals(settings(text).control, { name: "x.ctl", mode: 0o660, owner: "root", group: "voice" });
  assertThrows(() => settings("[files]\nastctlpermissions = 0888\n"), ConfigError, '"0888" is no mode of a file');
  assertThrows(() => settings("[files]\nastctlpermission = 0660\n"), ConfigError, 'did you mean "astctlpermissions"');
  assertThrows(() => settings("[files]\nastctl =\n"), ConfigError, '"astctl" has no value');
});
