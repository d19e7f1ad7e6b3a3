/** A host over modules that exist only in memory, in real Workers; at its end nothing may be left. */
import { assertEquals } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { createHost, type Host } from "../../src/host/mod.ts";
import { type LogRecord, MemorySink } from "../../src/log/mod.ts";
import { checksumOf, type ModuleFile, type ModuleSource } from "../../src/manifest/mod.ts";
import { DEFAULT_DIRECTORIES, defaultOptions, type Options } from "../../src/settings/mod.ts";

/** A module of a test: the body of `load`, or a whole definition. */
export interface TestModule {
  /** Statements of `load(host)`; SUCCESS is returned after them. */
  readonly load?: string;
  /** Further members of the definition, as source. */
  readonly members?: string;
  /** The whole file instead. */
  readonly source?: string;
  /** Sections of the manifest after `[module]`. */
  readonly manifest?: string;
  /** Whether it is shipped with the program. @default {false} */
  readonly shipped?: boolean;
}

/** Options of {@linkcode startHost}. */
export interface TestHostOptions {
  readonly modules: Readonly<Record<string, TestModule>>;
  /** Content of modules.conf. @default {"[modules]\nautoload = yes"} */
  readonly policy?: string;
  /** Further files of the modules directory, as they are. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further files of the configuration directory. */
  readonly configs?: Readonly<Record<string, string>>;
  readonly options?: Partial<Options>;
  /** Directories of modules that may be loaded, too. @default {none} */
  readonly beside?: readonly string[];
  /** Whether lines such as `command = *` of manifests are granted: most tests are about something else. @default {true} */
  readonly namesGranted?: boolean;
}

/** A memory sink that tells when something was written. */
class WaitingSink extends MemorySink {
  #next: PromiseWithResolvers<void> = Promise.withResolvers();

  override write(record: LogRecord): void {
    super.write(record);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** The next line, or a failure when there is none for ten seconds. */
  async written(): Promise<void> {
    let timer: number | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing was logged; so far:\n${this.messages().join("\n")}`)), 10_000);
    });
    try {
      await Promise.race([this.#next.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

class MemorySource implements ModuleSource {
  readonly label = "memory";
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #shipped = new Set<string>();
  #stamp = 0;

  add(name: string, module: TestModule): void {
    const { load = "", members = "", manifest = "" } = module;
    const source = module.source ?? `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Test module ${name}",
  async load(host) { ${load}; return LoadResult.SUCCESS; }, ${members} });`;
    const bytes = new TextEncoder().encode(source);
    this.#stamp++;
    if (module.shipped === true) this.#shipped.add(name);
    this.files.set(`${name}.js`, bytes);
    this.files.set(
      `${name}.manifest`,
      new TextEncoder().encode(
        `[module]\nname = ${name}\nchecksum = ${checksumOf(bytes)}\ndescription = Test module ${name}\n` +
          `license = MIT\nsupport_level = core\n${manifest}\n`,
      ),
    );
  }

  list(): string[] {
    return [...this.files.keys()].filter((name) => name.endsWith(".manifest")).sort()
      .map((name) => name.slice(0, -".manifest".length));
  }

  shipped(name: string): boolean {
    return this.#shipped.has(name);
  }

  stamp(): string {
    return String(this.#stamp);
  }

  manifest(name: string): ModuleFile {
    return this.#read(`${name}.manifest`);
  }

  module(name: string): ModuleFile {
    return this.#read(`${name}.js`);
  }

  #read(path: string): ModuleFile {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new HostError("not-found", `no file ${path}`);
    return { path, bytes, stamp: this.stamp() };
  }
}

/** A host under test. Disposing it stops the host and checks that no registration is left. */
export class TestHost implements AsyncDisposable {
  readonly host: Host;
  readonly sink: WaitingSink;
  readonly directory: string;
  readonly #source: MemorySource;

  constructor(host: Host, { sink, directory, source }: { sink: WaitingSink; directory: string; source: MemorySource }) {
    this.host = host;
    this.sink = sink;
    this.directory = directory;
    this.#source = source;
  }

  /** Installs or replaces a module while the host runs. */
  install(name: string, module: TestModule): void {
    this.#source.add(name, module);
  }

  /** What a command prints, without the last line end. */
  async run(command: string): Promise<string> {
    return (await this.host.execute(command)).output.trimEnd();
  }

  /** `name state useCount` of every module, sorted. */
  async states(): Promise<string[]> {
    const rows = JSON.parse((await this.host.execute("module show --json")).output) as Record<string, unknown>[];
    return rows.map(({ name, state, useCount }) => `${name} ${state} ${useCount}`);
  }

  /** Messages of the log of these levels, in order. */
  messages(...levels: string[]): string[] {
    return this.sink.records.filter(({ level }) => levels.length === 0 || levels.includes(level))
      .map(({ area, message }) => `${area}: ${message}`);
  }

  /** Waits until the log has a message that matches. */
  async logged(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.messages().find((message) => pattern.test(message));
      if (found !== undefined) return found;
      await this.sink.written();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop("gracefully");
    const left = (await this.host.execute("core show applications --json")).output;
    const ofModules = (JSON.parse(left) as { module: string }[]).filter(({ module }) => module !== "core");
    assertEquals(ofModules, [], "applications are still registered after the stop");
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** Lines of modules.conf that let modules have all names of the types of which their manifests say so. */
function nameRights(policy: string, modules: Readonly<Record<string, TestModule>>): string {
  const lines = Object.entries(modules).flatMap(([name, { manifest = "" }]) => {
    let section = "";
    return manifest.split("\n").flatMap((line) => {
      section = /^\[(\w+)\]/.exec(line)?.[1] ?? section;
      const type = /^(\w+)\s*=\s*\*$/.exec(line)?.[1];
      if (type === undefined || section === "permissions") return [];
      return [`${name} = host=${section === "provides" ? "provide" : "use"}:${type}`];
    });
  });
  if (lines.length === 0) return "";
  return `\n${policy.includes("[permissions]") ? "[permissions](+)" : "[permissions]"}\n${lines.join("\n")}\n`;
}

/** Starts a host over the given modules. Short deadlines: nothing in a test takes longer. */
export async function startHost(options: TestHostOptions): Promise<TestHost> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  const policy = options.policy ?? "[modules]\nautoload = yes\n";
  const granted = options.namesGranted === false ? "" : nameRights(policy, options.modules);
  const files = { "modules.conf": `${policy}${granted}`, ...options.configs };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, text);
  const source = new MemorySource();
  for (const [name, module] of Object.entries(options.modules)) source.add(name, module);
  for (const [name, text] of Object.entries(options.files ?? {})) {
    source.files.set(name, new TextEncoder().encode(text));
  }
  const sink = new WaitingSink();
  const host = await createHost({
    config: {
      file: `${directory}/asterism.conf`,
      directories: {
        ...DEFAULT_DIRECTORIES,
        astetcdir: directory,
        astmoddir: "memory",
        astdatadir: `${directory}/data`,
        astlogdir: `${directory}/log`,
      },
      options: {
        ...defaultOptions(),
        loadTimeout: 1_000,
        unloadTimeout: 1_000,
        heartbeatTimeout: 1_000,
        ...options.options,
      },
    },
    sinks: [sink],
    modules: [source, ...options.beside ?? []],
  });
  const { status } = await host.boot();
  assertEquals(status, 0, sink.records.map(({ message }) => message).join("\n"));
  return new TestHost(host, { sink, directory, source });
}
