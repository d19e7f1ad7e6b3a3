import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { type Manifest, parseManifest } from "../../src/manifest/mod.ts";
import { formatPermissions, type PermissionLine, permissionSet } from "../../src/permission/mod.ts";
import { decideGrant, grantingLines, parsePolicy, type Policy, showPermissions } from "../../src/policy/mod.ts";

const VARIABLES = { astdatadir: "/data" };

function policyOf(text: string): Policy {
  return parsePolicy(parse(text, { file: "modules.conf" }), VARIABLES);
}

function manifestOf(permissions: string, name = "mod_a"): Manifest {
  return parseManifest(`[module]\nname = ${name}\n[permissions]\n${permissions}\n`, `m/${name}.manifest`);
}

Deno.test("parsePolicy() has Asterisk's defaults and ours without a single line", () => {
  const { autoload, loadUses, lines, uses, defaultGrant, defaultRealm } = policyOf("");
  assertEquals({ autoload, loadUses, lines, uses, defaultGrant, defaultRealm }, {
    autoload: false,
    loadUses: true,
    lines: [],
    uses: [],
    defaultGrant: { asAsked: false, lines: [], decides: false },
    defaultRealm: "shared",
  });
});

Deno.test("parsePolicy() reads switches as Asterisk does: the last line wins, and little is yes", () => {
  for (const yes of ["yes", "TRUE", "y", "t", "1", "on"]) {
    assertEquals(policyOf(`[modules]\nautoload=no\nAutoLoad => ${yes}`).autoload, true, yes);
  }
  for (const no of ["no", "2", "enable", "", "yes!"]) {
    assertEquals(policyOf(`[modules]\nautoload=yes\nautoload=${no}`).autoload, false, no);
  }
  assertEquals(policyOf("[modules]\nload_uses=no").loadUses, false);
});

Deno.test("parsePolicy() keeps the lines of the first [modules], as written and in order", () => {
  const { lines } = policyOf(`[Modules]
LOAD => a.so
preload = b
[other]
load = never
[modules]
load = second
[modules](+)
preload-require = c
neverload=d
noload=e
require=f`);
  assertEquals(lines.map(({ directive, name, position: { line } }) => `${line} ${directive} ${name}`), [
    "2 load a.so",
    "3 preload b",
    "9 preload-require c",
    "10 neverload d",
    "11 noload e",
    "12 require f",
  ]);
});

Deno.test("parsePolicy() takes modules from a template, and a template alone for nothing", () => {
  assertEquals(policyOf("[base](!)\nload=a\n[modules](base)\nload=b").lines.map(({ name }) => name), ["a", "b"]);
  assertEquals(policyOf("[modules](!)\nload=a").lines, []);
});

const FAULTS: [text: string, line: number, says: string][] = [
  ["[modules]\nload=a\nlod=b", 3, `Unknown configuration option 'lod': did you mean "load"`],
  ["[modules]\nfoo=b", 2, "Unknown configuration option 'foo'"],
  ["[uses]\ntype = modul", 2, 'unknown type "modul": did you mean "module"'],
  ["[uses]\ntype =", 2, '"" is no type of thing'],
  ["[uses]\ntype = two words", 2, '"two words" is no type of thing'],
  ["[uses]\na =", 2, '"a" has no value: expected the name of a module'],
  ["[permissions]\na = yes", 2, '"yes" is no grant: expected none, manifest, or kind=value with one of read, write'],
  ["[permissions]\na = nett=h", 2, 'did you mean "net"'],
  ["[permissions]\na = net=", 2, "an empty value"],
  ["[permissions]\na = net=h,,g", 2, "an empty value"],
  ["[permissions]\na = read=here", 2, '"here" is not an absolute path'],
  ["[permissions]\n\na = read=${datadir}", 3, 'Cannot replace "${datadir}": there are astdatadir'],
  ["[permissions]\na = host=root", 2, "there are modules, command"],
  ["[permissions]\na = read=/a/*", 2, '"/a/*" is a pattern'],
  ["[permissions]\na = deny-write=${astdatadir}/?", 2, '"/data/?" is a pattern'],
  ["[permissions]\na = run=l*", 2, '"l*" is a pattern'],
  ["[permissions]\na = net=10.0.0.0/33", 2, "is not a host"],
  ["[permissions]\na = env=*_X", 2, "is not a variable name"],
  ["[limits]\na = loadd=1", 2, 'did you mean "load"'],
  ["[limits]\na = load=0", 2, "is no time"],
  ["[limits]\na = memory=lots", 2, "is no size"],
  ["[limits]\na = memory=1K", 2, "at least 67108864"],
  ["[limits]\na = heap=1M", 2, "at least 16777216 and at most 4294967296, or 0"],
  ["[limits]\na = calls=0", 2, "is no number of at least 1"],
  ["[limits]\na = calls=1.5", 2, "is no number of at least 1"],
  ["[limits]\na = queue=9", 2, "is no number of at least 10"],
  ["[limits]\na = output=-1", 2, "is no number of at least 1"],
  ["[limits]\na = files=3", 2, "is no number of at least 32"],
  ["[limits]\na = cpu=much", 2, "is no number of at least 0"],
  ["[limits]\na = unload=soon", 2, "is no time"],
  ["[limits]\na = call=86401", 2, "is no time"],
  ["[limits]\na = heartbeat=", 2, "is no time"],
  ["[limits]\na = message=17M", 2, "at most 16777216"],
  ["[limits]\na = 5", 2, '"5" is none of load=…'],
  ["[restart]\na = on-failur", 2, 'did you mean "on-failure"'],
  ["[restart]\na = always, windwo=3", 2, 'did you mean "window"'],
  ["[permissions]\na = none\n[limits]\n[Permissions]\nb = none", 4, '"[permissions]" stands twice; join them'],
  ["[realms]\na = process\n[realms]\nb = process", 3, '"[realms]" stands twice'],
  ["[modules]\n[permission]\na = none", 2, 'unknown section "[permission]": did you mean "[permissions]"'],
  ["[realm]\na = process", 1, 'did you mean "[realms]"'],
  ["[limit]\na = calls=1", 1, 'did you mean "[limits]"'],
  ["[restarts]\na = never", 1, 'did you mean "[restart]"'],
  ["[realms ]\na = process", 1, 'did you mean "[realms]"'],
  ["[realms]\na = private", 2, '"private" is no realm: expected shared, dedicated, process'],
];

Deno.test("parsePolicy() refuses what it does not know, at its line", () => {
  for (const [text, line, says] of FAULTS) {
    const error = assertThrows(() => policyOf(text), ConfigError, says);
    assertEquals([error.position.file, error.position.line], ["modules.conf", line], text);
  }
});

Deno.test("parsePolicy() gives each use the type that stands above it", () => {
  const { uses } = policyOf("[uses]\na = b\ntype = Application\nc.so = Gosub\ntype=module\nd = e");
  assertEquals(uses.map(({ user, type, name }) => `${user} ${type}=${name}`), [
    "a module=b",
    "c.so application=Gosub",
    "d module=e",
  ]);
});

Deno.test("parsePolicy() keeps realms by name in any spelling, the last line wins", () => {
  const { realms, defaultRealm } = policyOf("[realms]\nDefault = dedicated\nRes_A.so = dedicated\nres_a = Shared");
  assertEquals([...realms], [["res_a", "shared"]]);
  assertEquals(defaultRealm, "dedicated");
});

/** Grants, what the manifest asks, what comes out, what is missing. */
const GRANTS: [grants: string, asked: string, effective: string, missing: string][] = [
  ["", "net = h", "", "net=h"],
  ["", "", "", ""],
  ["mod_a = net=h", "net = h:1", "net=h:1", ""],
  ["MOD_A.so = net=h, g\nmod_a = read=/x", "net = g:1\nread = /x/y", "read=/x/y net=g:1", ""],
  ["default = net=h", "net = h", "net=h", ""],
  ["default = net=h\nmod_a = read=/x", "net = h", "", "net=h"],
  ["default = manifest", "net = h\nrun = sh", "net=h run=sh", ""],
  ["default = manifest\nmod_a = none", "net = h", "", "net=h"],
  ["mod_a = manifest\nmod_a = none", "net = h", "", "net=h"],
  ["mod_a = net=h\nmod_a = none", "net = h", "", "net=h"],
  ["mod_a = none\nmod_a = net=h", "net = h", "net=h", ""],
  ["mod_a = read=${astdatadir}", "read = ${astdatadir}/../data/x", "read=/data/x", ""],
  ["mod_a = read=${astdatadir}", "read = ${astdatadir}/../etc", "", "read=/etc"],
  ["mod_b = net=h", "net = h", "", "net=h"],
  ["mod_a = net=*", "net = h, g:2", "net=g:2,h", ""],
  ["mod_a = net=h,g\nmod_a = deny-net=g", "net = h, g:2", "net=h", ""],
  ["mod_a = deny-net=g\nmod_a = none\nmod_a = manifest", "net = h, g:2", "net=h", ""],
  ["default = deny-net=g\nmod_a = manifest", "net = h, g:2", "net=h", ""],
  ["default = manifest\nmod_b = deny-net=h", "net = h", "net=h", ""],
  // Whoever is denied something is granted the rest as if nothing had been said.
  ["default = manifest\nmod_a = deny-net=g", "net = h, g:2", "net=h", ""],
  ["default = net=h,g\nmod_a = deny-net=g", "net = h, g:2", "net=h", ""],
  ["default = manifest\nmod_a = deny-net=g\nmod_a = none", "net = h", "", "net=h"],
  ["default = manifest\nmod_a = deny-net=g\nmod_a = net=i", "net = h, i", "net=i", "net=h"],
  ["mod_a = manifest", "net = h, g\ndeny-net = g", "net=h", ""],
  ["mod_a = manifest\nmod_a = deny-read=/etc", "read = /", "", ""],
  ["mod_a = node=fs, node:net", "node = node:fs", "node=fs", ""],
];

Deno.test("decideGrant() compares paths without their links, and leaves a module the path that was written", () => {
  // /link is a link to /real, /real/out one to /etc.
  const resolve = (path: string) => path.replace(/^\/link(?=\/|$)/, "/real").replace(/^\/real\/out(?=\/|$)/, "/etc");
  const cases: [grants: string, asked: string, effective: string][] = [
    ["mod_a = read=/real", "read = /link/x", "read=/link/x,/real/x"],
    ["mod_a = read=/link", "read = /real/x", "read=/real/x"],
    ["mod_a = read=/link", "read = /link", "read=/link,/real"],
    ["mod_a = read=/link", "read = /link/out/passwd", ""],
    ["mod_a = read=/real\nmod_a = deny-read=/link/x", "read = /real/x/y, /real/z", "read=/real/z"],
    ["mod_a = read=*\nmod_a = deny-read=/link", "read = /real/x, /b", "read=/b"],
  ];
  for (const [grants, asked, effective] of cases) {
    const scene = { variables: VARIABLES, resolve };
    const decision = decideGrant(manifestOf(asked), policyOf(`[permissions]\n${grants}`), scene);
    assertEquals(formatPermissions(decision.effective), effective, `${grants} for ${asked}`);
  }
});

Deno.test("decideGrant() gives what is asked and granted, and says what is missing", () => {
  for (const [grants, asked, effective, missing] of GRANTS) {
    const decision = decideGrant(manifestOf(asked), policyOf(`[permissions]\n${grants}`), { variables: VARIABLES });
    const lines = decision.missing.map(({ kind, value }) => `${kind}=${value}`).join(" ");
    assertEquals([formatPermissions(decision.effective), lines], [effective, missing], `${grants} for ${asked}`);
  }
});

Deno.test("decideGrant() names the line of the manifest when it cannot read what is asked", () => {
  for (const [asked, says] of [["read = ${nowhere}/x", "Cannot replace"], ["read = ${astdatadir}/*", "pattern"]]) {
    const error = assertThrows(
      () => decideGrant(manifestOf(`net = h\n${asked}`), policyOf(""), { variables: VARIABLES }),
      ConfigError,
      says,
    );
    assertEquals([error.position.file, error.position.line], ["m/mod_a.manifest", 5]);
  }
});

Deno.test("grantingLines() are lines with which the module is granted all", () => {
  const asked: PermissionLine[] = [
    { kind: "net", value: "[::1]:80" },
    { kind: "read", value: "/a b=c => d;e;--f#g" },
    { kind: "env", value: "LC_*" },
    { kind: "run", value: "sh -c (x)" },
    { kind: "host", value: "modules" },
    { kind: "sys", value: "*" },
  ];
  // Pasted at the end of the file, whether or not the section stands there already.
  for (const text of ["[modules]\n", "[Permissions]\nmod_b = net=h\n[realms]\nmod_b = process\n"]) {
    const { grants } = policyOf(`${text}${grantingLines(policyOf(text), "mod_a", asked).join("\n")}`);
    assertEquals(permissionSet(grants.get("mod_a")?.lines ?? []), permissionSet(asked), text);
  }
});

Deno.test("showPermissions() has a word for nothing", () => {
  assertEquals(showPermissions(permissionSet([])), "none");
  assertEquals(showPermissions(permissionSet([{ kind: "net", value: "h" }])), "net=h");
});

Deno.test("parsePolicy() keeps limits by module, lines of one module add up", () => {
  const { limits } = policyOf(
    "[limits]\ndefault = call=2.5, output=10, heap=32M\nRes_A.so = memory=256M\nres_a = load=3, files=64, heap=0",
  );
  assertEquals(limits.others, { call: 2500, output: 10, heap: 32 * 1024 * 1024 });
  assertEquals([...limits.single], [["res_a", { memory: 256 * 1024 * 1024, load: 3000, files: 64, heap: 0 }]]);
});

Deno.test("parsePolicy() keeps restarts by module, the last line wins", () => {
  const { restarts } = policyOf("[restart]\ndefault = on-failure\na = always, limit=9\na = on-failure, backoff=0.5");
  assertEquals(restarts.others, { when: "on-failure", backoff: 1000, limit: 5, window: 60_000 });
  assertEquals([...restarts.single], [["a", { when: "on-failure", backoff: 500, limit: 5, window: 60_000 }]]);
});
