import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/fault/mod.ts";
import { baseName, isModuleName, type Manifest, nameKey, parseManifest } from "../../src/manifest/mod.ts";

const CHECKSUM = `sha256:${"0a".repeat(32)}`;

function manifestOf(body: string): Manifest {
  return parseManifest(`[module]\nname = mod_a\n${body}\n`, "dir/mod_a.manifest");
}

Deno.test("parseManifest() reads every key and section", () => {
  const manifest = parseManifest(
    `; a comment
[Module]
NAME = func_x
checksum = ${CHECKSUM}
description = What it is; and this is a comment
support_level = Core
license = MIT
load_priority = AST_MODPRI_APP_DEPEND
export_globals = Yes
block_unload = 30
default_enabled = no
conflicts = res_e, res_f
optional_modules = res_a, res_b.so,, RES_A
optional_modules = res_c
enhances = res_d
config = x.conf
config = y.conf
[uses]
module = app_b
Application = Gosub
[canuse]
application = *
[provides]
function = PERIODIC_HOOK
service = timer : 200
service = clock
module = FUNC_X.so
[permissions]
net = 127.0.0.1:8088, h
read = \${astdatadir}/hooks
`,
    "/m/func_x.manifest",
  );
  const at = (need: { type: string; name: string; position: { line: number } }) =>
    `${need.position.line} ${need.type}=${need.name}`;
  const { optionalModules, enhances, conflicts, uses, canUse, provides, permissions, ...rest } = manifest;
  assertEquals(permissions.map(({ kind, value, position }) => `${position?.line} ${kind}=${value}`), [
    "29 net=127.0.0.1:8088",
    "29 net=h",
    "30 read=${astdatadir}/hooks",
  ]);
  assertEquals([optionalModules, enhances, conflicts, uses, canUse].map((needs) => needs.map(at)), [
    ["13 module=res_a", "13 module=res_b.so", "14 module=res_c"],
    ["15 module=res_d"],
    ["12 module=res_e", "12 module=res_f"],
    ["19 module=app_b", "20 application=Gosub"],
    ["22 application=*"],
  ]);
  assertEquals(provides.map((provided) => `${at(provided)} ${provided.priority}`), [
    "2 module=func_x 0",
    "24 function=PERIODIC_HOOK 0",
    "25 service=timer 200",
    "26 service=clock 0",
  ]);
  assertEquals(rest, {
    name: "func_x",
    checksum: CHECKSUM,
    description: "What it is",
    supportLevel: "core",
    license: "MIT",
    loadPriority: 80,
    exportGlobals: true,
    blockUnload: 30,
    defaultEnabled: false,
    configs: ["x.conf", "y.conf"],
    file: "/m/func_x.manifest",
  });
});

Deno.test("parseManifest() needs no more than a name", () => {
  const { checksum, description, supportLevel, license, loadPriority, provides, uses } = manifestOf("");
  assertEquals({ checksum, description, supportLevel, license, loadPriority, uses }, {
    checksum: undefined,
    description: "",
    supportLevel: "unknown",
    license: "",
    loadPriority: 128,
    uses: [],
  });
  assertEquals(provides.map(({ type, name }) => `${type}=${name}`), ["module=mod_a"]);
});

/** What is wrong with a manifest that begins with `[module]` and `name = mod_a`; lines count from there. */
const FAULTS: [body: string, line: number, says: string][] = [
  ["descripton = x", 3, 'unknown key "descripton": did you mean "description"'],
  ["colour = x", 3, 'unknown key "colour": there are name, checksum'],
  ["toString = x", 3, 'unknown key "toString"'],
  ["[permission]", 3, 'unknown section "permission": did you mean "permissions"'],
  ["[uses]\n[USES]", 4, 'section "[uses]" stands twice; the first is at line 3'],
  ["[module]", 3, 'section "[module]" stands twice'],
  ["name = mod_a", 3, '"name" stands twice; leave one of the two lines out'],
  ["description = a\ndescription = b", 4, '"description" stands twice'],
  ["support_level = core\nsupport_level = core", 4, "stands twice"],
  ["load_priority = 1\nload_priority = 1", 4, "stands twice"],
  ["checksum = md5:1", 3, "expected sha256: and 64 hexadecimal digits in lower case"],
  [`checksum = ${CHECKSUM.toUpperCase()}`, 3, "no checksum"],
  ["support_level = cor", 3, 'unknown support level "cor": did you mean "core"'],
  ["load_priority = 256", 3, "a name such as default, or 0 to 255"],
  ["load_priority = soon", 3, "no load priority"],
  ["export_globals = maybe", 3, "neither yes nor no"],
  ["block_unload = yes", 3, "expected whole seconds, 1 to 3600"],
  ["block_unload = 3601", 3, "expected whole seconds, 1 to 3600"],
  ["block_unload = 0", 3, "expected whole seconds, 1 to 3600"],
  ["config = ../x.conf", 3, "a name ending in .conf, without directories"],
  ["config = x", 3, "no configuration file"],
  ["enhances = ../x", 3, '"../x" is no module name'],
  ["optional_modules = res_a, res b", 3, '"res b" is no module name'],
  ["just words", 3, "No '=' (equal sign)"],
  ["#include other.conf", 3, "other.conf"],
  ["#exec date", 3, "exec"],
  ["description = a\x1b[2Jb", 3, "has a character that cannot be shown"],
  ["description = a\u202eb", 3, '"a\\u{202e}b"'],
  ["[uses]\nmodul = x", 4, 'unknown type "modul": did you mean "module"'],
  ["[uses]\nmy type = x", 4, '"my type" is no type of thing'],
  ["[uses]\nmodule =", 4, '"module" has no value: expected the name of a module'],
  ["[uses]\nmodule = a/b", 4, '"a/b" is no module name'],
  ["[canuse]\napplication =", 4, "has no value"],
  ["[provides]\nmodule = mod_b", 4, "a module provides no module but itself; remove module = mod_b"],
  ["[provides]\nservice = timer:high", 4, "expected a name, or name:priority such as timer:200"],
  ["[provides]\nservice = :5", 4, "no service"],
  ["default_enabled = perhaps", 3, "neither yes nor no"],
  ["conflicts = a b", 3, "no module name"],
  ["[permissions]\nnett = x", 4, 'unknown permission "nett": did you mean "net"'],
  ["[permissions]\nnet = a b", 4, "is not a host"],
  ["[permissions]\nread = here", 4, "not an absolute path"],
  ["[permissions]\nread =", 4, "an empty value"],
  ["[permissions]\nhost = root", 4, "there are modules, command"],
];

Deno.test("parseManifest() refuses what it does not know, at its line, and says what to do", () => {
  for (const [body, line, says] of FAULTS) {
    const error = assertThrows(() => manifestOf(body), ConfigError, says);
    assertEquals([error.position.file, error.position.line], ["dir/mod_a.manifest", line], body);
    assertEquals(error.message.startsWith(`dir/mod_a.manifest:${line}`), true, error.message);
  }
});

/** Whole manifests of a file `mod_a.manifest`. */
const NAMES: [text: string, line: number, says: string][] = [
  ["", 1, 'it has no "[module]" section'],
  ["[uses]\nmodule = x", 1, 'it has no "[module]" section'],
  ["[module](!)\nname = mod_a", 1, 'it has no "[module]" section'],
  ["[uses]\n[module]\nlicense = MIT", 2, '"[module]" has no "name"'],
  ["[module]\nlicense = MIT\nname = mod_b", 3, 'name "mod_b" is unlike the file\'s: expected a file "mod_b.manifest"'],
  ["[module]\nname = Mod_a", 2, "unlike the file's"],
  ["[module]\nname = mod_a.so", 2, "without an ending"],
  ["[module]\nname = ../mod_a", 2, "no module name"],
  ["[module]\nname =", 2, '"" is no module name'],
  ["name = mod_a", 1, "[section]"],
];

Deno.test("parseManifest() wants a name, and the file's", () => {
  for (const [text, line, says] of NAMES) {
    const error = assertThrows(() => parseManifest(text, "mod_a.manifest"), ConfigError, says);
    assertEquals(error.position.line, line, text);
  }
});

Deno.test("parseManifest() takes sections from templates like every reader of this dialect", () => {
  const manifest = parseManifest("[base](!)\nlicense = MIT\n[module](base)\nname = mod_a", "mod_a.manifest");
  assertEquals(manifest.license, "MIT");
});

Deno.test("nameKey() and baseName() drop an ending only when something stands before it", () => {
  const names: [string, string][] = [
    ["res_x", "res_x"],
    ["Res_X.SO", "Res_X"],
    ["x.js", "x"],
    ["x.mjs", "x"],
    ["x.ts", "x"],
    ["x.so.so", "x.so"],
    [".so", ".so"],
    ["so", "so"],
    ["x.conf", "x.conf"],
    ["", ""],
  ];
  for (const [typed, base] of names) {
    assertEquals([baseName(typed), nameKey(typed)], [base, base.toLowerCase()], typed);
  }
});

Deno.test("isModuleName() takes no path, no ending, no blank, no look-alike", () => {
  const good = ["a", "res_http", "func-x", "9p", "A".repeat(100)];
  const bad = ["", "_a", "-a", "a.so", "../a", "a/b", "a b", "a\n", "аpp", "A".repeat(101)];
  assertEquals([...good, ...bad].filter(isModuleName), good);
});
