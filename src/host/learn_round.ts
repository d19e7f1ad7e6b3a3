import { printableText } from "../fault/mod.ts";
import { MemorySink } from "../log/mod.ts";
import { DiskSource, type ModuleFile, type ModuleSource, nameKey } from "../manifest/mod.ts";
import type { PermissionLine } from "../permission/mod.ts";
import type { Policy } from "../policy/mod.ts";
import { Host } from "./host.ts";
import { askingFor, lineKey, parseDenial, type Places } from "./learned.ts";
import type { ProgramConfig } from "./program.ts";

/** Lines of the log of one round that are kept, and different denials: the module is a stranger. */
const MAX_KEPT = 10_000;
const MAX_DENIALS = 1_000;

/** What is tried in a round. */
export interface RoundRequest {
  /** The module. */
  readonly module: string;
  /** What the administrator wants, made for the trial. */
  readonly policy: Policy;
  /** Console commands that are run once it is loaded. */
  readonly commands: readonly string[];
  /** How long it is watched then, in milliseconds. */
  readonly watch: number;
  /** What it asks for, and gets. */
  readonly known: readonly PermissionLine[];
  /** Keys of what it cannot have: no news. */
  readonly refused: { has(key: string): boolean };
  /** Where things are. */
  readonly places: Places;
}

/** What a round has found. */
export interface Round {
  /** What the module was denied, each once. */
  readonly denied: readonly PermissionLine[];
  /** Denials that nobody could grant. */
  readonly others: ReadonlySet<string>;
  /** Whether it ran, up to its end. */
  readonly running: boolean;
  /** Commands that failed. */
  readonly failed: number;
  /** What went wrong, for people. */
  readonly messages: readonly string[];
}

/** What a module is denied in a round; tells of the first that is news. */
class Denials {
  readonly lines = new Map<string, PermissionLine>();
  readonly others = new Set<string>();
  readonly #request: RoundRequest;
  readonly #known: ReadonlySet<string>;
  readonly #news = Promise.withResolvers<void>();

  constructor(request: RoundRequest) {
    this.#request = request;
    this.#known = new Set(request.known.map(lineKey));
  }

  /** Fulfilled once there is something that another round would grant. */
  get news(): Promise<void> {
    return this.#news.promise;
  }

  /** A denial in Deno's words. */
  denied(message: string): void {
    const line = parseDenial(message, this.#request.places);
    if (line !== undefined) this.lacked(line);
    else if (this.others.size < MAX_DENIALS) this.others.add(message);
  }

  lacked(line: PermissionLine): void {
    const key = lineKey(line);
    if (this.lines.size < MAX_DENIALS) this.lines.set(key, line);
    if (!this.#known.has(key) && !this.#request.refused.has(key)) this.#news.resolve();
  }
}

/**
 * Loads the module with what is known, runs the commands, watches it for a while, unloads it. Whatever runs does so in
 * processes of their own. A denial that is news ends the watching: another round follows.
 */
export async function runRound(request: RoundRequest, program: ProgramConfig): Promise<Round> {
  const { module, commands, known, policy, watch } = request;
  const denials = new Denials(request);
  const sink = new MemorySink(MAX_KEPT);
  const host = new Host({
    settings: program.settings,
    policy,
    sources: program.modules.map((place) =>
      new AskingSource(typeof place === "string" ? new DiskSource(place) : place, module, known)
    ),
    warnings: [],
    learning: {
      module,
      denied: (message) => denials.denied(message),
      lacked: (line) => denials.lacked(line),
    },
  }, { sinks: [sink] });
  const runs = () => host.modules().some(({ name, state }) => nameKey(name) === nameKey(module) && state === "running");
  const failed: string[] = [];
  let running = false;
  try {
    await host.boot();
    if (runs()) {
      for (const command of commands) {
        const { ok, output } = await host.execute(command);
        if (!ok) failed.push(output.trimEnd());
      }
      await orAfter(watch, denials.news);
      running = runs();
    }
  } finally {
    await host.stop("gracefully");
  }
  const logged = [...sink.messages("error"), ...sink.messages("warning")];
  return {
    denied: [...denials.lines.values()],
    others: denials.others,
    running,
    failed: failed.length,
    messages: [...logged, ...failed].map((message) => printableText(message)),
  };
}

async function orAfter(milliseconds: number, news: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((done) => void (timer = setTimeout(done, milliseconds)));
  await Promise.race([passed, news]);
  clearTimeout(timer);
}

/** A source in which one module asks for given permissions. */
class AskingSource implements ModuleSource {
  readonly label: string;
  readonly #source: ModuleSource;
  readonly #module: string;
  readonly #lines: readonly PermissionLine[];

  constructor(source: ModuleSource, module: string, lines: readonly PermissionLine[]) {
    this.label = source.label;
    this.#source = source;
    this.#module = nameKey(module);
    this.#lines = lines;
  }

  list(): readonly string[] {
    return this.#source.list();
  }

  shipped(name: string): boolean {
    return this.#source.shipped?.(name) === true;
  }

  stamp(name: string): string {
    return this.#source.stamp(name);
  }

  manifest(name: string): ModuleFile {
    const file = this.#source.manifest(name);
    if (nameKey(name) !== this.#module) return file;
    const text = askingFor(new TextDecoder().decode(file.bytes), this.#lines);
    return { ...file, bytes: new TextEncoder().encode(text) };
  }

  module(name: string): ModuleFile {
    return this.#source.module(name);
  }
}
