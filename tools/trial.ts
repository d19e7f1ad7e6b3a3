/**
 * Runs the `load` of built modules in a bare realm and writes down what they register. Why it exists: DOCUMENTATION is
 * written by hand, and what a manifest says of a module must be what the module does.
 *
 * The realm is the host's own kind, without any permission. What a module asks of the host gets an empty answer, but for
 * configuration files, which are the samples, and services, which have the methods that another module registered.
 *
 * @module
 */
import { RpcTarget } from "capnweb";
import { HostError } from "../src/fault/mod.ts";
import { parse } from "../src/config/mod.ts";
import type { Manifest } from "../src/manifest/mod.ts";
import { NO_PERMISSIONS } from "../src/permission/mod.ts";
import {
  type HandleMethods,
  RealmPool,
  type RealmRequest,
  type RunResult,
  USUAL_REALM_LIMITS,
} from "../src/realm/mod.ts";

/** A built module to be tried. */
export interface TrialModule {
  /** What its comments say. */
  readonly manifest: Manifest;
  /** The built file. */
  readonly javascript: string;
  /** The source's path, for errors. */
  readonly file: string;
  /** The source, for the lines of errors. */
  readonly source: string;
}

/** What came of a trial. */
export interface TrialResult {
  /** Differences between manifest and module, each `file:line: what; cure`. */
  readonly faults: readonly string[];
  /** What could not be compared wholly, and why, one line each. */
  readonly notes: readonly string[];
}

/** What a module did in its trial. */
interface Run {
  readonly module: TrialModule;
  /** `type=name` as registered. */
  readonly registered: ReadonlySet<string>;
  readonly outcome: RunResult;
  /** Services that it has asked for; they give nothing here. */
  readonly used: ReadonlySet<string>;
}

/** A load that takes longer waits for something that a bare realm does not have. */
const DEADLINE_MS = 5_000;
/** What can be registered; the other types live in manifests alone. */
const TYPES = ["application", "function", "service", "command", "realtime"];

/** What trials are run with. */
export interface TrialOptions {
  /** The text of a sample configuration, or undefined. */
  readonly readConfig: (file: string) => string | undefined;
  /** How long a module's import and its load may take. @default {5_000} */
  readonly deadlineMs?: number;
}

/** Tries modules, each alone, and compares. */
export async function tryModules(modules: readonly TrialModule[], options: TrialOptions): Promise<TrialResult> {
  using bench = new TrialBench(options);
  const runs = new Map<string, Run>();
  for (const module of modules) runs.set(module.manifest.name, await bench.run(module));
  // Now that it is known which methods services have, those that missed some have a second chance.
  for (const { module, outcome } of [...runs.values()]) {
    if ("thrown" in outcome && module.manifest.uses.concat(module.manifest.canUse).length > 0) {
      runs.set(module.manifest.name, await bench.run(module));
    }
  }
  const results = [...runs.values()].map(compare);
  return { faults: results.flatMap(({ faults }) => faults), notes: results.flatMap(({ notes }) => notes) };
}

/** The realm of the trials; a new one when a module has ended it. */
class TrialBench implements Disposable {
  /** Methods of services, by name in lower case. */
  readonly #services = new Map<string, readonly string[]>();
  readonly #readConfig: (file: string) => string | undefined;
  readonly #milliseconds: number;
  readonly #pool: RealmPool;
  readonly #request: RealmRequest;
  #generation = 0;

  constructor({ readConfig, deadlineMs = DEADLINE_MS }: TrialOptions) {
    this.#readConfig = readConfig;
    this.#milliseconds = deadlineMs;
    this.#pool = new RealmPool(
      { directories: {} },
      { log: () => {}, ended: () => {} },
    );
    const limits = { ...USUAL_REALM_LIMITS, heartbeat: deadlineMs };
    this.#request = { kind: "shared", permissions: NO_PERMISSIONS, limits };
    // A realm of its own for nobody, so that the shared one outlives every single module.
    this.#pool.admit("", this.#request);
  }

  async run(module: TrialModule): Promise<Run> {
    const { manifest: { name }, javascript } = module;
    const realm = this.#pool.admit(name, this.#request);
    const registered = new Set<string>();
    const used = new Set<string>();
    const recorder = new Recorder({ registered, used, services: this.#services, readConfig: this.#readConfig });
    const handle = recorder as unknown as HandleMethods;
    let outcome: RunResult = { thrown: "it cannot be imported" };
    try {
      await realm.importAll([{ name, source: javascript, generation: ++this.#generation }], {
        deadline: () => this.#milliseconds,
        onOutcome(_, imported) {
          if ("fault" in imported) outcome = { thrown: imported.fault };
          else outcome = { result: imported.module.has.load ? 0 : 1 };
        },
      });
      if ("result" in outcome && outcome.result === 0) {
        await realm.loadAll(new Map([[name, handle]]), {
          deadline: () => this.#milliseconds,
          onOutcome: (_, loaded) => void (outcome = loaded),
        });
      }
    } catch (error) {
      outcome = { thrown: error instanceof HostError ? error.message : String(error) };
    }
    this.#pool.dismiss(name, realm);
    return { module, registered, outcome, used };
  }

  [Symbol.dispose](): void {
    this.#pool.end(new HostError("realm-ended", "The trial is over"));
  }
}

/** What a {@linkcode Recorder} writes down, and what it answers from. */
interface RecorderOptions {
  readonly registered: Set<string>;
  readonly used: Set<string>;
  readonly services: Map<string, readonly string[]>;
  readonly readConfig: (file: string) => string | undefined;
}

/** The capability object of a trial: takes everything and gives nothing. */
class Recorder extends RpcTarget {
  readonly #registered: Set<string>;
  readonly #used: Set<string>;
  readonly #services: Map<string, readonly string[]>;
  readonly #readConfig: (file: string) => string | undefined;

  constructor({ registered, used, services, readConfig }: RecorderOptions) {
    super();
    this.#registered = registered;
    this.#used = used;
    this.#services = services;
    this.#readConfig = readConfig;
  }

  registerApplication(name: string): void {
    this.#registered.add(`application=${name}`);
  }

  registerFunction(name: string): void {
    this.#registered.add(`function=${name}`);
  }

  registerService(name: string, methods: Record<string, unknown>): void {
    this.#registered.add(`service=${name}`);
    this.#services.set(name.toLowerCase(), Object.keys(methods));
  }

  registerCommand({ command }: { command: string }): void {
    this.#registered.add(`command=${command.trim().replace(/\s+/g, " ")}`);
  }

  unregister(): void {}

  use(what: string): { provider: string; names: readonly string[]; methods: object; release: () => void } {
    this.#used.add(what);
    const names = this.#services.get(what.replace(/^service=/, "").toLowerCase()) ?? [];
    return {
      provider: "trial",
      names,
      methods: Object.fromEntries(names.map((name) => [name, () => {}])),
      release: () => {},
    };
  }

  /** Holds and tells of nothing. */
  references(): RpcTarget {
    return new Nothing();
  }

  /** Keeps nothing. */
  database(): RpcTarget {
    return new Nothing();
  }

  registerRealtime(name: string): void {
    this.#registered.add(`realtime=${name}`);
  }

  runApplication(): number {
    return 0;
  }

  readFunction(): string {
    return "";
  }

  config(file: string): unknown {
    const text = this.#readConfig(file);
    if (text === undefined) return undefined;
    const sections = parse(text, { file }).sections.filter(({ template }) => !template);
    return {
      file,
      sections: sections.map(({ name, entries }) => ({
        name,
        entries: entries.map(({ key, value, position: { line } }) => ({ key, value, line, file })),
      })),
    };
  }

  modules(): readonly [] {
    return [];
  }

  execute(): string {
    return "";
  }

  user(): { release: () => void } {
    return { release: () => {} };
  }

  blockUnload(): void {}
}

/** References and a database without anything in them. */
class Nothing extends RpcTarget {
  hold(): { provider: string; ready: () => string; release: () => void } {
    return { provider: "trial", ready: () => "trial", release: () => {} };
  }

  onAvailable(): { release: () => void } {
    return { release: () => {} };
  }

  get(): undefined {}

  put(): void {}

  del(): boolean {
    return false;
  }

  deltree(): number {
    return 0;
  }

  tree(): readonly [] {
    return [];
  }
}

/** What the manifest says and the module does not do, and the other way round. */
function compare({ module: { manifest, file, source }, registered, outcome, used }: Run): TrialResult {
  const provided = manifest.provides.filter(({ type }) => TYPES.includes(type));
  const covered = (type: string, name: string) =>
    provided.some((one) => one.type === type && (one.name === "*" || one.name.toLowerCase() === name.toLowerCase()));
  const faults = [...registered].flatMap((what) => {
    const [, type = "", name = ""] = /^(\w+)=(.*)$/s.exec(what) ?? [];
    if (covered(type, name)) return [];
    return [
      `${file}:1: it registers ${type} "${name}", which DOCUMENTATION does not name; add <${type} name="${name}"/>`,
    ];
  });
  const names = new Set([...registered].map((what) => what.toLowerCase()));
  const missing = provided.filter(({ type, name }) => name !== "*" && !names.has(`${type}=${name.toLowerCase()}`));
  if ("result" in outcome && outcome.result === 0) {
    for (const { type, name } of missing) {
      const line = lineOf(source, name);
      faults.push(`${file}:${line}: DOCUMENTATION names ${type} "${name}", which load does not register; remove one`);
    }
    return { faults, notes: [] };
  }
  if (missing.length === 0) return { faults, notes: [] };
  const list = missing.map(({ type, name }) => `${type} "${name}"`).join(", ");
  if ("thrown" in outcome && used.size > 0) {
    const what = [...used].join(" and ");
    return {
      faults,
      notes: [`${file}: ${list} is taken from DOCUMENTATION: load uses ${what}, which gives nothing here`],
    };
  }
  const why = "thrown" in outcome ? outcome.thrown.split("\n")[0] : `load gave ${outcome.result}`;
  return { faults, notes: [`${file}: not seen in a bare realm: ${list} (${why})`] };
}

/** The line of a source on which a name stands in quotes or between tags, or the first. */
function lineOf(source: string, name: string): number {
  const index = ['"', ">"].map((before) => source.indexOf(before + name)).filter((at) => at >= 0);
  return index.length === 0 ? 1 : source.slice(0, Math.min(...index)).split("\n").length;
}
