import { join } from "@std/path";
import { messageOf } from "../fault/mod.ts";
import { parse } from "../config/mod.ts";
import { MemorySink } from "../log/mod.ts";
import {
  baseName,
  Catalog,
  DiskSource,
  isOwnConfig,
  type ModuleFile,
  type ModuleSource,
  nameKey,
} from "../manifest/mod.ts";
import type { PermissionLine } from "../permission/mod.ts";
import { parsePolicy, type Policy } from "../policy/mod.ts";
import { parseFlags } from "../settings/mod.ts";
import type { CommandResult } from "./command_result.ts";
import { Host } from "./host.ts";
import { askingFor, formatLearned, newLines, parseDenial, type Places, withoutContained } from "./learned.ts";
import { readConfigIfAny } from "./options.ts";
import { findProgramConfig, type ProgramConfig } from "./program.ts";

/** More rounds than any module has needs; each finds one at least. */
const MAX_ROUNDS = 200;

const LEARN_USAGE = "Usage: asterism learn MODULE [-C FILE] [-- COMMAND…]\n";

/** What is asked for. */
interface LearnRequest {
  readonly module: string;
  readonly config: string | undefined;
  readonly commands: readonly string[];
}

/** What a round has found. */
interface Round {
  readonly denied: PermissionLine[];
  /** Denials that nobody could grant. */
  readonly others: Set<string>;
  readonly running: boolean;
  /** Commands that failed. */
  readonly failed: number;
  /** What went wrong, for people. */
  readonly messages: string[];
}

/**
 * `asterism learn MODULE [-C FILE] [-- COMMAND…]`, from its arguments: runs one module, with what it uses, in a process
 * of its own, and prints the least permissions with which its load, the commands and its unload are denied nothing.
 *
 * 1. it begins with no permissions
 * 2. the module is loaded, the commands run one after the other, it is unloaded; every denial is noted, also one that the
 *    module takes care of
 * 3. what was denied is granted, and all begins anew, until nothing is denied
 * 4. what nothing is denied without is taken back: some of it is contained in the rest, or was needed only while something
 *    else was denied
 *
 * @param base URL of the program's main file
 */
export async function learnCommand(args: readonly string[], base: string): Promise<CommandResult> {
  const request = parseRequest(args);
  if (typeof request === "string") return { out: "", err: `asterism: ${request}\n${LEARN_USAGE}`, status: 1 };
  try {
    return await learn(request, findProgramConfig(request.config, base));
  } catch (error) {
    return { out: "", err: `asterism: ${messageOf(error)}\n`, status: 1 };
  }
}

function parseRequest(args: readonly string[]): LearnRequest | string {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [module, ...options] = args.slice(0, end);
  if (module === undefined || module.startsWith("-")) return "learn needs the name of a module";
  const flags = parseFlags(options);
  if ("fault" in flags) return flags.fault;
  return { module: baseName(module), config: flags.config, commands: args.slice(end + 1) };
}

async function learn({ module, commands }: LearnRequest, program: ProgramConfig): Promise<CommandResult> {
  const places: Places = { cwd: Deno.cwd(), tmp: temporary() };
  const tryWith = (known: readonly PermissionLine[]) => runOnce({ module, commands, known, places }, program);
  const known: PermissionLine[] = [];
  for (let count = 0; count < MAX_ROUNDS; count++) {
    const round = await tryWith(known);
    const learned = newLines(round.denied, known);
    if (learned.length === 0) return report(module, { round, least: await leastOf(known, round, tryWith) }, program);
    known.push(...learned);
  }
  return { out: "", err: `asterism: ${module} asks for ever more: ${MAX_ROUNDS} rounds were not enough\n`, status: 1 };
}

/** Of what was learned, what cannot be left out; of a module that does not run nobody can tell. */
async function leastOf(
  known: readonly PermissionLine[],
  { running, failed, others }: Round,
  tryWith: (known: readonly PermissionLine[]) => Promise<Round>,
): Promise<readonly PermissionLine[]> {
  let least = withoutContained(known);
  if (!running || least.length < 2) return least;
  for (const line of least) {
    const rest = least.filter((one) => one !== line);
    const trial = await tryWith(rest);
    const asGood = trial.running && trial.failed <= failed && trial.others.size <= others.size;
    if (asGood && trial.denied.length === 0) least = rest;
  }
  return least;
}

/** What is printed of the last round. */
function report(
  module: string,
  { round, least }: { round: Round; least: readonly PermissionLine[] },
  program: ProgramConfig,
): CommandResult {
  const lines = [...least, ...foreignConfigs(module, program)];
  const sections = formatLearned(module, lines, { ...program.settings.directories });
  const refused = [...round.others].map((message) => `; cannot be granted: ${message}\n`).join("");
  const err = round.messages.map((message) => `${message}\n`).join("");
  if (round.running) return { out: sections + refused, err, status: round.failed === 0 ? 0 : 1 };
  const unfinished = `; ${module} did not run: whether it needs more is not known\n`;
  return { out: (lines.length === 0 ? "" : sections) + refused + unfinished, err, status: 1 };
}

/** Files that the module's manifest names and that are not its own: they are shown to it, and must be granted. */
function foreignConfigs(module: string, { modules }: ProgramConfig): PermissionLine[] {
  const catalog = new Catalog(modules.map((place) => typeof place === "string" ? new DiskSource(place) : place));
  catalog.refresh();
  const { name = module, configs = [] } = catalog.get(module)?.manifest ?? {};
  return configs.filter((file) => !isOwnConfig(name, file)).map((value) => ({ kind: "config", value }));
}

/** Lines of the log of one round that are kept: the module is a stranger. */
const MAX_KEPT = 10_000;

interface RoundRequest {
  readonly module: string;
  readonly commands: readonly string[];
  readonly known: readonly PermissionLine[];
  readonly places: Places;
}

/** Loads the module with what is known, runs the commands, unloads it. */
async function runOnce({ module, commands, known, places }: RoundRequest, program: ProgramConfig): Promise<Round> {
  const denied: PermissionLine[] = [];
  const others = new Set<string>();
  const sink = new MemorySink(MAX_KEPT);
  const host = new Host({
    settings: program.settings,
    policy: policyFor(module, program),
    sources: program.modules.map((place) =>
      new AskingSource(typeof place === "string" ? new DiskSource(place) : place, module, known)
    ),
    warnings: [],
    learning: {
      module,
      denied(message) {
        const line = parseDenial(message, places);
        if (line === undefined) others.add(message);
        else denied.push(line);
      },
      lacked: (line) => void denied.push(line),
    },
  }, { sinks: [sink] });
  try {
    await host.boot();
    const running = host.modules().some(({ name, state }) => nameKey(name) === nameKey(module) && state === "running");
    const failed: string[] = [];
    for (const command of running ? commands : []) {
      const { ok, output } = await host.execute(command);
      if (!ok) failed.push(output.trimEnd());
    }
    const logged = [...sink.messages("error"), ...sink.messages("warning")];
    return { denied, others, running, failed: failed.length, messages: [...logged, ...failed] };
  } finally {
    await host.stop("gracefully");
  }
}

/** The administrator's policy, but for what is loaded and for the module itself. */
function policyFor(module: string, { settings }: ProgramConfig): Policy {
  const file = join(settings.directories.astetcdir, "modules.conf");
  const config = readConfigIfAny(file, { warnings: [], exec: settings.options }) ?? parse("", { file });
  const policy = parsePolicy(config, { ...settings.directories });
  const key = nameKey(module);
  return {
    ...policy,
    autoload: false,
    loadUses: true,
    lines: [{ directive: "load", name: module, position: { file, line: 1 } }],
    grants: new Map([...policy.grants, [key, { asAsked: true, lines: [], decides: true }]]),
    realms: new Map([...policy.realms, [key, "process"]]),
  };
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

function temporary(): string {
  try {
    return Deno.env.get("TMPDIR") ?? "/tmp";
  } catch {
    return "/tmp";
  }
}
