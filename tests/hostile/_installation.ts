/** The installation in which hostile modules run: their files, and the configuration of the host. */
import { join } from "@std/path";
import { checksumOf } from "../../src/manifest/mod.ts";
import type { Home } from "./_run.ts";
import { FORGED } from "./_shown.ts";
import type { Technique } from "./_technique.ts";

/** What an installation is made of. */
export interface Installation {
  /** Where it is; the subdirectories `etc` and `modules` are there. */
  readonly directory: string;
  readonly techniques: readonly Technique[];
  readonly kind: Home;
  /** Lines of `[limits]`. */
  readonly limits: readonly string[];
  /** Modules of ours that run beside them. @default {[]} */
  readonly load?: readonly string[];
  /** Files of the configuration directory. @default {{}} */
  readonly files?: Readonly<Record<string, string>>;
  /** What every technique is told: `report.ctx`. */
  readonly context: Readonly<Record<string, unknown>>;
}

const LINE = `[Nov 28 16:16:05] ERROR[24354]: loader: ${FORGED}`;

/** Texts that would begin a line, move the cursor, hide something or turn it around: `report.forged`. */
const FORGED_TEXTS: readonly string[] = [
  ...["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\v", "\f", "\0", "\n\n"].map((end) => `text${end}${LINE}`),
  ...["\n", "\r", "\u0085", "\u2028"].map((end) => `text${end}${FORGED}`),
  ...["  == ", "    -- ", "       > ", "*CLI> ", "vm*CLI> "].map((begin) => `text\n${begin}${FORGED}`),
  ...[
    "\x1b[2J\x1b[H",
    "\x1b[1A\x1b[2K",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]52;c;Y3Vy\x07",
    "\x9b2J",
    "\x1b[8m",
    "\x1bc",
  ]
    .map((sign) => `text ${sign}${FORGED}`),
  ...["\u202e", "\u2066", "\u2068", "\u200e", "\u200f", "\u061c"].map((sign) => `text ${sign}9f3-DEGROF`),
  ...["\u200b", "\ufeff", "\u00ad", "\u2060", "\u{e0041}", "\u3164", "\ud800", "\udc00x"].map((sign) => `te${sign}xt`),
  `text${"\b".repeat(40)}${FORGED}`,
  `text\t\t${FORGED}`,
];

/** A module that must go on working beside the others. */
const CANARY = `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Module canary",
  load(host) { setInterval(() => host.log.notice("alive"), 300); return LoadResult.SUCCESS; },
  reload() { return LoadResult.SUCCESS; } });`;

/** Writes all of it. */
export async function install(installation: Installation): Promise<void> {
  const { directory, techniques, context } = installation;
  await writeModule(directory, { name: "canary", text: CANARY, manifest: "" });
  for (const technique of techniques) {
    const manifest = manifestOf(technique).replaceAll("{{", `${directory}/`).replaceAll("}}", "");
    await writeModule(directory, { name: technique.name, text: moduleText(technique, context), manifest });
    for (const { file, text } of technique.files) await Deno.writeTextFile(join(directory, "etc", file), text);
  }
  for (const [name, text] of Object.entries(installation.files ?? {})) {
    await Deno.writeTextFile(join(directory, "etc", name), text);
  }
  await configure(installation);
}

/** A command on which a technique of the group `host` begins. */
export function beginCommand(name: string): string {
  return `go ${name}`;
}

async function writeModule(
  directory: string,
  { name, text, manifest }: { name: string; text: string; manifest: string },
): Promise<void> {
  const checksum = checksumOf(new TextEncoder().encode(text));
  await Deno.writeTextFile(join(directory, `modules/${name}.js`), text);
  await Deno.writeTextFile(
    join(directory, `modules/${name}.manifest`),
    `[module]\nname = ${name}\nchecksum = ${checksum}\ndescription = Module ${name}\nlicense = MIT\n${manifest}\n`,
  );
}

/** A technique as a module of its own: it runs while the host goes on, and its reports are lines of the log. */
function moduleText({ name, text, group }: Technique, context: Readonly<Record<string, unknown>>): string {
  return `import { defineModule, LoadResult } from "asterism";
${text.replace("export default async function (report)", "async function technique(report)")}
export default defineModule({ license: "MIT", description: "Module ${name}", load(host) {
  const report = (outcome, evidence) => host.log.notice("HOSTILE " + outcome + " " + evidence);
  report.ctx = ${JSON.stringify(context)};
  report.host = host;
  report.forged = ${JSON.stringify(FORGED_TEXTS)};
  report.send = (value) => void host.readFunction("HOSTILE", value).catch(() => {});
  const over = () => host.log.notice("HOSTILE over");
  const begin = () => void technique(report).then(over, (error) => { over(); throw error; });
${group === "host" ? whenTold(name) : "begin();"}
  return LoadResult.SUCCESS;
}, ${group === "host" ? "unload() { return globalThis.hostileUnload?.(); }" : ""} });
${group === "host" ? ATTACK : ""}
`;
}

/** What attacks the host must not begin before it is measured. */
function whenTold(name: string): string {
  return `
  report.during = (attack, options) => during(report, attack, options);
  host.command({ command: "${beginCommand(name)}", summary: "Begins", handler: () => { begin(); return "begun"; } });`;
}

/** Repeats an attack, some at a time, until its time is over; what it is refused with is its report. */
const ATTACK = `
async function during(report, attack, { seconds: wanted = 4, atOnce = 1 } = {}) {
  const seconds = Math.min(wanted, report.ctx.seconds ?? wanted);
  const until = performance.now() + seconds * 1000;
  let done = 0, failed = 0, last = "";
  const one = async (lane) => {
    for (let n = 0; performance.now() < until; n++) {
      try { await attack(n, lane); done++; }
      catch (error) { failed++; last = String(error?.message ?? error).slice(0, 200); }
      if (n % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  const lanes = Promise.all(Array.from({ length: atOnce }, (_, lane) => one(lane)));
  await Promise.race([lanes, new Promise((resolve) => setTimeout(resolve, seconds * 1000 + 500))]);
  // A report beyond the module's limit of lines would be lost.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  report("contained", done + " done, " + failed + " refused: " + last);
}`;

function manifestOf({ group, name, grants, provides, uses, canUses, keys }: Technique): string {
  return [
    ...keys,
    "[provides]",
    ...provides,
    ...(group === "host" ? [`command = ${beginCommand(name)}`] : []),
    "[uses]",
    ...uses,
    "[canuse]",
    "function = HOSTILE",
    ...canUses,
    "[permissions]",
    ...grants,
  ].join("\n");
}

async function configure({ directory, kind, techniques, limits, load = [] }: Installation): Promise<void> {
  const write = (name: string, lines: readonly string[]) =>
    Deno.writeTextFile(join(directory, name), `${lines.join("\n").replaceAll("{{dir}}", directory)}\n`);
  await write("asterism.conf", [
    "[directories]",
    ...["astetcdir => etc", "astmoddir => modules", "astdatadir => .", "astrundir => .", "astlogdir => ."],
  ]);
  await write("etc/modules.conf", [
    "[modules]",
    "load = canary",
    ...load.map((name) => `load = ${name}`),
    ...new Set(techniques.flatMap(({ beside }) => beside.map((name) => `load = ${name}`))),
    ...techniques.map(({ name }) => `load = ${name}`),
    "[realms]",
    `default = ${kind === "limited" ? "dedicated" : kind}`,
    "[permissions]",
    "default = manifest",
    "[limits]",
    ...(kind === "limited" ? ["default = heap=64M"] : []),
    ...limits,
    ...techniques.flatMap(({ name, limits }) => limits.map((line) => `${name} = ${line}`)),
  ]);
}
