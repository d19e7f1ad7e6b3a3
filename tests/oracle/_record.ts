/** Reads the records of a real Asterisk that lie in `records/`. */
import { fromFileUrl } from "@std/path";

const RECORDS = fromFileUrl(new URL("records/", import.meta.url));

/** A start with one modules.conf. */
export interface StartRecord {
  readonly name: string;
  /** Content of modules.conf; undefined when there was none. */
  readonly conf: string | undefined;
  readonly ready: boolean;
  /** Exit status, 0 when it went on. */
  readonly status: number;
  /** Names as Asterisk's log has them, `.so` included. */
  readonly called: readonly string[];
  readonly started: readonly string[];
  readonly console: readonly string[];
  /** The table without what is built in; empty when it did not go on. */
  readonly show: readonly string[];
}

/** A command, what its client got and what the server logged. */
export interface CommandRecord {
  readonly command: string;
  readonly note: string;
  readonly answer: readonly string[];
  readonly log: readonly string[];
}

/** Commands given to one server. */
export interface SessionRecord {
  readonly name: string;
  readonly conf: string;
  readonly console: readonly string[];
  readonly commands: readonly CommandRecord[];
  /** What the server logged when it was stopped. */
  readonly end: readonly string[];
}

/** What is known of a module of the records. */
export interface ModuleFact {
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  readonly requires: readonly string[];
  readonly optional: readonly string[];
  readonly enhances: readonly string[];
  readonly supportLevel: string;
  readonly builtin: boolean;
  readonly hasLoad: boolean;
  readonly hasUnload: boolean;
  readonly hasReload: boolean;
  /** What `load` returns. */
  readonly result: number;
  /** Whether it holds a reference to itself. */
  readonly holdsItself: boolean;
  /** What is wrong with it. */
  readonly fault?: "key" | "sum" | "no module" | "import" | undefined;
}

/** Names of the records of a folder, without `.txt`. */
export function recordNames(folder: string): string[] {
  return [...Deno.readDirSync(`${RECORDS}${folder}`)].map(({ name }) => name.replace(/\.txt$/, "")).sort();
}

/** The lines of a record, without what only moves the cursor. */
export function recordLines(path: string): string[] {
  return Deno.readTextFileSync(`${RECORDS}${path}.txt`).split(/\r?\n/);
}

/** The lines below each `## ` line, by its beginning. */
function sectionOf(lines: readonly string[], title: string): string[] | undefined {
  const start = lines.findIndex((line) => line.startsWith(`## ${title}`));
  if (start === -1) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => /^(##|\$) /.test(line));
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
}

/** Reads a record of `modconf/`. */
export function readStart(name: string): StartRecord {
  const lines = recordLines(`modconf/${name}`);
  const words = (title: string) => (sectionOf(lines, title) ?? []).join(" ").split(" ").filter((word) => word !== "");
  const conf = (sectionOf(lines, "modules.conf") ?? []).join("\n");
  const outcome = (sectionOf(lines, "outcome") ?? []).join(" ");
  return {
    name,
    conf: conf.startsWith("(absent)") ? undefined : `${conf}\n`,
    ready: outcome.includes("ready=yes"),
    status: Number(/exit_status_at_start=(\d+)/.exec(outcome)?.[1] ?? 0),
    called: words("load functions called, in order (all)"),
    started: words("started (=>)"),
    console: sectionOf(lines, "console from") ?? [],
    show: (sectionOf(lines, "module show") ?? []).filter((line) => line !== ""),
  };
}

/** Reads a record of `startup/`: everything that was installed, loaded by itself. */
export function readFullStart(name: string): StartRecord {
  const lines = recordLines(`startup/${name}`);
  const loader = lines.findIndex((line) => line.includes("Dynamic Loader Starting"));
  const console = lines.slice(loader);
  const matches = (pattern: RegExp) => console.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  return {
    name,
    conf: "[modules]\nautoload=yes\n",
    ready: false,
    status: 0,
    called: matches(/> Loading (\S+)\.$/),
    started: matches(/> (\S+) => \(/),
    console,
    show: [],
  };
}

/** Reads a record of `cli-modules/`. */
export function readSession(name: string): SessionRecord {
  const lines = recordLines(`cli-modules/${name}`);
  const starts = lines.flatMap((line, index) => /^\$ asterisk -rx "/.test(line) ? [index] : []);
  const end = lines.findIndex((line, index) => index > (starts.at(-1) ?? 0) && line.startsWith("## core stop"));
  const commands = starts.map((start, index) =>
    readCommand(lines.slice(start, starts[index + 1] ?? (end === -1 ? undefined : end)))
  );
  return {
    name,
    conf: `${(sectionOf(lines, "modules.conf") ?? []).join("\n")}\n`,
    console: sectionOf(lines, "start-up console") ?? [],
    commands,
    end: end === -1 ? [] : lines.slice(end + 1),
  };
}

function readCommand(lines: readonly string[]): CommandRecord {
  const [, command = "", note = ""] = /^\$ asterisk -rx "(.*)"(?:\s+(?:#|--)\s*(.*))?$/.exec(lines[0] ?? "") ?? [];
  const answerAt = lines.findIndex((line) => line.startsWith("[exit "));
  const logAt = lines.findIndex((line) => line.startsWith("on the server console"));
  const text = (list: readonly string[]) => list.filter((line) => line !== "");
  return {
    command,
    note,
    answer: answerAt === -1 || lines[answerAt]?.endsWith("(nothing)") ? [] : text(lines.slice(answerAt + 1, logAt)),
    log: logAt === -1 || lines[logAt]?.endsWith("(nothing)") ? [] : text(lines.slice(logAt + 1)),
  };
}

/** Every module of the records by its name: the small ones that were made for them, and those of a full Asterisk. */
export function readFacts(): Map<string, ModuleFact> {
  const read = (file: string) => JSON.parse(Deno.readTextFileSync(`${RECORDS}${file}`)) as Record<string, unknown>[];
  const facts = [...read("modules.json"), ...read("testmodules.json")].map(factOf);
  const faulty = (name: string, fault: ModuleFact["fault"]) => ({
    ...factOf({ name, description: name, support_level: "core" }),
    fault,
  });
  facts.push(faulty("t_badsum", "sum"), faulty("t_notamodule", "no module"));
  return new Map(facts.map((fact) => [fact.name, fact]));
}

function factOf(one: Record<string, unknown>): ModuleFact {
  const names = (key: string) => (one[key] ?? []) as string[];
  const flags = names("flags");
  const ordered = one.load_order_flag ?? (flags.includes("AST_MODFLAG_LOAD_ORDER") || one.builtin === true);
  return {
    name: String(one.name),
    description: String(one.description),
    priority: ordered ? Number(one.load_pri_value ?? one.load_pri ?? 128) : 128,
    requires: names("requires"),
    optional: names("optional_modules"),
    enhances: names("enhances"),
    supportLevel: String(one.support_level_code ?? one.support_level),
    builtin: one.builtin === true,
    hasLoad: one.has_load !== false,
    hasUnload: one.has_unload !== false,
    hasReload: one.has_reload === true,
    result: Number(one.load_result ?? 0),
    holdsItself: "reference_on_itself" in one || "shutdown_ref_on_itself" in one,
    fault: "key" in one ? "key" : undefined,
  };
}
