/** Every fenced block and every link of README.md and docs/: read as what it says it is, and run where it can be. */
import { assert, assertEquals } from "@std/assert";
import { dirname, join, normalize } from "@std/path";
import { parse } from "../../src/config/mod.ts";
import { generateManifest } from "../../src/manifest/generate.ts";
import { parseManifest } from "../../src/manifest/mod.ts";
import { parsePolicy } from "../../src/policy/mod.ts";
import { DEFAULT_DIRECTORIES, parseFlags, parseSettings, SUBCOMMANDS } from "../../src/settings/mod.ts";
import { ORDER } from "../../tools/check_layers.ts";
import { ROOT, run, runDeno } from "../../tools/process.ts";
import { anchorsOf, type Block, blocksOf, documents, localLinks, missingLine } from "./_markdown.ts";
import { NPX } from "./_checkout.ts";
import { startSampleHost } from "./_sample_host.ts";

/** Sections of modules.conf whose keys are names of modules. */
const MODULE_KEYS = ["uses", "permissions", "realms", "limits", "restart"];

const PROMPT = "*CLI> ";
const TASKS: Record<string, unknown> = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)).tasks;

/** Programs that shell blocks may call besides our own. */
const PROGRAMS = new Set(
  ("cat cp curl cut echo export gzip install journalctl ln mkdir mv nc podman rm sha256sum sqlite3 sudo systemctl tar " +
    "tee useradd groupadd mandb source eval").split(" "),
);

/** What a block of each language must be. `console` and the tutorial's blocks are run by tests of their own. */
const READERS: Readonly<Record<string, (block: Block) => void | Promise<void>>> = {
  ini: readConfig,
  json: ({ text }) => void JSON.parse(text),
  sh: readShell,
  xml: ({ text, file }) => void manifestOf(text, file),
  ts: () => {},
  console: () => {},
  text: () => {},
  mermaid: ({ text }) => assert(/^(?:flowchart|stateDiagram-v2|sequenceDiagram)\b/.test(text)),
};

/** A configuration file by the name behind the language: `ini modules.conf`. */
function readConfig({ words: [name = ""], text, file }: Block): void {
  if (name === "manifest") {
    return void parseManifest(text.replace("sha256:…", `sha256:${"0".repeat(64)}`), nameOf(text));
  }
  if (!name.endsWith(".conf")) throw new SyntaxError('expected "ini" and the name of a file, or "ini manifest"');
  const warnings: string[] = [];
  const config = parse(text, { file: `${file} ${name}`, onWarning: ({ message }) => warnings.push(message) });
  if (name === "modules.conf") parsePolicy(config, { ...DEFAULT_DIRECTORIES });
  if (name === "asterism.conf") parseSettings(config);
  assertEquals(warnings, []);
}

function nameOf(manifest: string): string {
  return `${/^name = (.*)$/m.exec(manifest)?.[1]}.manifest`;
}

function manifestOf(source: string, file: string): string {
  const facts = { license: "MIT", description: "" };
  return generateManifest({ name: "doc", file, origin: file, source, checksum: "", facts });
}

/** Shell text is well-formed, and what it calls of ours exists. */
async function readShell({ text }: Block): Promise<void> {
  const { code, stderr } = await run("bash", ["-nc", text]);
  assertEquals(code, 0, stderr);
  const lines = text.replaceAll("\\\n", " ").replace(/<<'(\w+)'[^]*?^\1$/gm, "").split("\n");
  for (const line of lines) readCommand(line.replace(/\s+#.*$|^#.*$/, "").replace(/\s+(?:[|>]|&&).*$/, "").trim());
}

function readCommand(line: string): void {
  const [first = "", ...rest] = (line.replace(`${NPX} `, "deno ").match(/'[^']*'|"[^"]*"|\S+/g) ?? [])
    .map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  if (first === "" || /^\w+=/.test(first)) return;
  if (first === "sudo") return readCommand(line.slice("sudo ".length).replace(/^-u \w+ /, ""));
  if (/(?:^|\/)asterism(?:-[\w-]+)?$/.test(first)) return assertFlags(rest);
  if (first !== "deno") return assert(PROGRAMS.has(first), `what is "${first}"?`);
  const [command, task = "", ...args] = rest;
  if (command !== "task") return assert(["test", "run", "check", "compile"].includes(command ?? ""), line);
  assert(TASKS[task] !== undefined, `there is no task "${task}"`);
  if (task === "start") assertFlags(["-c", ...args]);
}

function assertFlags(args: readonly string[]): void {
  const flags = parseFlags(args);
  assert(!("fault" in flags), "fault" in flags ? flags.fault : "");
}

for (const file of documents()) {
  Deno.test(`${file}: each block is what it says it is`, async () => {
    for (const block of blocksOf(file)) {
      try {
        const reader = READERS[block.language];
        if (reader === undefined) throw new SyntaxError(`expected one of ${Object.keys(READERS)}`);
        await reader(block);
      } catch (cause) {
        throw new Error(`${file}:${block.line}: ${block.language}: ${(cause as Error).message}`, { cause });
      }
    }
  });

  Deno.test(`${file}: each link leads somewhere`, () => {
    const text = Deno.readTextFileSync(join(ROOT, file));
    const dead = localLinks(text).filter(({ target }) => {
      const [path = "", anchor] = target.split("#");
      const other = path === "" ? file : normalize(join(dirname(file), path));
      try {
        if (anchor === undefined) Deno.statSync(join(ROOT, other));
        else return !anchorsOf(Deno.readTextFileSync(join(ROOT, other))).includes(anchor);
      } catch {
        return true;
      }
      return false;
    });
    assertEquals(dead, []);
  });
}

Deno.test("README.md and docs/: what is TypeScript has the types it uses", async () => {
  const { code, stderr } = await runDeno(["check", "--doc-only", ...documents()]);
  assertEquals(code, 0, stderr);
});

Deno.test("README.md and docs/: what is typed on a console does and says what stands there", async () => {
  await using sample = await startSampleHost();
  for (const file of documents()) {
    for (const block of blocksOf(file)) {
      if (block.language !== "console" || block.text.startsWith("$ ")) continue;
      for (const exchange of block.text.split(/^(?=\*CLI> )/m)) {
        const [typed = "", ...answer] = exchange.split("\n");
        const { output, ok } = await sample.host.execute(typed.slice(PROMPT.length));
        const place = `${file}:${block.line}: ${typed}\n${output}`;
        assertEquals(ok, true, place);
        assertEquals(missingLine(answer.join("\n"), output), undefined, place);
      }
    }
  }
});

Deno.test("docs/: the reference has every key of the samples", () => {
  const lacking = Object.entries({ "asterism.conf": "configuration.md", "modules.conf": "modules-conf.md" }).flatMap(
    ([sample, page]) => {
      // What is commented out by default is a key as well.
      const text = Deno.readTextFileSync(`${ROOT}configs/${sample}`).replace(/^;(?=[a-z_-]+\s*=)/gm, "");
      const sections = parse(text, { file: sample }).sections.filter(({ name }) => !MODULE_KEYS.includes(name));
      const reference = Deno.readTextFileSync(`${ROOT}docs/${page}`);
      return sections.flatMap(({ entries }) => entries.map(({ key }) => key))
        .filter((key) => !reference.includes(`\`${key}`)).map((key) => `${page}: ${key}`);
    },
  );
  assertEquals(lacking, []);
});

Deno.test("README.md and docs/: every word of the command line is explained", () => {
  const all = documents().map((file) => Deno.readTextFileSync(`${ROOT}${file}`)).join("\n");
  assertEquals(Object.keys(SUBCOMMANDS).filter((word) => !all.includes(`asterism ${word}`)), []);
});

Deno.test("docs/architecture.md: the folders of src/, in the order in which they may import", () => {
  const table = /^\| folder[^]*?\n\n/m.exec(Deno.readTextFileSync(`${ROOT}docs/architecture.md`))?.[0] ?? "";
  assertEquals([...table.matchAll(/^\| (\w+) /gm)].map(([, name]) => name).slice(1), [...ORDER]);
});

Deno.test("docs/security.md: each statement of what holds names tests that there are", () => {
  const text = Deno.readTextFileSync(`${ROOT}docs/security.md`);
  const holds = text.slice(text.indexOf("\n## What holds"), text.indexOf("\n## What remains"));
  const statements = holds.split(/\n(?=- \*\*)/).slice(1);
  assert(statements.length > 20, `${statements.length} statements`);
  for (const statement of statements) {
    const [, tests = ""] = /Tests:\s([^]*?)\.\n?(?:\n|$)/.exec(`${statement}\n`) ?? [];
    const files = [...tests.matchAll(/`(tests\/[^`]+_test\.ts)`/g)].map(([, file]) => file);
    assert(files.length > 0, `no tests: ${statement}`);
    for (const file of files) assert(Deno.statSync(`${ROOT}${file}`).isFile);
  }
});

Deno.test("docs/ami.md: its session, with its own configuration", async () => {
  const blocks = blocksOf("docs/ami.md");
  const conf = blocks.find(({ words }) => words[0] === "manager.conf")?.text ?? "";
  const session = blocks.find(({ text }) => text.startsWith("$ nc "))?.text ?? "";
  await using sample = await startSampleHost({ "manager.conf": conf });
  const [command = "", banner = "", ...rest] = session.trimEnd().split("\n");
  const port = sample.ports[command.split(" ").at(-1) ?? ""] ?? 0;
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const end = rest.indexOf("");
  await connection.write(new TextEncoder().encode(`${rest.slice(0, end).join("\r\n")}\r\n\r\n`));
  let output = "";
  const buffer = new Uint8Array(4096);
  while (missingLine([banner, ...rest.slice(end)].join("\n"), output) !== undefined) {
    const count = await connection.read(buffer);
    if (count === null) break;
    output += new TextDecoder().decode(buffer.subarray(0, count));
  }
  assertEquals(missingLine([banner, ...rest.slice(end)].join("\n"), output), undefined, output);
});
