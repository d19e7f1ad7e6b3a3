/** Runs hostile modules in a host, as its operator would, and tells what came of each. */
import { join } from "@std/path";
import { checksumOf } from "../../src/manifest/mod.ts";
import type { RealmKind } from "../../src/realm/mod.ts";
import { launch, type Mode } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { SECRETS, Surroundings } from "./_surroundings.ts";
import type { Technique } from "./_technique.ts";

/** Kinds of realm, and the one whose heap is limited. */
export type Home = RealmKind | "limited";

/** Where techniques are run. */
export interface Batch {
  readonly mode: Mode;
  readonly kind: Home;
  readonly techniques: readonly Technique[];
  /** Milliseconds after which whatever has not reported is left to itself. @default {6000} */
  readonly patience?: number;
  /** Megabytes of memory at which the host is killed, for the machine's sake. @default {2000} */
  readonly megabytes?: number;
  /** Lines of `[limits]`. @default {[]} */
  readonly limits?: readonly string[];
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
}

/** A module that must go on working beside the others. */
const CANARY = `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Module canary",
  load(host) { setInterval(() => host.log.notice("alive"), 300); return LoadResult.SUCCESS; } });`;

const REPORT_REGEXP = /NOTICE\[\d+\]: (\w+): HOSTILE (\S+) ?(.*)$/gm;
const REFUSED_REGEXP =
  /ERROR\[\d+\]: loader: (?:Error loading module|Load of module|Module) '(\w+)'(?: failed| cannot be opened)?: (.*)$/gm;

/** Realms that a host is asked to start at once; a machine with two processors has its time with them. */
const REALMS_PER_HOST = 40;

/** Runs techniques side by side, in one host or, where each has a realm of its own, in several. */
export async function runAll(batch: Batch): Promise<BatchResult> {
  const { kind, techniques } = batch;
  const size = kind === "shared" ? techniques.length : REALMS_PER_HOST;
  const verdicts = new Map<string, Verdict>();
  const damage: string[] = [];
  for (let at = 0; at < techniques.length; at += size) {
    const part = await runBatch({ ...batch, techniques: techniques.slice(at, at + size) });
    for (const [name, verdict] of part.verdicts) verdicts.set(name, verdict);
    damage.push(...part.damage);
  }
  return { verdicts, damage };
}

/** Runs techniques side by side in one host. */
export async function runBatch(batch: Batch): Promise<BatchResult> {
  await using surroundings = await Surroundings.create();
  const { directory } = surroundings;
  await writeModule(directory, "canary", CANARY, "");
  for (const technique of batch.techniques) {
    await writeModule(
      directory,
      technique.name,
      moduleText(technique, surroundings.context),
      manifestOf(technique).replaceAll("{{", `${directory}/`).replaceAll("}}", ""),
    );
  }
  await configure(directory, batch);
  const start = launch(batch.mode, directory);
  await using session = Session.start(
    { ...start, args: [...start.args, "-C", join(directory, "asterism.conf")] },
    {
      cwd: directory,
      env: { ENV_SECRET: "ENV-SECRET", HOST_CANARY: "alive" },
    },
  );
  using _watch = watchMemory(session, batch.megabytes ?? 2000);
  await session.waitFor(/Asterism Ready/);
  await session.write("STDIN-SECRET\n");
  const settled = () => batch.techniques.every(({ name }) => verdictOf(session, name) !== undefined);
  await untilQuiet(session, settled, batch.patience ?? 6000);
  const damage = [...await checkHost(session), ...await surroundings.damage()];
  const verdicts = new Map(batch.techniques.map(({ name }) => {
    const verdict: Verdict = verdictOf(session, name) ?? { outcome: "silent", evidence: "" };
    return [name, verdict] as const;
  }));
  return { verdicts, damage };
}

/** Kills a host that grows beyond what the machine can spare. */
function watchMemory(session: Session, megabytes: number): Disposable {
  const timer = setInterval(() => {
    try {
      const [, pages] = Deno.readTextFileSync(`/proc/${session.pid}/statm`).split(" ");
      if (Number(pages) * 4096 > megabytes * 1024 * 1024) session.signal("SIGKILL");
    } catch {
      // It has ended.
    }
  }, 20);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function writeModule(directory: string, name: string, text: string, manifest: string): Promise<void> {
  const checksum = checksumOf(new TextEncoder().encode(text));
  await Deno.writeTextFile(join(directory, `modules/${name}.js`), text);
  await Deno.writeTextFile(
    join(directory, `modules/${name}.manifest`),
    `[module]\nname = ${name}\nchecksum = ${checksum}\ndescription = Module ${name}\nlicense = MIT\n${manifest}\n`,
  );
}

/** A technique as a module of its own: it runs while the host goes on, and its reports are lines of the log. */
function moduleText({ name, text }: Technique, context: Readonly<Record<string, unknown>>): string {
  return `import { defineModule, LoadResult } from "asterism";
${text.replace("export default async function (report)", "async function technique(report)")}
export default defineModule({ license: "MIT", description: "Module ${name}", load(host) {
  const report = (outcome, evidence) => host.log.notice("HOSTILE " + outcome + " " + evidence);
  report.ctx = ${JSON.stringify(context)};
  report.host = host;
  report.send = (value) => void host.readFunction("HOSTILE", value).catch(() => {});
  const over = () => host.log.notice("HOSTILE over");
  technique(report).then(over, (error) => { over(); throw error; });
  return LoadResult.SUCCESS;
} });
`;
}

function manifestOf({ grants, provides }: Technique): string {
  return ["[provides]", ...provides, "[canuse]", "function = HOSTILE", "[permissions]", ...grants].join("\n");
}

async function configure(directory: string, { kind, techniques, limits = [] }: Batch): Promise<void> {
  const write = (name: string, lines: readonly string[]) =>
    Deno.writeTextFile(join(directory, name), `${lines.join("\n").replaceAll("{{dir}}", directory)}\n`);
  await write("asterism.conf", [
    "[directories]",
    ...["astetcdir => etc", "astmoddir => modules", "astdatadir => .", "astrundir => .", "astlogdir => ."],
  ]);
  await write("etc/modules.conf", [
    "[modules]",
    "load = canary",
    ...techniques.map(({ name }) => `load = ${name}`),
    "[realms]",
    `default = ${kind === "limited" ? "dedicated" : kind}`,
    "[permissions]",
    "default = manifest",
    "[limits]",
    ...(kind === "limited" ? ["default = heap=64M"] : []),
    ...limits,
  ]);
}

function verdictOf({ written }: Session, name: string): Verdict | undefined {
  const text = written.stdout + written.stderr;
  const reports = [...text.matchAll(REPORT_REGEXP)].filter(([, module]) => module === name);
  const leak = reports.find(([, , outcome]) => outcome === "LEAK");
  if (leak !== undefined) return { outcome: "LEAK", evidence: leak[3] ?? "" };
  if (reports.length > 0) return { outcome: "contained", evidence: reports.map(([, , , words]) => words).join(" ") };
  const refused = [...text.matchAll(REFUSED_REGEXP)].find(([, module]) => module === name);
  return refused === undefined ? undefined : { outcome: "refused", evidence: refused[2] ?? "" };
}

/** Waits until all have reported; one that neither reports nor is refused may hang for ever. */
async function untilQuiet(session: Session, settled: () => boolean, patience: number): Promise<void> {
  let timer: number | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patience);
  });
  try {
    while (!settled()) {
      if (await Promise.race([session.news, late]) === false) return;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What is wrong with the host after all that: it must answer, have a clean terminal, and end when it is told to. */
async function checkHost(session: Session): Promise<string[]> {
  const found: string[] = [];
  const wrong = (what: string) => (error: unknown) =>
    void found.push(`${what}: ${(error as Error).message.slice(-2000)}`);
  const seen = () => session.written.stdout.split("canary: alive").length;
  const before = seen();
  await session.waitUntil(() => seen() > before).catch(wrong("the host or the neighbor of the others does not answer"));
  const pid = /\[(\d+)\]: /.exec(session.written.stdout + session.written.stderr)?.[1];
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  if (!/^Umask:\s*00[02]2$/m.test(status)) found.push(`another umask: ${/^Umask:.*$/m.exec(status)?.[0]}`);
  if (/^Name:\s*SPOOFED/m.test(status)) found.push("another name of the process");
  session.signal("SIGTERM");
  const code = await session.ended().catch(wrong("SIGTERM does not end the host"));
  if (code !== 0 && code !== 143) found.push(`exit status ${code}`);
  const text = session.written.stdout + session.written.stderr;
  for (const secret of SECRETS) if (text.includes(secret)) found.push(`${secret} was written`);
  if (/^(?!\[).*SPOOF/m.test(text)) {
    found.push(`a line of a module passes for the host's: ${/^(?!\[).*SPOOF.*$/m.exec(text)}`);
  }
  // deno-lint-ignore no-control-regex -- finding them is the purpose
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(text)) {
    found.push("a control character was written");
  }
  return found;
}
