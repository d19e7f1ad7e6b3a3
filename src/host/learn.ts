import { join } from "@std/path";
import { parse } from "../config/mod.ts";
import { HostError, messageOf } from "../fault/mod.ts";
import { baseName, Catalog, DiskSource, type Manifest, nameKey } from "../manifest/mod.ts";
import type { PermissionLine } from "../permission/mod.ts";
import { decideGrant, impliedLines, parsePolicy, type Policy } from "../policy/mod.ts";
import { subcommandUsage } from "../settings/mod.ts";
import type { CommandResult } from "./command_result.ts";
import { Allowed } from "./learn_allowed.ts";
import { type Round, runRound } from "./learn_round.ts";
import { type LearnTalk, terminalTalk } from "./learn_talk.ts";
import { formatLearned, lineKey, newLines, type Places, withoutContained } from "./learned.ts";
import { readConfigIfAny } from "./options.ts";
import { findProgramConfig, type ProgramConfig } from "./program.ts";
import { parseSubcommand } from "./subcommand_options.ts";

/** More rounds than any module has needs; each finds one at least. */
const MAX_ROUNDS = 200;

/** How long a module is watched once it is loaded, when nobody says. */
const USUAL_SECONDS = 2;

/** What is asked for. */
interface LearnRequest {
  readonly module: string;
  readonly config: string | undefined;
  readonly commands: readonly string[];
  /** How long it is watched in each round, in milliseconds. */
  readonly watch: number;
  /** What it asks for is granted without asking. */
  readonly yes: boolean;
}

/**
 * `asterism learn MODULE [--for SECONDS] [--yes] [-C FILE] [-- COMMAND…]`, from its arguments: runs one module, with what
 * it uses, in processes of their own, and prints the least permissions with which its load, the commands, the time after
 * them and its unload are denied nothing.
 *
 * 1. it begins with no permissions
 * 2. the module is loaded, the commands run one after the other, it is watched for a while and unloaded; every denial is
 *    noted, also one that the module takes care of
 * 3. what was denied is shown and, once somebody has agreed, granted, but for what a line of modules.conf denies; all begins
 *    anew, until nothing is denied that could be granted
 * 4. what nothing is denied without is taken back: some of it is contained in the rest, or was needed only while something
 *    else was denied
 *
 * On standard output is only what makes the module load.
 *
 * @param base URL of the program's main file
 * @param talk how to speak with whoever runs it
 */
export async function learnCommand(
  args: readonly string[],
  base: string,
  talk: LearnTalk = terminalTalk(),
): Promise<CommandResult> {
  const request = parseRequest(args);
  if (typeof request === "string") {
    return { out: "", err: `asterism: learn: ${request}\n${subcommandUsage("learn")}`, status: 1 };
  }
  try {
    return await new Trial(request, findProgramConfig(request.config, base), talk).learn();
  } catch (error) {
    return { out: "", err: `asterism: learn: ${messageOf(error)}\n`, status: 1 };
  }
}

function parseRequest(args: readonly string[]): LearnRequest | string {
  const given = parseSubcommand("learn", args);
  if ("fault" in given) return given.fault;
  const { words: [module = ""], values, switches, commands } = given;
  const seconds = values["for"] ?? String(USUAL_SECONDS);
  if (!/^[1-9]\d{0,2}$/.test(seconds) || Number(seconds) > 600) {
    return `--for ${seconds}: expected whole seconds, 1 to 600`;
  }
  return {
    module: baseName(module),
    config: values["config"],
    commands,
    watch: Number(seconds) * 1000,
    yes: switches.has("yes"),
  };
}

/** Finds out what one module needs. */
class Trial {
  readonly #request: LearnRequest;
  readonly #program: ProgramConfig;
  readonly #talk: LearnTalk;
  readonly #manifest: Manifest;
  readonly #policy: Policy;
  readonly #allowed: Allowed;
  readonly #places: Places = { cwd: Deno.cwd(), tmp: temporary() };
  /** What it has been granted so far. */
  readonly #known: PermissionLine[] = [];
  /** What it cannot have, by its key, and why. */
  readonly #refused = new Map<string, { line: PermissionLine; why: string }>();

  /** @throws {HostError} when there is no such module, or the administrator does not want it to run */
  constructor(request: LearnRequest, program: ProgramConfig, talk: LearnTalk) {
    this.#request = request;
    this.#program = program;
    this.#talk = talk;
    this.#manifest = findManifest(request.module, program);
    this.#policy = readPolicy(program);
    this.#allowed = new Allowed(this.#manifest, this.#policy, program);
    this.#allowed.checkWanted();
  }

  async learn(): Promise<CommandResult> {
    if (!this.#grant(impliedLines(this.#manifest), "Its manifest asks for", [])) return STOPPED;
    for (let count = 1; count <= MAX_ROUNDS; count++) {
      const round = await this.#run(this.#known);
      const learned = newLines(round.denied, [...this.#known, ...[...this.#refused.values()].map(({ line }) => line)]);
      const before = this.#known.length;
      if (!this.#grant(learned, `Round ${count}: it was denied`, this.#known)) return STOPPED;
      if (this.#known.length === before) return await this.#report(round);
    }
    const err = `asterism: learn: ${this.#manifest.name} asks for ever more: ${MAX_ROUNDS} rounds were not enough\n`;
    return { out: "", err, status: 1 };
  }

  #run(known: readonly PermissionLine[]): Promise<Round> {
    const { commands, watch } = this.#request;
    const { name } = this.#manifest;
    const policy = trialPolicy(name, { policy: this.#policy, grant: this.#allowed.trialGrant() });
    const shown = this.#program.embedded ? { ...policy, file: "modules.conf" } : policy;
    return runRound(
      { module: name, policy: shown, commands, watch, known, refused: this.#refused, places: this.#places },
      this.#program,
    );
  }

  /**
   * Takes what a module asks for into a list, but for what is denied, once it was shown and agreed to.
   *
   * @returns whether the trial goes on
   */
  #grant(lines: readonly PermissionLine[], why: string, list: PermissionLine[]): boolean {
    const granted: PermissionLine[] = [];
    for (const line of lines) {
      const denied = this.#allowed.denied(line);
      if (denied === undefined) granted.push(line);
      else this.#refused.set(lineKey(line), { line, why: denied });
      if (denied !== undefined) this.#talk.tell(`${this.#manifest.name}: ${lineKey(line)} is ${denied}: not tried\n`);
    }
    if (granted.length === 0) return true;
    const shown = granted.map((line) => `  ${lineKey(line)}\n`).sort().join("");
    this.#talk.tell(`${this.#manifest.name}: ${why}\n${shown}`);
    if (!this.#agreed(granted)) return false;
    list.push(...granted);
    return true;
  }

  #agreed(lines: readonly PermissionLine[]): boolean {
    const { yes } = this.#request;
    const { ask, tell } = this.#talk;
    if (yes) return true;
    if (ask !== undefined) {
      const agreed = ask("Grant this for the trial, and go on?");
      if (!agreed) tell("asterism: learn: not granted: what else it needs is not known\n");
      return agreed;
    }
    const powers = lines.filter((line) => this.#allowed.needsYes(line)).map(lineKey);
    if (powers.length === 0) return true;
    tell(`asterism: learn: --yes is missing: there is no terminal to ask on for ${powers.join(", ")}\n`);
    return false;
  }

  async #report(round: Round): Promise<CommandResult> {
    const { name } = this.#manifest;
    const complete = round.running && round.failed === 0;
    const needed = complete ? await this.#least(round) : withoutContained(this.#known);
    const messages = round.messages.map((message) => `${message}\n`).join("");
    const text = this.#sections(needed) + this.#remarks(round);
    if (complete) return { out: text, err: messages, status: 0 };
    const why = round.running ? "a command failed" : "it did not run";
    const found = needed.length === 0 ? "" : `; found so far\n${text}`;
    return {
      out: "",
      err: `${messages}${found}asterism: learn: ${name}: ${why}: whether it needs more is not known\n`,
      status: 1,
    };
  }

  /** Of what was learned, what cannot be left out. */
  async #least({ failed, others, denied }: Round): Promise<readonly PermissionLine[]> {
    let least = withoutContained(this.#known);
    if (least.length < 2) return least;
    const usual = new Set(denied.map(lineKey));
    for (const line of least) {
      const rest = least.filter((one) => one !== line);
      const trial = await this.#run(rest);
      const asGood = trial.running && trial.failed <= failed && trial.others.size <= others.size;
      if (asGood && trial.denied.every((one) => usual.has(lineKey(one)))) least = rest;
    }
    return least;
  }

  #sections(needed: readonly PermissionLine[]): string {
    const { name } = this.#manifest;
    const isRefused = (line: PermissionLine) => this.#refused.has(lineKey(line));
    const implied = impliedLines(this.#manifest).filter((line) => !isRefused(line));
    const grant = { asAsked: false, lines: [...needed, ...implied], decides: true };
    const { missing } = decideGrant(
      this.#manifest,
      { ...this.#policy, grants: new Map([[nameKey(name), grant]]) },
      this.#allowed.scene,
    );
    const denied = this.#manifest.permissions.filter((line) => line.denied === true);
    const directories = this.#program.settings.directories;
    return formatLearned(name, { needed, implied, unneeded: missing, denied }, { ...directories });
  }

  /** What stands below the sections: what it could not have. */
  #remarks({ others }: Round): string {
    const refused = [...this.#refused.values()].map(({ line, why }) => `; ${lineKey(line)} is ${why}\n`);
    return [...refused, ...[...others].map((message) => `; cannot be granted: ${message}\n`)].join("");
  }
}

/** Somebody did not agree; what was asked for has been shown. */
const STOPPED: CommandResult = { out: "", err: "", status: 1 };

/** @throws {HostError} when there is no such module */
function findManifest(module: string, { modules }: ProgramConfig): Manifest {
  const sources = modules.map((place) => typeof place === "string" ? new DiskSource(place) : place);
  const catalog = new Catalog(sources);
  catalog.refresh();
  const found = catalog.get(module)?.manifest;
  if (found !== undefined) return found;
  const fault = catalog.faults().find(({ name }) => nameKey(name) === nameKey(module));
  if (fault !== undefined) throw fault.error;
  const places = sources.map(({ label }) => label === "embedded" ? "the program" : label).join(" and ");
  throw new HostError("not-found", `There is no module "${module}" in ${places}`);
}

function readPolicy({ settings }: ProgramConfig): Policy {
  const file = join(settings.directories.astetcdir, "modules.conf");
  const config = readConfigIfAny(file, { warnings: [], exec: settings.options }) ?? parse("", { file });
  return parsePolicy(config, { ...settings.directories });
}

/**
 * The administrator's policy, but for what is loaded and for the module itself. What a line keeps from running stays away,
 * and all that runs is in processes of its own: it may be a stranger, too.
 */
function trialPolicy(
  module: string,
  { policy, grant }: { policy: Policy; grant: Policy["defaultGrant"] },
): Policy {
  const key = nameKey(module);
  const bans = policy.lines.filter(({ directive, name }) =>
    (directive === "neverload" || directive === "noload") && nameKey(name) !== key
  );
  return {
    ...policy,
    autoload: false,
    loadUses: true,
    lines: [{ directive: "load", name: module, position: { file: policy.file, line: 1 } }, ...bans],
    grants: new Map([...policy.grants, [key, grant]]),
    realms: new Map(),
    defaultRealm: "process",
  };
}

function temporary(): string {
  try {
    return Deno.env.get("TMPDIR") ?? "/tmp";
  } catch {
    return "/tmp";
  }
}
