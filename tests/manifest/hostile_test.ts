/** Manifests that mean harm or make none of sense: every one is refused at once, naming its file and line. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Catalog, DiskSource, readManifest } from "../../src/manifest/mod.ts";

/** Lines after `[module]` and `name = mod_a`; what is refused, at which line, with which words. */
const TEXTS: readonly [what: string, body: string, line: number, says: string][] = [
  // Names that lead elsewhere.
  ["a path as a dependency", "[uses]\nmodule = ../../etc/passwd", 4, "no module name"],
  ["an absolute path as a dependency", "[uses]\nmodule = /lib/x", 4, "no module name"],
  ["a Windows path as a dependency", "[uses]\nmodule = c:\\x", 4, "no module name"],
  ["a URL as a dependency", "[uses]\nmodule = https://x/y.js", 4, "no module name"],
  ["a data URL as a dependency", "[uses]\nmodule = data:text/javascript,0", 4, "no module name"],
  ["a package as a dependency", "[uses]\nmodule = npm:chalk", 4, "no module name"],
  ["a home directory as a dependency", "[uses]\nmodule = ~root", 4, "no module name"],
  ["a variable as a dependency", "[uses]\nmodule = ${HOME}", 4, "no module name"],
  ["a pattern as a dependency", "[uses]\nmodule = res_*", 4, "no module name"],
  ["a hidden file as a dependency", "[uses]\nmodule = .hidden", 4, "no module name"],
  ["an option as a dependency", "[uses]\nmodule = --allow-all", 4, "no module name"],
  ["two names as one", "[uses]\nmodule = res_a, res_b", 4, "no module name"],
  ["a name of a kilometre", `[uses]\nmodule = ${"a".repeat(101)}`, 4, "no module name"],
  ["a path as an optional module", "optional_modules = ../x", 3, "no module name"],
  ["a path among enhanced modules", "enhances = a, b/c", 3, "no module name"],
  ["a path as a conflict", "conflicts = ../x", 3, "no module name"],
  ["a path as something it can use", "[canuse]\nmodule = ../x", 4, "no module name"],
  ["a path that it provides", "[provides]\nmodule = ../x", 4, "no module name"],
  ["another module that it provides", "[provides]\nmodule = res_http", 4, "provides no module but itself"],
  ["a configuration above its directory", "config = ../shadow.conf", 3, "no configuration file"],
  ["an absolute configuration", "config = /etc/shadow.conf", 3, "no configuration file"],
  ["a configuration behind a backslash", "config = ..\\x.conf", 3, "no configuration file"],
  ["a hidden configuration", "config = .conf", 3, "no configuration file"],
  ["a configuration that is none", "config = asterism.manifest", 3, "no configuration file"],
  ["a configuration with a blank", "config = a b.conf", 3, "no configuration file"],
  ["a configuration that is a variable", "config = ${HOME}.conf", 3, "no configuration file"],
  // Letters that are not what they seem.
  ["a Cyrillic letter in a dependency", "[uses]\nmodule = res_httр", 4, "no module name"],
  ["a Greek letter in a dependency", "[uses]\nmodule = οpp", 4, "no module name"],
  ["full-width letters in a dependency", "[uses]\nmodule = ｒｅｓ", 4, "no module name"],
  ["a mathematical letter in a conflict", "conflicts = 𝓇es", 3, "no module name"],
  ["a Cyrillic letter in an application", "[uses]\napplication = Gоsub", 4, "cannot name any application"],
  ["a Cyrillic letter in what it provides", "[provides]\napplication = Gоsub", 4, "cannot name any application"],
  ["a combining mark in a function", "[provides]\nfunction = CU\u0301T", 4, "cannot name any function"],
  ["a service with a dotless i", "[provides]\nservice = tımer:200", 4, "cannot name any service"],
  ["a command with a no-break space", "[provides]\ncommand = module\u00a0unload", 4, "cannot name any command"],
  ["a soft hyphen in an application", "[provides]\napplication = Go\u00adsub", 4, "cannot be shown"],
  ["a zero-width joiner in a service", "[canuse]\nservice = ti\u200dmer", 4, "cannot be shown"],
  ["text turned round in the description", "description = \u202egnp.exe", 3, "cannot be shown"],
  ["an isolate in the description", "description = a\u2066b", 3, "cannot be shown"],
  ["invisible tags in the description", "description = a\u{e0041}", 3, "cannot be shown"],
  ["a byte order mark in the middle", "description = a\ufeffb", 3, "cannot be shown"],
  ["a line separator in the description", "description = a\u2028ERROR", 3, "cannot be shown"],
  ["a Cyrillic key", "nаme = mod_b", 3, 'did you mean "name"'],
  ["a Cyrillic section", "[usеs]\nmodule = a", 3, 'did you mean "uses"'],
  ["a Cyrillic type", "[uses]\nmodulе = a", 4, "no type of thing"],
  ["a Cyrillic kind of permission", "[permissions]\nnеt = h", 4, "unknown permission"],
  ["a license with look-alikes", "license = МIT", 3, "no license"],
  ["a support level with look-alikes", "support_level = сore", 3, "unknown support level"],
  ["Arabic digits as a priority", "load_priority = ٣", 3, "no load priority"],
  ["Arabic digits as a service's priority", "[provides]\nservice = timer:٣", 4, "cannot name any service"],
  // What a terminal or a log would obey.
  ["an escape sequence", "description = \x1b[2J", 3, "cannot be shown"],
  ["an escape sequence in a comment", "; \x1b]0;title\x07", 3, "cannot be shown"],
  ["a carriage return that hides a line", "description = good\rlicense = MIT", 3, "cannot be shown"],
  ["a backspace", "description = a\b", 3, "cannot be shown"],
  ["a delete", "description = a\x7f", 3, "cannot be shown"],
  ["a NUL that hides the rest", "description = a\0license", 3, "cannot be shown"],
  ["a NUL in a comment", ";\0", 3, "cannot be shown"],
  ["an eight-bit control", "description = a\x9bb", 3, "cannot be shown"],
  ["a form feed", "description = a\fb", 3, "cannot be shown"],
  ["bytes that are no UTF-8", "description = a\ufffdb", 3, "no UTF-8"],
  // Said twice, or said of two.
  ["two names", "name = mod_a", 3, "stands twice"],
  ["two checksums", `checksum = sha256:${"0".repeat(64)}\nchecksum = sha256:${"1".repeat(64)}`, 4, "stands twice"],
  ["two descriptions", "description = a\ndescription = b", 4, "stands twice"],
  ["two licenses", "license = MIT\nlicense = ISC", 4, "stands twice"],
  ["two support levels", "support_level = core\nSUPPORT_LEVEL = core", 4, "stands twice"],
  ["two load priorities", "load_priority = 1\nload_priority = 2", 4, "stands twice"],
  ["export_globals twice", "export_globals = yes\nexport_globals = no", 4, "stands twice"],
  ["default_enabled twice", "default_enabled = yes\ndefault_enabled = no", 4, "stands twice"],
  ["a configuration twice", "config = a.conf\nconfig = a.conf", 4, "stands twice"],
  ["a dependency twice", "[uses]\nmodule = a\nmodule = A.so", 5, "stands twice, first at line 4"],
  ["an application twice", "[provides]\napplication = A\napplication = a", 5, "stands twice"],
  ["a service of two priorities", "[provides]\nservice = t:1\nservice = t:2", 5, "stands twice"],
  ["a section twice", "[uses]\n[module]", 4, "stands twice; the first is at line 1"],
  ["a section in two spellings", "[uses]\n[Uses]", 4, "stands twice"],
  // Values of the wrong kind.
  ["a checksum of another kind", "checksum = md5:0", 3, "no checksum"],
  ["a checksum cut short", `checksum = sha256:${"0".repeat(63)}`, 3, "no checksum"],
  ["a checksum with a tail", `checksum = sha256:${"0".repeat(65)}`, 3, "no checksum"],
  ["an empty checksum", "checksum =", 3, "no checksum"],
  ["a priority above a byte", "load_priority = 256", 3, "no load priority"],
  ["a priority below zero", "load_priority = -1", 3, "no load priority"],
  ["a priority in hexadecimal", "load_priority = 0x10", 3, "no load priority"],
  ["a priority that is not a number", "load_priority = NaN", 3, "no load priority"],
  ["a priority from the prototype", "load_priority = constructor", 3, "no load priority"],
  ["a service's priority below zero", "[provides]\nservice = t:-1", 4, "no service"],
  ["a service's priority beyond counting", "[provides]\nservice = t:9999999999", 4, "no service"],
  ["a service without a name", "[provides]\nservice = :1", 4, "no service"],
  ["neither yes nor no", "export_globals = maybe", 3, "neither yes nor no"],
  ["a license with a path", "license = ../LICENSE", 3, "no license"],
  ["a description of a page", `description = ${"a".repeat(501)}`, 3, "500 at most"],
  ["a name of a thing of a page", `[uses]\nservice = ${"a".repeat(201)}`, 4, "cannot name any service"],
  ["a type of a line", `[uses]\n${"t".repeat(65)} = x`, 4, "no type of thing"],
  // Keys of the language itself.
  ["a key from the prototype", "__proto__ = x", 3, "unknown key"],
  ["a constructor as key", "constructor = x", 3, "unknown key"],
  ["hasOwnProperty as key", "hasOwnProperty = x", 3, "unknown key"],
  ["a section from the prototype", "[__proto__]\na = b", 3, "unknown section"],
  ["a type from the prototype", "[uses]\n__proto__ = x", 4, "no type of thing"],
  ["a permission from the prototype", "[permissions]\n__proto__ = x", 4, "unknown permission"],
  // More power than there is.
  ["a permission to everything", "[permissions]\nall = *", 4, "unknown permission"],
  ["a permission with a flag", "[permissions]\n--allow-all = x", 4, "unknown permission"],
  ["a relative path to read", "[permissions]\nread = ../..", 4, "not an absolute path"],
  ["a pattern of paths", "[permissions]\nread = /**", 4, "pattern"],
  ["a host with a path", "[permissions]\nnet = example.com/x", 4, "is not a host"],
  ["a port beyond the last", "[permissions]\nnet = h:65536", 4, "is not a host"],
  ["a host of other letters", "[permissions]\nnet = exаmple.com", 4, "is not a host"],
  ["a capability that there is not", "[permissions]\nhost = root", 4, "there are"],
  ["an empty permission", "[permissions]\nread =", 4, "empty value"],
  // Files that read others or never end.
  ["an included file", "#include /etc/passwd", 3, "no directives"],
  ["an included file that need not be there", "#tryinclude x", 3, "no directives"],
  ["a command", "#exec touch /tmp/x", 3, "no directives"],
  ["a directive in a comment block", ";--\n#exec date\n--;", 4, "no directives"],
  ["an addition to a key", "description = a\ndescription += b", 4, 'no "+="'],
  ["templates of templates", "[a](!)\nx = y\n[b](!,a,a)", 5, "takes no lines from another"],
  ["a template taken many times", "[a](!)\nlicense = MIT\n[uses](a,a,a,a,a)", 5, "at most 4 templates"],
  ["an unknown template", "[uses](nothing)", 3, "nothing"],
  ["comment blocks within each other", `${";--\n".repeat(200)}`, 131, "128"],
  ["a comment block that never ends", "description = a\n;-- hidden", 4, "Unterminated comment"],
  ["the end of a comment that never began", "--;", 3, "never begun"],
  ["a line beyond the reader's buffer", `description = ${"a".repeat(9000)}`, 3, "too long"],
  ["more lines than there are things to say", "\n".repeat(5_000), 5_001, "at most 5000 lines"],
  ["a line without an equal sign", "anything", 3, "No '='"],
  ["a header without its end", "[uses", 3, 'no closing "]"'],
  ["a header without a name", "[]", 3, "unknown section"],
];

Deno.test(`readManifest() refuses ${TEXTS.length} kinds of hostile text, each at its line and at once`, () => {
  assert(TEXTS.length >= 100);
  const file = "dir/mod_a.manifest";
  for (const [what, body, line, says] of TEXTS) {
    const began = performance.now();
    const { manifest, faults } = readManifest(`[module]\nname = mod_a\n${body}\n`, file);
    // A bound for what never ends, not for a slow machine.
    assert(performance.now() - began < 5_000, what);
    assertEquals(manifest, undefined, `${what} was taken`);
    const messages = faults.map(({ message }) => message);
    const told = faults.find(({ position, reason }) => position.line === line && reason.includes(says));
    assert(told !== undefined, `${what}: no fault at line ${line} says "${says}":\n${messages.join("\n")}`);
    for (const message of messages) {
      assert(message.startsWith(`${file}:`), message);
      // deno-lint-ignore no-control-regex -- nothing hostile may come through
      assertEquals(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/.test(message), false, what);
      assert(message.length < 3_000, what);
    }
  }
});

Deno.test("readManifest() finds all that is wrong in one reading", () => {
  const { faults } = readManifest(
    "[module]\nname = mod_b\nlicence = MIT\n[uses]\nmodule = a/b\nmodul = x\n[provide]\na = b\n[permissions]\nnett = x\n",
    "mod_a.manifest",
  );
  assertEquals(faults.map(({ position }) => position.line).sort((a, b) => a - b), [2, 3, 5, 6, 7, 10]);
});

/** Files of a modules directory; `{{outside}}` is a directory beside it. */
const FILES: Readonly<Record<string, (path: string, outside: string) => void>> = {
  "a link out of the directory": (path, outside) => {
    Deno.writeTextFileSync(`${outside}/other`, "[module]\nname = mod_a\n");
    Deno.symlinkSync(`${outside}/other`, path);
  },
  "a link by a way round": (path, outside) => {
    Deno.writeTextFileSync(`${outside}/other`, "");
    Deno.symlinkSync(`../${outside.slice(outside.lastIndexOf("/") + 1)}/other`, path);
  },
  "a link to a device": (path) => Deno.symlinkSync("/dev/zero", path),
  "a link to a process's memory": (path) => Deno.symlinkSync("/proc/self/mem", path),
  "a link to the password file": (path) => Deno.symlinkSync("/etc/passwd", path),
  "a link to nothing": (path) => Deno.symlinkSync("nothing", path),
  "a link to itself": (path) => Deno.symlinkSync(path, path),
  "a FIFO": (path) => assert(new Deno.Command("mkfifo", { args: [path] }).outputSync().success),
  "a huge file": (path) => {
    Deno.writeTextFileSync(path, "");
    Deno.truncateSync(path, 1024 * 1024 * 1024);
  },
  "nothing but NUL": (path) => Deno.writeFileSync(path, new Uint8Array(1000)),
  "bytes that are no UTF-8": (path) => Deno.writeFileSync(path, new Uint8Array([0x5b, 0xff, 0xfe, 0xc3])),
  "UTF-16": (path) => Deno.writeFileSync(path, new Uint8Array([0xff, 0xfe, 0x5b, 0, 0x6d, 0])),
  "a program": (path) => Deno.writeFileSync(path, new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])),
  "an empty file": (path) => Deno.writeTextFileSync(path, ""),
};

/** Names of manifests that no module may have. */
const NAMES = [
  "..",
  ".hidden",
  "-rf",
  "a b",
  "a\nb",
  "a\x1b[2Jb",
  "res_httр",
  "ｒｅｓ_http",
  "a.so",
  "a;b",
  "a$(date)",
  "a\u202eb",
  "%2e%2e%2fa",
  "a".repeat(101),
];

Deno.test("Catalog refuses hostile files, links and names, each as file:line, and goes on", () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    const [directory, outside] = [`${root}/modules`, `${root}/outside`];
    for (const path of [directory, outside]) Deno.mkdirSync(path);
    Object.values(FILES).forEach((make, index) => make(`${directory}/file_${index}.manifest`, outside));
    for (const name of NAMES) Deno.writeTextFileSync(`${directory}/${name}.manifest`, `[module]\nname = ${name}\n`);
    Deno.writeTextFileSync(`${directory}/good.manifest`, "[module]\nname = good\n");
    const catalog = new Catalog([new DiskSource(directory)]);
    catalog.refresh();
    assertEquals(catalog.entries().map(({ manifest }) => manifest.name), ["good"]);
    const faults = catalog.faults().map(({ error }) => error.message);
    assertEquals(faults.length, Object.keys(FILES).length + NAMES.length);
    for (const message of faults) {
      assert(message.startsWith(`${directory}/`), message);
      assertMatch(message, /\.manifest:\d+(:\d+)?: ./);
      // deno-lint-ignore no-control-regex -- nothing hostile may come through
      assertEquals(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(message), false, message);
    }
    assertStringIncludes(faults.join("\n"), "it is a link out of its directory");
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("Catalog names every fault of a manifest, the first as its error", () => {
  const root = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${root}/a.manifest`, "[module]\nname = a\ncolour = x\nlicense = ../x\n");
    const catalog = new Catalog([new DiskSource(root)]);
    assertEquals(catalog.refresh(), { added: ["a"], changed: [], removed: [] });
    const [fault] = catalog.faults();
    assertStringIncludes(fault?.error.message ?? "", `${root}/a.manifest:3:1: unknown key "colour"`);
    assertEquals(fault?.more?.map(({ message }) => message.slice(root.length)), [
      '/a.manifest:4:1: "../x" is no license: expected an SPDX identifier such as MIT',
    ]);
    Deno.writeTextFileSync(`${root}/a.manifest`, "[module]\nname = a\n");
    Deno.writeTextFileSync(`${root}/b.manifest`, "[module]\nname = b\n");
    assertEquals(catalog.refresh(), { added: ["b"], changed: ["a"], removed: [] });
    Deno.removeSync(`${root}/a.manifest`);
    assertEquals(catalog.refresh(), { added: [], changed: [], removed: ["a"] });
    assertEquals(catalog.refresh(), { added: [], changed: [], removed: [] });
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("parseManifest() takes no more commands than a module may register", () => {
  const lines = Array.from({ length: 1_001 }, (_, at) => `command = foo x${at}`);
  const text = `[module]\nname = m\n[provides]\n${lines.join("\n")}\n`;
  const { faults } = readManifest(text, "m.manifest");
  assertEquals(faults.map(({ message }) => message).length, 1);
  assertStringIncludes(faults[0]?.message ?? "", "m.manifest:1004:1: a module provides at most 1000 commands");
});
