import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/fault/mod.ts";
import { generateManifest, type ModuleFacts } from "../../src/manifest/generate.ts";
import { parseManifest } from "../../src/manifest/mod.ts";

const CHECKSUM = `sha256:${"0".repeat(64)}`;
const FACTS: ModuleFacts = { license: "MIT", description: "Sample" };

function generate(source: string, facts: ModuleFacts = FACTS): string {
  return generateManifest({
    name: "sample",
    file: "modules/sample.ts",
    origin: "sample.ts",
    source,
    checksum: CHECKSUM,
    facts,
  });
}

/** The manifest without its first line and what every one has. */
function linesOf(source: string, facts: ModuleFacts = FACTS): string[] {
  const always = ["name = sample", `checksum = ${CHECKSUM}`, "description = Sample", "license = MIT", "[module]"];
  return generate(source, facts).trimEnd().split("\n").slice(1).filter((line) => !always.includes(line));
}

const info = (xml: string) => `/*** MODULEINFO\n${xml}\n***/`;
const documentation = (xml: string) => `/*** DOCUMENTATION\n${xml}\n***/`;
const DEFAULT = "load_priority = default";

Deno.test("generateManifest() writes all sections in their order", () => {
  const source = `${
    info(`  <support_level>core</support_level> <use type="module">app_chanspy</use>
  <use type="application">Gosub</use><canuse>res_statsd</canuse>
  <load_priority>AST_MODPRI_APP_DEPEND</load_priority>
  <config>extensions.conf</config>
  <optional_module>res_x</optional_module><enhances>res_y</enhances>
  <permission type="net">127.0.0.1:8088</permission>
  <permission type="read">\${datadir}/hooks</permission>
  <provide type="service" priority="100">timer</provide>`)
  }
import { defineModule } from "asterism";
${documentation('  <function name="PERIODIC_HOOK" language="en_US"><synopsis>Hooks.</synopsis></function>')}`;
  assertEquals(
    generate(source),
    `; made by \`deno task manifests\` from sample.ts, which is the place to change it
[module]
name = sample
checksum = ${CHECKSUM}
description = Sample
support_level = core
license = MIT
load_priority = app_depend
optional_modules = res_x
enhances = res_y
config = extensions.conf
[uses]
module = app_chanspy
application = Gosub
[canuse]
module = res_statsd
[provides]
service = timer:100
function = PERIODIC_HOOK
[permissions]
net = 127.0.0.1:8088
read = \${datadir}/hooks
`,
  );
});

const READ: readonly { what: string; source: string; lines: readonly string[] }[] = [
  { what: "a source without comments", source: "export default 1;", lines: [DEFAULT] },
  { what: "an empty comment", source: "/*** MODULEINFO ***/", lines: [DEFAULT] },
  {
    what: "CRLF, a gutter of asterisks and an end with one asterisk",
    source: "/*** MODULEINFO\r\n * <support_level>core</support_level>\r\n * <enhances>a</enhances>\r\n */",
    lines: ["support_level = core", DEFAULT, "enhances = a"],
  },
  {
    what: "entities, CDATA, comments and text over several lines",
    source: documentation('<!-- <x> -->\n<command name="a &amp; b"/><command name="x&#59;y"/>') +
      info('<use type="service"><![CDATA[ a&b ]]></use>\n<use type="service">a\n   long\tname</use>'),
    lines: [
      DEFAULT,
      "[uses]",
      "service = a&b",
      "service = a long name",
      "[provides]",
      "command = a & b",
      String.raw`command = x\;y`,
    ],
  },
  { what: "use of an external library", source: info('<use type="external">neon</use>'), lines: [DEFAULT] },
  {
    what: "elements that concern building only",
    source: info("<depend>zlib</depend><conflict type='external'>launchd</conflict><member name='a'/>"),
    lines: [DEFAULT],
  },
  {
    what: "conflicts, and that a build leaves it out unless it is chosen",
    source: info("<defaultenabled>no</defaultenabled><conflict>x</conflict><conflict>y</conflict>"),
    lines: [DEFAULT, "default_enabled = no", "conflicts = x", "conflicts = y"],
  },
  { what: "export_globals", source: info("<export_globals/>"), lines: [DEFAULT, "export_globals = yes"] },
  { what: "block_unload", source: info("<block_unload>30</block_unload>"), lines: [DEFAULT, "block_unload = 30"] },
  {
    what: "one thing documented in two languages",
    source: documentation('<application name="A" language="en"/><application name="A" language="de"/>'),
    lines: [DEFAULT, "[provides]", "application = A"],
  },
  {
    what: "documentation that provides nothing",
    source: documentation('<configInfo name="x"><a/></configInfo>'),
    lines: [DEFAULT],
  },
  {
    what: "actions and events of the manager",
    source: documentation('<manager name="Ping"/><managerEvent name="Pong"/>'),
    lines: [DEFAULT, "[provides]", "manager = Ping", "managerevent = Pong"],
  },
  {
    what: "services with and without a priority",
    source: documentation('<service name="a" priority="0"/><service name="b"/><service name="c" priority="7"/>'),
    lines: [DEFAULT, "[provides]", "service = a", "service = b", "service = c:7"],
  },
];

for (const { what, source, lines } of READ) {
  Deno.test(`generateManifest() reads ${what}`, () => assertEquals(linesOf(source), [...lines]));
}

const REFUSED: readonly { source: string; line: number; reason: RegExp }[] = [
  { source: info("<uze>a</uze>"), line: 2, reason: /unknown element in MODULEINFO: "uze"; did you mean "use"\?/ },
  { source: documentation('\n<applicaton name="A"/>'), line: 3, reason: /did you mean "application"/ },
  { source: info("<use>a</use>"), line: 2, reason: /"<use>" has no type; write <use type="module">/ },
  { source: info('<use type="modul">a</use>'), line: 2, reason: /unknown type: "modul"; did you mean "module"/ },
  { source: info('<use type="module">a.so</use>'), line: 2, reason: /"a.so" is no module name/ },
  { source: info('<use type="a b">x</use>'), line: 2, reason: /"a b" is no type/ },
  { source: info('\n\n<use type="application"> </use>'), line: 4, reason: /"<use>" is empty/ },
  { source: info("<support_level>cor</support_level>"), line: 2, reason: /did you mean "core"/ },
  { source: info("<load_priority>soon</load_priority>"), line: 2, reason: /"soon" is no load priority/ },
  { source: info("<enhances>a</enhances>\n<export_globals/>\n<export_globals/>"), line: 4, reason: /stands twice/ },
  { source: info("<block_unload>ever</block_unload>"), line: 2, reason: /expected whole seconds, 1 to 3600/ },
  { source: info('<permission type="nett">x</permission>'), line: 2, reason: /did you mean "net"/ },
  { source: info('<permission type="net">x y</permission>'), line: 2, reason: /"x y" is not a host/ },
  { source: info("<permission>x</permission>"), line: 2, reason: /has no type/ },
  { source: info("<defaultenabled>maybe</defaultenabled>"), line: 2, reason: /neither yes nor no/ },
  { source: info("<conflict>../x</conflict>"), line: 2, reason: /no module name/ },
  { source: info("<config>../x</config>"), line: 2, reason: /no configuration file/ },
  { source: info('<provide type="command" priority="1">x</provide>'), line: 2, reason: /only a service/ },
  { source: documentation('<service name="a" priority="high"/>'), line: 2, reason: /"high" is no priority/ },
  { source: documentation("<application/>"), line: 2, reason: /has no name/ },
  {
    source: info("<enhances>a</enhances>\nstray words"),
    line: 3,
    reason: /"stray words" stands in MODULEINFO outside/,
  },
  { source: info("<enhances>\na</enhance>"), line: 3, reason: /closing tag 'enhances' \(opened in line 2\)/ },
  { source: info('<use type="module>a</use>'), line: 2, reason: /open quote/ },
  { source: info("<enhances>a\n& b</enhances>"), line: 3, reason: /'&' is not expected/ },
  { source: info("<enhances>a\n&uuml;b</enhances>"), line: 3, reason: /unknown entity "&uuml;"/ },
  { source: `// a\n// b\n/*** MODULEINFO <x/> ***/`, line: 3, reason: /unknown element/ },
];

for (const { source, line, reason } of REFUSED) {
  Deno.test(`generateManifest() refuses ${source.replaceAll("\n", " ")}`, () => {
    const error = assertThrows(() => generate(source), ConfigError);
    assertMatch(error.reason, reason);
    assertEquals(error.position, { file: "modules/sample.ts", line });
    assert(!error.reason.endsWith("."), error.reason);
  });
}

Deno.test("generateManifest() takes the priority from defineModule, which MODULEINFO must not contradict", () => {
  const facts = { ...FACTS, loadPriority: "timing" };
  assertEquals(linesOf("", facts), ["load_priority = timing"]);
  assertEquals(linesOf(info("<load_priority>50</load_priority>"), facts), ["load_priority = 50"]);
  assertThrows(
    () => linesOf(info("<load_priority>core</load_priority>"), facts),
    ConfigError,
    'unlike loadPriority "timing"',
  );
});

Deno.test("generateManifest() gives what parseManifest() reads back", () => {
  const facts = { license: "MIT", description: " one;\n two --; \\; #three ;-- four", loadPriority: 7 };
  const source = info('<use type="application">A;B</use>') + documentation('<service name="x" priority="9"/>');
  const manifest = parseManifest(generate(source, facts), "sample.manifest");
  assertEquals(manifest.description, "one; two --; \\; #three ;-- four");
  assertEquals(manifest.loadPriority, 7);
  assertEquals(manifest.uses.map(({ name }) => name), ["A;B"]);
  assertEquals(manifest.provides.map(({ type, name, priority }) => [type, name, priority]), [
    ["module", "sample", 0],
    ["service", "x", 9],
  ]);
});

Deno.test("generateManifest() names its origin, not the path it was read from", () => {
  assertStringIncludes(generate("").split("\n")[0] ?? "", " from sample.ts,");
  assert(!generate("").includes("modules/"));
});
