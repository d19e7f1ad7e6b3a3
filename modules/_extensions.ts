/**
 * The pure part of pbx_config: extensions.conf as a dialplan.
 *
 * @module
 */
import type { ConfigEntry, DialplanContents, DialplanContext, DialplanPriority, ModuleConfig } from "asterism";

/** A dialplan, and what of the file was left out. */
export interface ReadExtensions {
  /** What was read. */
  readonly contents: DialplanContents;
  /** Sentences with file and line. */
  readonly warnings: readonly string[];
}

/** A context while it is read. */
interface Draft {
  readonly name: string;
  readonly includes: string[];
  readonly priorities: DialplanPriority[];
  /** The extension that `same` stands for, and its last priority. */
  last: { extension: string; caller: string | undefined; priority: number | undefined } | undefined;
}

type Warn = (entry: ConfigEntry, message: string) => void;

/** Options of `[general]` that mean nothing here, and why. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  static: 'there is no "dialplan save"',
  writeprotect: 'there is no "dialplan save"',
  extenpatternmatchnew: "there is one way to match",
  userscontext: "users.conf is not read",
};
const SWITCHES = ["autofallthrough", "clearglobalvars"];

/** Reads extensions.conf. A line that is wrong is left out with a warning, as in Asterisk. */
export function readExtensions(config: ModuleConfig): ReadExtensions {
  const warnings: string[] = [];
  const warn: Warn = ({ file, line }, message) => warnings.push(`${message} at line ${line} of ${file}`);
  const globals: { name: string; value: string }[] = [];
  const options: Record<string, boolean> = {};
  const contexts = new Map<string, Draft>();
  for (const { name, entries } of config.sections) {
    const section = name.toLowerCase();
    if (section === "general") readGeneral(entries, options, warn);
    else if (section === "globals") globals.push(...entries.map(({ key, value }) => ({ name: key, value })));
    else {
      const context = contexts.get(name) ?? { name, includes: [], priorities: [], last: undefined };
      contexts.set(name, context);
      context.last = undefined;
      for (const entry of entries) readLine(context, entry, warn);
    }
  }
  return {
    contents: {
      contexts: [...contexts.values()].map(({ name, includes, priorities }): DialplanContext => ({
        name,
        includes,
        priorities,
      })),
      globals,
      clearGlobals: options.clearglobalvars ?? false,
      autoFallThrough: options.autofallthrough ?? true,
    },
    warnings,
  };
}

function readGeneral(entries: readonly ConfigEntry[], options: Record<string, boolean>, warn: Warn): void {
  for (const entry of entries) {
    const key = entry.key.toLowerCase();
    if (SWITCHES.includes(key)) options[key] = /^(yes|true|y|t|1|on)$/i.test(entry.value);
    else warn(entry, `${entry.key} has no effect: ${WITHOUT_EFFECT[key] ?? "there is no such option"}`);
  }
}

function readLine(context: Draft, entry: ConfigEntry, warn: Warn): void {
  const key = entry.key.toLowerCase();
  if (key === "exten") readExten(context, entry, warn);
  else if (key.startsWith("same")) readSame(context, entry, warn);
  else if (key === "include") readInclude(context, entry, warn);
  else if (key === "ignorepat" || key === "switch" || key === "lswitch" || key === "eswitch" || key === "autohints") {
    warn(entry, `${entry.key} is left out: lines of text have no use for it`);
  } else warn(entry, `==!!== Unknown directive: ${entry.key}`);
}

function readInclude(context: Draft, entry: ConfigEntry, warn: Warn): void {
  const [name = "", ...times] = entry.value.split(/[,|]/).map((part) => part.trim());
  if (times.some((time) => time !== "" && time !== "*")) {
    // Included at the wrong time would be worse than not at all.
    warn(entry, `include => ${entry.value} is left out: times of day are not supported`);
  } else if (context.includes.includes(name)) warn(entry, `Context '${name}' is included already`);
  else context.includes.push(name);
}

function readExten(context: Draft, entry: ConfigEntry, warn: Warn): void {
  const at = commaOutsideBrackets(entry.value);
  const [extension = "", caller] = entry.value.slice(0, at).trim().split("/", 2);
  if (at >= entry.value.length || extension === "") return warn(entry, `"${entry.value}" is no extension`);
  const known = context.last?.extension === extension ? context.last.priority : undefined;
  context.last = { extension, caller, priority: known };
  readStep(context, { entry, text: entry.value.slice(at + 1) }, warn);
}

function readSame(context: Draft, entry: ConfigEntry, warn: Warn): void {
  if (context.last !== undefined) return readStep(context, { entry, text: entry.value }, warn);
  warn(entry, `No previous pattern in the first entry of context '${context.name}' to match '${entry.key}'`);
}

/** `priority(label),application(args)`. */
function readStep(context: Draft, { entry, text }: { entry: ConfigEntry; text: string }, warn: Warn): void {
  const { extension, caller } = context.last!;
  const head = readHead(text);
  if (head === undefined) return warn(entry, `Invalid priority/label '${text}'`);
  const { written, label, plus } = head;
  if (written === "hint") return warn(entry, `hint of '${extension}' is left out: there are no device states`);
  const priority = numberOf(context, { written, entry, plus }, warn);
  if (priority === undefined) return;
  const { application, args } = readApplication(text.slice(head.length + 1));
  if (application === "") return warn(entry, `'${extension}' priority ${written} has no application`);
  context.last!.priority = priority;
  const { file, line } = entry;
  context.priorities.push({ extension, caller, priority, label: label || undefined, application, args, file, line });
}

/** The part before the application: a priority, its label, and what is added to it. */
interface Head {
  readonly written: string;
  readonly label: string | undefined;
  readonly plus: number;
  readonly length: number;
}

/** What may follow a priority: a label, a number that is added, blanks. */
const ADDITION_REGEXP = /\(([^)]*)\)|\+\s*(\d+)|\s+/y;

function readHead(text: string): Head | undefined {
  const [start, written = ""] = /^\s*([A-Za-z0-9]+)/.exec(text) ?? [];
  if (start === undefined) return undefined;
  let label: string | undefined;
  let plus: number | undefined;
  let at = start.length;
  while (at < text.length && text[at] !== ",") {
    // Each step takes what it can in one way only, so that a long line is read once.
    ADDITION_REGEXP.lastIndex = at;
    const [piece = "", inside, digits] = ADDITION_REGEXP.exec(text) ?? [];
    if (piece === "") return undefined;
    label ??= inside?.trim();
    plus ??= digits === undefined ? undefined : Number(digits);
    at += piece.length;
  }
  return at < text.length ? { written, label, plus: plus ?? 0, length: at } : undefined;
}

/** The number of a priority: written, `n` for the next, `s` for the same again. */
function numberOf(
  { last }: Draft,
  { written, entry, plus }: { written: string; entry: ConfigEntry; plus: number },
  warn: Warn,
): number | undefined {
  const relative = { n: ["next", 1], next: ["next", 1], s: ["same", 0], same: ["same", 0] } as const;
  if (Object.hasOwn(relative, written)) {
    const [word, step] = relative[written as keyof typeof relative];
    if (last?.priority !== undefined) return last.priority + step + plus;
    warn(entry, `Can't use '${word}' priority on the first entry`);
    return undefined;
  }
  if (/^\d{1,9}$/.test(written) && Number(written) > 0) return Number(written) + plus;
  warn(entry, `Invalid priority/label '${written}'`);
  return undefined;
}

/** `App(args)`, `App` or the old `App,args`. */
export function readApplication(text: string): { application: string; args: string } {
  const open = text.indexOf("(");
  const comma = text.indexOf(",");
  if (open >= 0 && (comma < 0 || open < comma)) {
    const close = text.lastIndexOf(")");
    return { application: text.slice(0, open).trim(), args: text.slice(open + 1, close > open ? close : undefined) };
  }
  if (comma < 0) return { application: text.trim(), args: "" };
  return { application: text.slice(0, comma).trim(), args: text.slice(comma + 1).trim() };
}

/** The first comma that is not in a set of a pattern; the length when there is none. */
function commaOutsideBrackets(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "[") depth++;
    else if (text[at] === "]") depth = Math.max(0, depth - 1);
    else if (text[at] === "," && depth === 0) return at;
  }
  return text.length;
}
