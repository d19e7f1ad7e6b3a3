/** Modules that behave as those of the records did, and a host over them. */
import { createHost, type Host } from "../../src/host/mod.ts";
import { HostError } from "../../src/fault/mod.ts";
import { MemorySink } from "../../src/log/mod.ts";
import { checksumOf, type ModuleFile, type ModuleSource } from "../../src/manifest/mod.ts";
import { DEFAULT_DIRECTORIES, defaultOptions } from "../../src/settings/mod.ts";
import type { ModuleFact } from "./_record.ts";

/** Names of what is built in, in the order in which Asterisk links it. */
const BUILTINS = [
  ...["ccss", "cdr", "cel", "extconfig", "dnsmgr", "dsp", "enum", "features", "http", "indications", "logger"],
  ...["manager", "acl", "plc", "sounds", "udptl"],
];

/** What each function of the stubs returns next: `[name] load = 1` in this file. */
const SCRIPT = "tm.conf";

/** Lines after modules.conf as it was recorded: what stands for all modules here reads one file. */
const SCRIPT_GRANT = `\n[permissions]\ndefault = config=${SCRIPT}\n`;

const encoder = new TextEncoder();

/** The source of a module that says what it does, as the test modules of the records do, and returns what it is told. */
function stubSource(fact: ModuleFact): string {
  if (fact.fault === "no module") return "export const nothing = 0;\n";
  if (fact.fault === "import") return `throw new Error("undefined symbol");\n`;
  // Only the small modules are told anything, and say what they do.
  const told = (what: string, usual: number) =>
    fact.name.startsWith("t_")
      ? `const told = (await host.config("${SCRIPT}"))?.section("${fact.name}")?.get("${what}");
    const result = Number(told ?? ${usual});
    host.log.verbose(2, "[tm] ${fact.name}: ${what} -> " + result);`
      : `const result = ${usual};`;
  const members = [
    fact.hasLoad
      ? `async load(host) { ${told("load", fact.result)}
    ${fact.holdsItself ? `if (result === 0) await host.user("itself", () => {});` : ""} return result; }`
      : "",
    fact.hasUnload ? `async unload(host) { ${told("unload", 0)} return result; }` : "",
    fact.hasReload ? `async reload(host) { ${told("reload", 0)} return result; }` : "",
  ];
  return `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: ${JSON.stringify(fact.description)},
  ${members.filter((member) => member !== "").join(",\n  ")} });
`;
}

function stubManifest(fact: ModuleFact, source: Uint8Array<ArrayBuffer>): string {
  const lines = (key: string, names: readonly string[]) => names.map((name) => `${key} = ${name}\n`).join("");
  return `[module]\nname = ${fact.name}\nchecksum = ${checksumOf(fact.fault === "sum" ? new Uint8Array() : source)}\n` +
    `description = ${fact.description.replaceAll(";", "\\;")}\nlicense = ${fact.fault === "key" ? "wrong" : "MIT"}\n` +
    `support_level = ${fact.supportLevel}\nload_priority = ${fact.priority}\nconfig = ${SCRIPT}\n` +
    lines("optional_modules", fact.optional) + lines("enhances", fact.enhances) +
    `[uses]\n${lines("module", fact.requires)}`;
}

/** Modules in the order given. */
class StubSource implements ModuleSource {
  readonly label: string;
  readonly builtin: boolean;
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #names: readonly string[];

  constructor(facts: readonly ModuleFact[], { builtin }: { builtin: boolean }) {
    this.label = builtin ? "built in" : "memory";
    this.builtin = builtin;
    this.#names = facts.map(({ name }) => name);
    for (const fact of facts) {
      const source = encoder.encode(stubSource(fact));
      this.#files.set(`${fact.name}.js`, source);
      this.#files.set(`${fact.name}.manifest`, encoder.encode(stubManifest(fact, source)));
    }
  }

  list(): readonly string[] {
    return this.#names;
  }

  stamp(): string {
    return "0";
  }

  manifest(name: string): ModuleFile {
    return this.#read(`${name}.manifest`);
  }

  module(name: string): ModuleFile {
    return this.#read(`${name}.js`);
  }

  #read(path: string): ModuleFile {
    const bytes = this.#files.get(path);
    if (bytes === undefined) throw new HostError("not-found", `no file ${path}`);
    return { path, bytes, stamp: "0" };
  }
}

/** A host over stubs, and all that it logs. */
export class StubHost implements AsyncDisposable {
  readonly host: Host;
  readonly sink: MemorySink;
  readonly #directory: string;

  constructor(host: Host, sink: MemorySink, directory: string) {
    this.host = host;
    this.sink = sink;
    this.#directory = directory;
  }

  /** What the functions of modules return from now on, by `name function`. */
  script(results: ReadonlyMap<string, number>): void {
    const byName = Map.groupBy(results, ([what]) => what.split(" ")[0]);
    const lines = [...byName].map(([name, own]) =>
      `[${name}]\n${own.map(([what, result]) => `${what.split(" ")[1]} = ${result}\n`).join("")}`
    );
    Deno.writeTextFileSync(`${this.#directory}/${SCRIPT}`, lines.join(""));
  }

  /** What has been logged since the last time, as `LEVEL: text`. */
  takeLog(): string[] {
    return this.sink.records.splice(0).filter(({ level }) => level !== "debug")
      .flatMap(({ level, message }) => message.split("\n").map((line) => `${level.toUpperCase()}: ${line}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop("now");
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/**
 * A host with what is built in and the given modules, not started yet.
 *
 * @param conf content of modules.conf; none when undefined
 * @param facts modules of the directory, in the order in which it lists them; or the name of a directory
 */
export async function stubHost(
  conf: string | undefined,
  facts: readonly ModuleFact[] | string,
  all: ReadonlyMap<string, ModuleFact>,
): Promise<StubHost> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-oracle-" });
  if (conf !== undefined) {
    await Deno.writeTextFile(`${directory}/modules.conf`, `${withoutLoadingUses(conf)}${SCRIPT_GRANT}`);
  }
  const sink = new MemorySink();
  try {
    const host = await createHost({
      config: {
        file: `${directory}/asterism.conf`,
        directories: { ...DEFAULT_DIRECTORIES, astetcdir: directory, astmoddir: "memory", astlogdir: directory },
        options: { ...defaultOptions(), heartbeatTimeout: 20_000 },
      },
      sinks: [sink],
      modules: [
        new StubSource(BUILTINS.map((name) => all.get(name) as ModuleFact), { builtin: true }),
        typeof facts === "string" ? facts : new StubSource(facts, { builtin: false }),
      ],
    });
    return new StubHost(host, sink, directory);
  } catch (error) {
    await Deno.remove(directory, { recursive: true });
    throw error;
  }
}

/** Asterisk's rule, for the section that counts. */
function withoutLoadingUses(conf: string): string {
  return /^\[modules\](?!\((?:!|\+))/im.test(conf) ? `${conf}[modules](+)\ncompatible = yes\n` : conf;
}
