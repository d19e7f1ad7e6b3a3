/** Runs hostile modules in a host, as its operator would, and tells what came of each. */
import { join } from "@std/path";
import type { RealmKind } from "../../src/realm/mod.ts";
import { launch, launchMeasured, type Mode } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { beginCommand, install } from "./_installation.ts";
import { beyond, BOUNDS, type Bounds, type Measures, WORKER_BOUNDS, worst } from "./_measure.ts";
import { typeCommand } from "./_prober.ts";
import { doorFiles, type Doors, freeDoors, listingFaults, LOGGER_CONF } from "./_listings.ts";
import { logFaults, shownFaults, withoutOwnSequences } from "./_shown.ts";
import { SECRETS, Surroundings } from "./_surroundings.ts";
import type { Technique } from "./_technique.ts";
import { controlPath, plainText, Watch } from "./_watch.ts";

/** Kinds of realm, and the one whose heap is limited. */
export type Home = RealmKind | "limited";

/** Where techniques are run. */
export interface Batch {
  /** `embedded`: in a program that knows how long its thread was held. */
  readonly mode: Mode | "embedded";
  readonly kind: Home;
  readonly techniques: readonly Technique[];
  /** Milliseconds after which whatever has not reported is left to itself. @default {6000} */
  readonly patience?: number;
  /** Megabytes of memory at which the host is killed, for the machine's sake. @default {2000} */
  readonly megabytes?: number;
  /** Lines of `[limits]`. @default {[]} */
  readonly limits?: readonly string[];
  /** Most seconds that one attacks the host. @default {as many as it says itself} */
  readonly seconds?: number;
  /**
   * The host runs with `-cvvvvv` on a terminal, everything that lists something is read afterwards, and each line must say
   * which module has caused it. @default {false}
   */
  readonly shown?: boolean;
  /** What the host must keep to. @default {BOUNDS, or those of Workers} */
  readonly bounds?: Bounds;
}

/** What came of a technique. */
export interface Verdict {
  /** `refused`: the scan or the deadline of `load` ended it. `silent`: it ended or hangs without a word, the host goes on. */
  readonly outcome: "contained" | "refused" | "silent" | "LEAK";
  /** Its own words, or the host's. */
  readonly evidence: string;
}

/** What came of a batch. */
export interface BatchResult {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** What happened to the host and its surroundings that must not. */
  readonly damage: readonly string[];
  /** What was measured of the host meanwhile. */
  readonly measures: Measures;
}

const REPORT_REGEXP = /NOTICE\[\d+\]: (\w+): HOSTILE (\S+) ?(.*)$/gm;
const REFUSED_REGEXP =
  /ERROR\[\d+\]: loader: (?:Error loading module|Load of module|Module) '(\w+)'(?: failed| has failed| cannot be opened)?: (.*)$/gm;

/** Realms that a host is asked to start at once; a machine with two processors has its time with them. */
const REALMS_PER_HOST = 40;

/** How often it is looked whether all have reported, in milliseconds: a host may write much. */
const LOOK_MS = 100;

/** Runs techniques side by side, in one host or, where each has a realm of its own, in several. */
export async function runAll(batch: Batch): Promise<BatchResult> {
  const { kind, techniques } = batch;
  const size = kind === "shared" ? techniques.length : REALMS_PER_HOST;
  const verdicts = new Map<string, Verdict>();
  const damage: string[] = [];
  const measures: Measures[] = [];
  for (let at = 0; at < techniques.length; at += size) {
    const part = await runBatch({ ...batch, techniques: techniques.slice(at, at + size) });
    for (const [name, verdict] of part.verdicts) verdicts.set(name, verdict);
    damage.push(...part.damage);
    measures.push(part.measures);
  }
  return { verdicts, damage, measures: worst(measures) };
}

/** Runs techniques side by side in one host. What is wrong with the host afterwards names those that ran in it. */
export async function runBatch(batch: Batch): Promise<BatchResult> {
  const { techniques, kind, limits = [], megabytes = 2000, patience = 6000 } = batch;
  const { bounds = kind === "process" ? BOUNDS : WORKER_BOUNDS } = batch;
  await using surroundings = await Surroundings.create();
  const { directory } = surroundings;
  const context = { ...surroundings.context, seconds: batch.seconds };
  const doors = batch.shown === true && batch.mode === "binary" ? freeDoors() : undefined;
  await install({ directory, techniques, kind, limits, context, ...shownInstallation(batch, doors) });
  await using session = startHost(batch, directory);
  await session.waitFor(/Asterism Ready/);
  if (!onTerminal(batch)) await session.write("STDIN-SECRET\n");
  using watch = await Watch.start(session, directory, megabytes);
  const verdict = ({ name }: Technique) => verdictOf(session, name);
  const typed = await attack(session, directory, { ...batch, patience });
  const names = new Set([...techniques.map(({ name }) => name), ...BESIDE]);
  const listed = batch.shown === true
    ? await listingFaults({ path: controlPath(directory), directory, doors, names })
    : [];
  const damage = [...typed, ...listed, ...await checkHost(session, watch), ...await surroundings.damage()];
  if (batch.shown === true) damage.push(...terminalFaults(session, names));
  const attackers = techniques.filter(({ group }) => group === "host").length;
  damage.push(...beyond(watch.measures, { modules: techniques.length, attackers, seconds: watch.seconds }, bounds));
  const verdicts = techniques.map((one) => [one.name, verdict(one) ?? { outcome: "silent", evidence: "" }] as const);
  const all = techniques.map(({ name }) => name).join(", ");
  return {
    verdicts: new Map<string, Verdict>(verdicts),
    damage: damage.map((what) => `${what} (${batch.mode}/${kind}: ${all})`),
    measures: watch.measures,
  };
}

/** What runs beside the techniques. */
const BESIDE = ["canary", "manager", "res_http"];

function shownInstallation({ shown }: Batch, doors: Doors | undefined) {
  if (shown !== true) return {};
  const files = doors === undefined ? {} : doorFiles(doors);
  return { files: { "logger.conf": LOGGER_CONF, ...files }, load: doors === undefined ? [] : ["manager", "res_http"] };
}

/** What is wrong with what the terminal got. */
function terminalFaults(session: Session, names: ReadonlySet<string>): string[] {
  const text = withoutOwnSequences(session.written.stdout);
  const faults = [...new Set([...shownFaults(text), ...logFaults(text, names)])].slice(0, 50);
  return faults.map((fault) => `on the terminal: ${fault}`);
}

function onTerminal({ techniques, shown }: Batch): boolean {
  return shown === true || techniques.some(({ terminal }) => terminal);
}

function startHost(batch: Batch, directory: string): Session {
  const { mode } = batch;
  const config = join(directory, "asterism.conf");
  const options = { cwd: directory, env: { ENV_SECRET: "ENV-SECRET", HOST_CANARY: "alive" } };
  if (mode === "embedded") return Session.start(launchMeasured(directory, config), options);
  const start = launch(mode, directory);
  const args = [...start.args, "-C", config];
  return onTerminal(batch)
    ? Session.onTerminal({ ...start, args: [...args, "-cvvvvv"] }, options)
    : Session.start({ ...start, args }, options);
}

/** Has those begin that wait for it, and waits until all are over. Says what the operator's own commands came to. */
async function attack(session: Session, directory: string, batch: Batch): Promise<string[]> {
  const path = controlPath(directory);
  const waiting = batch.techniques.filter(({ group }) => group === "host");
  // A host that is held by one of them answers none of the others.
  for (const { name } of waiting) void typeCommand(path, beginCommand(name)).catch(() => {});
  const settled = ({ name, group }: Technique) =>
    verdictOf(session, name) !== undefined && (group !== "host" || isOver(session, name));
  await untilQuiet(session, () => batch.techniques.every(settled), batch.patience ?? 6000);
  const commands = batch.techniques.flatMap(({ typed }) => typed);
  const answers = await Promise.all(commands.map((command) => answerTo(path, command)));
  return answers.filter((answer) => answer !== undefined);
}

/** What is wrong with the answer to a command, if anything; what it must say may follow behind ` => `. */
async function answerTo(path: string, line: string): Promise<string | undefined> {
  const [command = "", expected = ""] = line.split(" => ");
  let timer: number | undefined;
  const late = new Promise<"late">((resolve) => timer = setTimeout(resolve, BOUNDS.answer, "late"));
  const answer = await Promise.race([typeCommand(path, command).catch((error: Error) => error.message), late]);
  clearTimeout(timer);
  if (answer === "late") return `no answer to "${command}" within ${BOUNDS.answer} ms`;
  if (typeof answer === "string") return `no answer to "${command}": ${answer}`;
  return answer.output.includes(expected) ? undefined : `"${command}" answers ${answer.output.slice(0, 200)}`;
}

function verdictOf(session: Session, name: string): Verdict | undefined {
  const text = plainText(session);
  const reports = [...text.matchAll(REPORT_REGEXP)].filter(([, module]) => module === name);
  const leak = reports.find(([, , outcome]) => outcome === "LEAK");
  if (leak !== undefined) return { outcome: "LEAK", evidence: leak[3] ?? "" };
  const refused = [...text.matchAll(REFUSED_REGEXP)].find(([, module]) => module === name);
  const words = [...reports.map(([, , , words]) => words), refused?.[2]].filter((one) => one).join(" ");
  if (reports.length > 0) return { outcome: "contained", evidence: words };
  return refused === undefined ? undefined : { outcome: "refused", evidence: words };
}

/** Whether a technique that attacks the host has come to its end, or its realm has. */
function isOver(session: Session, name: string): boolean {
  const text = plainText(session);
  return text.includes(`: ${name}: HOSTILE over`) ||
    [...text.matchAll(REFUSED_REGEXP)].some(([, module]) => module === name);
}

/** Waits until all have reported; one that neither reports nor is refused may hang for ever. */
async function untilQuiet(session: Session, settled: () => boolean, patience: number): Promise<void> {
  let over = false;
  const timer = setTimeout(() => over = true, patience);
  while (!settled() && !over) {
    let look: number | undefined;
    await Promise.all([
      Promise.race([session.news, new Promise((resolve) => look = setTimeout(resolve, 5 * LOOK_MS))]),
      new Promise((resolve) => setTimeout(resolve, LOOK_MS)),
    ]);
    clearTimeout(look);
  }
  clearTimeout(timer);
}

/** What is wrong with the host after all that: it must answer, have a clean terminal, and end when it is told to. */
async function checkHost(session: Session, watch: Watch): Promise<string[]> {
  const found: string[] = [];
  const wrong = (what: string) => (error: unknown) =>
    void found.push(`${what}: ${(error as Error).message.split(/[;\n]/)[0]?.slice(0, 200)}`);
  const seen = () => session.written.stdout.split("alive").length;
  const before = seen();
  await session.waitUntil(() => seen() > before).catch(wrong("the host or the neighbor of the others does not answer"));
  const status = await Deno.readTextFile(`/proc/${watch.pid}/status`).catch(() => "");
  if (!/^Umask:\s*00[02]2$/m.test(status)) found.push(`another umask: ${/^Umask:.*$/m.exec(status)?.[0]}`);
  if (/^Name:\s*SPOOFED/m.test(status)) found.push("another name of the process");
  const code = await watch.end(BOUNDS.end).catch(wrong("SIGTERM does not end the host"));
  if (code !== 0 && code !== 143) found.push(`exit status ${code}`);
  return [...found, ...writtenFaults(session)];
}

/** What a host has written that it must not write. */
function writtenFaults(session: Session): string[] {
  const found: string[] = [];
  const text = plainText(session);
  for (const secret of SECRETS) if (text.includes(secret)) found.push(`${secret} was written`);
  const forged = /^(?!\[| *(?:(?:==|--|>) )?\w+: ).*SPOOF.*$/m.exec(text);
  if (forged !== null) found.push(`a line of a module passes for the host's: ${forged[0].slice(0, 200)}`);
  // What one module has the core say is said of that module.
  const claimed = [...text.matchAll(/^\[[^\]]*\] [A-Z]+\[\d+\]: ([^:]*): .*BLAME-(\w+)/gm)];
  const wrong = claimed.find(([, area, name]) => area !== name);
  if (wrong !== undefined) found.push(`"${wrong[1]}" says what ${wrong[2]} has caused: ${wrong[0].slice(0, 200)}`);
  const lines = withoutOwnSequences(session.written.stdout + session.written.stderr);
  // deno-lint-ignore no-control-regex -- finding them is the purpose
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(lines)) {
    found.push("a control character was written");
  }
  return found;
}
