import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkCommand } from "../../src/host/check.ts";
import { ASTERISM_CONF, stage, type Staged } from "../support/stage.ts";

/** An installation, what is found in it (without its directory), and the exit status. */
interface Case extends Partial<Staged> {
  readonly found: readonly string[];
  readonly status?: 0 | 1;
}

const AUTOLOAD = "[modules]\nautoload = yes\n";
const OTHER = `sha256:${"0".repeat(64)}`;

const CASES: Readonly<Record<string, Case>> = {
  "nothing wrong": {
    harmless: ["a", "b"],
    files: { "a.conf": "[general]\nx = y\n" },
    manifest: { a: "config = a.conf\n[uses]\nmodule = b\napplication = B", b: "[provides]\napplication = B" },
    found: [],
    status: 0,
  },
  "code that would never end, or is none": {
    files: { "a.js": "for (;;);", "b.js": "export default {" },
    found: [],
    status: 0,
  },
  "manifests with several faults": {
    files: { "a.manifest": "[module]\nname = a\nlicence = MIT\n[uses]\nmodul = b\n", "a.js": "" },
    found: [
      'a.manifest:3:1: error: unknown key "licence": did you mean "license"',
      'a.manifest:5:1: error: unknown type "modul": did you mean "module"',
    ],
  },
  "another file than the one described, none at all, and one without a checksum": {
    files: {
      "a.manifest": `[module]\nname = a\nlicense = MIT\nchecksum = ${OTHER}\n`,
      "a.js": "x",
      "b.manifest": "[module]\nname = b\nlicense = MIT\n",
      "c.manifest": "[module]\nname = c\nlicense = MIT\n",
      "c.js": "",
    },
    found: [
      `a.manifest:1: error: /a.js is another file: the manifest has ${OTHER}, the file sha256:` +
      "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "b.manifest:1: error: Cannot read \"b.js\" in : No such file or directory (os error 2): lstat '/b.js'",
      "c.manifest:1: warning: it has no checksum: /c.js is not verified",
    ],
  },
  "providers that are missing, fatal only for what starts": {
    harmless: ["a", "b"],
    files: { "modules.conf": "[modules]\nload = a\n" },
    manifest: { a: "[uses]\nfunction = CUTT\nmodule = c", b: "[uses]\nservice = x\n[provides]\nfunction = CUT" },
    found: [
      'a.manifest:7:1: error: "a" uses function=CUTT, which no module provides; did you mean "CUT"',
      'a.manifest:8:1: error: "a" uses module=c, which no module provides; did you mean "a"',
      'b.manifest:7:1: warning: "b" uses service=x, which no module provides',
    ],
  },
  "a cycle, once, and what needs it": {
    harmless: ["a", "b", "c", "d"],
    manifest: {
      a: "[uses]\nmodule = b",
      b: "[uses]\napplication = C",
      c: "[uses]\nmodule = a\n[provides]\napplication = C",
      d: "[uses]\nmodule = a",
    },
    found: [
      "c.manifest:7:1: error: a cycle of uses: a -> b -> c -> a: none of them can start; one must only [canuse] the next",
      'd.manifest:7:1: error: "d" would not start: it uses "a", which cannot load',
    ],
  },
  "a cycle that [canuse] breaks": {
    harmless: ["a", "b"],
    manifest: { a: "[uses]\nmodule = b", b: "[canuse]\nmodule = a" },
    found: [],
    status: 0,
  },
  "conflicts of what starts, not of what is left out": {
    harmless: ["a", "b", "c"],
    files: { "modules.conf": `${AUTOLOAD}noload = c\n` },
    manifest: { a: "conflicts = b, c, not_installed" },
    found: [
      'a.manifest:6:1: error: "a" conflicts with "b" and both are to start: one of them does not start; ' +
      "add noload = b or noload = a",
    ],
  },
  "modules.conf that names what is not there": {
    harmless: ["res_a"],
    files: {
      "modules.conf": "[modules]\nload = res_b\nnoload = res_c\nrequire = gone\n[uses]\nchan_x = res_a\n" +
        "[permissions]\nres_z = net=h\ndefault = none\n[realms]\nother = dedicated\n",
    },
    found: [
      'modules.conf:2:1: error: load = res_b: there is no module of that name; did you mean "res_a"',
      'modules.conf:3:1: warning: noload = res_c: there is no module of that name; did you mean "res_a"',
      "modules.conf:4:1: error: require = gone: there is no module of that name",
      'modules.conf:6:1: warning: [uses] of "chan_x": there is no module of that name',
      'modules.conf:8:1: warning: [permissions] of "res_z": there is no module of that name; did you mean "res_a"',
      'modules.conf:11:1: warning: [realms] of "other": there is no module of that name',
    ],
  },
  "modules.conf that contradicts itself": {
    harmless: ["a"],
    files: { "modules.conf": "[modules]\nrequire = a\nnoload = a\n" },
    found: [
      "modules.conf:3:1: error: a is configured with 'require' and 'noload', this is impossible. " +
      "(require at /modules.conf:2:1)",
    ],
  },
  "modules.conf that cannot be read": {
    harmless: ["a"],
    files: { "modules.conf": "[modules]\nautolaod = yes\n" },
    found: [`modules.conf:2:1: error: Unknown configuration option 'autolaod': did you mean "autoload"`],
  },
  "no modules.conf": {
    harmless: ["a"],
    files: { "modules.conf": undefined as unknown as string },
    found: ["modules.conf:1: error: 'modules.conf' invalid or missing: there is no such file"],
  },
  "what the policy forbids to be loaded": {
    harmless: ["a", "b"],
    files: { "modules.conf": "[modules]\nload = a\nnoload = b\n" },
    manifest: { a: "[uses]\nmodule = b" },
    found: [
      'a.manifest:7:1: error: "a" would not start: it uses module=b, and whatever provides it is ' +
      "excluded: /modules.conf:3:1 says noload = b",
    ],
  },
  "denials that leave a hole": {
    harmless: ["a"],
    files: { "modules.conf": `${AUTOLOAD}[permissions]\ndefault = deny-net=10.0.0.1\na = manifest\n` },
    manifest: { a: "[permissions]\nnet = *" },
    found: [
      'a.manifest:1: error: "a" asks for net=*, of which deny-net=10.0.0.1 takes a part; it does not start, ' +
      "for no realm can have the rest",
    ],
  },
  "grants in vain and requests nobody granted": {
    harmless: ["a", "b"],
    files: {
      "modules.conf": `${AUTOLOAD}[permissions]\na = net=example.com,other.com\na = read=/x\nb = write=/y\n`,
    },
    manifest: { a: "[permissions]\nnet = example.com:80", b: "[permissions]\nwrite = /z\nenv = HOME" },
    found: [
      'b.manifest:1: error: "b" asks for write=/z env=HOME, which is not granted, and does not start; ' +
      "/modules.conf needs\n    [permissions](+)\n    b = write=/z\n    b = env=HOME",
      'modules.conf:4:1: warning: "a" is granted net=other.com, which it does not ask for; remove it',
      'modules.conf:5:1: warning: "a" is granted read=/x, which it does not ask for; remove it',
      'modules.conf:6:1: warning: "b" is granted write=/y, which it does not ask for; remove it',
    ],
  },
  "licenses that are not accepted": {
    files: { "a.manifest": `[module]\nname = a\nlicense = Secret\n`, "a.js": "" },
    found: [
      'a.manifest:1: error: its license "Secret" is not accepted: licenses in asterism.conf names those that are',
      "a.manifest:1: warning: it has no checksum: /a.js is not verified",
    ],
  },
  "configuration files": {
    harmless: ["a", "b"],
    manifest: { a: "config = a.conf\nconfig = missing.conf", b: "config = manager.conf\nconfig = b.conf" },
    files: {
      "a.conf": "[general]\nx = 1\nno equal sign\n#include part.conf\n",
      "part.conf": "y = 2\n",
      "bad.conf": "[general\n",
      "b.conf": "",
      "manager.conf": "",
      "stray.conf": "",
    },
    found: [
      'a.manifest:1: error: "a" asks for config=missing.conf, which is not granted, and does not start; ' +
      "/modules.conf needs\n    [permissions]\n    a = config=missing.conf",
      'a.manifest:1: warning: "a" reads missing.conf, which is not there',
      "a.conf:3:1: warning: No '=' (equal sign) in line 3 of /a.conf",
      'b.manifest:1: error: "b" asks for config=manager.conf, which is not granted, and does not start; ' +
      "/modules.conf needs\n    [permissions]\n    b = config=manager.conf",
      'bad.conf:1: warning: no module reads this file, nor does the program; did you mean "a.conf"',
      'bad.conf:1:1: error: Cannot read the section header: no closing "]"',
      "stray.conf:1: warning: no module reads this file, nor does the program",
    ],
  },
};

async function run({ found: _, status: __, ...staged }: Case, ...flags: string[]) {
  const given = { "asterism.conf": ASTERISM_CONF, "modules.conf": AUTOLOAD, ...staged.files };
  const files = Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined));
  await using directory = await stage({ ...staged, files });
  const base = new URL("../../main.ts", import.meta.url).href;
  const result = checkCommand(["-C", `${directory.directory}/asterism.conf`, ...flags], base);
  return { ...result, out: result.out.replaceAll(directory.directory, "") };
}

for (const [what, expected] of Object.entries(CASES)) {
  Deno.test(`asterism check: ${what}`, async () => {
    const { out, err, status } = await run(expected);
    const lines = out.trimEnd().split(/\n(?! {4})/);
    const summary = lines.pop() ?? "";
    const order = (all: readonly string[]) => [...all].sort();
    assertEquals(order(lines.map((line) => line.replace(/^\//, ""))), order(expected.found), out);
    const errors = expected.found.filter((line) => line.includes(": error: ")).length;
    assertStringIncludes(summary, `${errors} error`);
    assertEquals([err, status], ["", expected.status ?? (errors > 0 ? 1 : 0)], out);
  });
}

const CYCLE: Case = {
  harmless: ["a", "b", "c"],
  manifest: { a: "[uses]\nmodule = b", b: "[uses]\nmodule = c", c: "[uses]\nmodule = a" },
  found: [],
};

Deno.test("asterism check --json gives the same as data", async () => {
  const { out, status } = await run(CYCLE, "--json");
  assertEquals(status, 1);
  assertEquals(JSON.parse(out), {
    manifests: 3,
    configs: 2,
    errors: 1,
    warnings: 0,
    findings: [{
      file: "/c.manifest",
      line: 7,
      column: 1,
      severity: "error",
      message: "a cycle of uses: a -> b -> c -> a: none of them can start; one must only [canuse] the next",
      module: "a",
      also: ["b", "c"],
    }],
  });
});

Deno.test("asterism check tells of asterism.conf, of flags, and of a directory that is not there", async () => {
  const broken = await run({ files: { "asterism.conf": "[directories]\nastmodir => x\n" }, found: [] });
  assertEquals([broken.out, broken.status], [
    '/asterism.conf:2:1: error: unknown key "astmodir": did you mean "astmoddir"\n' +
    "0 manifests, 1 configuration file: 1 error, 0 warnings\n",
    1,
  ]);
  const absent = await run({
    files: { "asterism.conf": "[directories]\nastetcdir => .\nastmoddir => no\n" },
    found: [],
  });
  assertStringIncludes(absent.out, "/asterism.conf:1: error: Unable to open modules directory '/no'");
  const flag = await run({ found: [] }, "--fast");
  assertEquals([flag.out, flag.status], ["", 1]);
  assertStringIncludes(flag.err, 'unknown argument "--fast"'.replace("argument", "option"));
});

Deno.test("asterism check --json is JSON when there is no configuration, too", () => {
  const base = new URL("../../main.ts", import.meta.url).href;
  const { out, err, status } = checkCommand(["--json", "-C", "/nonexistent/asterism.conf"], base);
  assertEquals([err, status], ["", 1]);
  assertEquals(JSON.parse(out), {
    manifests: 0,
    configs: 0,
    errors: 1,
    warnings: 0,
    findings: [{
      file: "/nonexistent/asterism.conf",
      line: 1,
      severity: "error",
      message: "'asterism.conf' invalid or missing: there is no file /nonexistent/asterism.conf",
    }],
  });
});
