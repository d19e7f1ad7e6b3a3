import type { Context, DialplanTable, ExtensionEntry } from "../../dialplan/mod.ts";
import { printable, printableJson } from "../../fault/mod.ts";
import type { DialplanPriority } from "../../module_api/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import { Slices } from "../../work/mod.ts";
import type { CoreServices } from "../services.ts";
import { takeJson } from "../table.ts";

/** `dialplan show`, worded as Asterisk's. */
export function dialplanShowCommands({ pbx: { table } }: CoreServices): ConsoleCommand[] {
  return [{
    command: "dialplan show",
    summary: "Show dialplan",
    usage: "dialplan show [[exten@]context]\n       Show dialplan",
    run: (run) => show(table, run),
    complete: ({ args, word }) => args.length > 0 ? [] : candidates(table, word),
  }];
}

async function candidates(table: DialplanTable, word: string): Promise<string[]> {
  const contexts = table.contexts();
  if (!word.includes("@")) return contexts.map(({ name }) => name);
  const slices = new Slices();
  const found: string[] = [];
  for (const context of contexts) {
    if (!context.name.startsWith(word.slice(word.lastIndexOf("@") + 1))) continue;
    for (const { pattern } of context.extensions()) {
      if (slices.over) await slices.next();
      const candidate = `${pattern.name}@${context.name}`;
      if (candidate.startsWith(word)) found.push(candidate);
    }
  }
  return found;
}

/** What of the dialplan is asked for. */
interface Selected {
  readonly context: Context;
  readonly extensions: readonly ExtensionEntry[];
}

async function show(table: DialplanTable, { args, print }: CommandRun): Promise<CommandOutcome> {
  const { json, rest: [what, ...more] } = takeJson(args);
  if (more.length > 0) return "usage";
  const [, extension = "", name = what ?? ""] = /^(.*)@(.*)$/.exec(what ?? "") ?? [];
  const contexts = name === "" ? table.contexts() : [table.context(name)].filter((one) => one !== undefined);
  if (contexts.length === 0 && name !== "") {
    print(`There is no existence of '${printable(name)}' context\n`);
    return "failure";
  }
  const selected = await select(contexts, extension);
  if (selected.length === 0 && extension !== "") {
    const where = name === "" ? `'${extension}' extension in all contexts` : `${extension}@${name} extension`;
    print(`There is no existence of ${printable(where)}\n`);
    return "failure";
  }
  await printPieces(json ? recordsOf(selected) : linesOf(selected), print);
  return "success";
}

/** The contexts with the extensions that are asked for; all of them when none is. */
async function select(contexts: readonly Context[], extension: string): Promise<Selected[]> {
  const slices = new Slices();
  const selected: Selected[] = [];
  for (const context of contexts) {
    const extensions: ExtensionEntry[] = [];
    for (const one of context.extensions()) {
      if (slices.over) await slices.next();
      if (extension === "" || one.pattern.name === extension || one.pattern.matches(extension)) extensions.push(one);
    }
    if (extension === "" || extensions.length > 0) selected.push({ context, extensions });
  }
  return selected;
}

/** Prints a text that may be long: others have their turn meanwhile. */
async function printPieces(pieces: Iterable<string>, print: (text: string) => void): Promise<void> {
  const slices = new Slices();
  let gathered: string[] = [];
  for (const piece of pieces) {
    gathered.push(piece);
    if (!slices.over) continue;
    print(gathered.join(""));
    gathered = [];
    await slices.next();
  }
  print(gathered.join(""));
}

function* linesOf(selected: readonly Selected[]): Generator<string> {
  let [extensions, priorities] = [0, 0];
  for (const { context, extensions: own } of selected) {
    const { name, registrar, includes } = context;
    yield `[ Context '${printable(name)}' created by '${printable(registrar)}' ]\n`;
    for (const { pattern, caller, priorities: steps } of own) {
      let title: string | undefined = caller === undefined
        ? `'${pattern.name}' =>`
        : `'${pattern.name}' (CallerID match '${caller.name}') => `;
      for (const step of steps) {
        yield formatPriority(step, title, registrar);
        title = undefined;
      }
      priorities += steps.length;
    }
    extensions += own.length;
    for (const include of includes) yield line("Include =>", `'${include}'`, registrar);
    yield "\n";
  }
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
  yield `-= ${count(extensions, "extension", "extensions")} (${count(priorities, "priority", "priorities")}) ` +
    `in ${count(selected.length, "context", "contexts")}. =-\n`;
}

function formatPriority(priority: DialplanPriority, title: string | undefined, registrar: string): string {
  const { label, application, args, file, line: number } = priority;
  const origin = file === undefined ? registrar : `${file.replace(/^.*\//, "")}:${number ?? 0}`;
  const step = `${priority.priority}. ${application}(${args})`;
  if (title === undefined) return line(label === undefined ? "" : `   [${label}]`, step, origin);
  // A label of the first priority has a line of its own.
  return line(title, step, origin) + (label === undefined ? "" : line(`   [${label}]`, "", ""));
}

function line(left: string, right: string, origin: string): string {
  const source = origin === "" ? "" : `[${printable(origin)}]`;
  return `  ${printable(left).padEnd(17)} ${printable(right, Infinity).padEnd(45)} ${source}`.trimEnd() + "\n";
}

/** The same as JSON, as if it were written at once. */
function* recordsOf(selected: readonly Selected[]): Generator<string> {
  yield* jsonList(selected, "", contextRecord);
  yield "\n";
}

function* contextRecord({ context: { name, registrar, includes }, extensions }: Selected): Generator<string> {
  yield* jsonRecord({ context: name, registrar, includes, extensions: [] }, "  ");
  yield* jsonList(extensions, "    ", extensionRecord);
  yield "\n  }";
}

function* extensionRecord({ pattern, caller, priorities }: ExtensionEntry): Generator<string> {
  yield* jsonRecord({ extension: pattern.name, caller: caller?.name, priorities: [] }, "      ");
  yield* jsonList(priorities, "        ", priorityRecord);
  yield "\n      }";
}

function* priorityRecord(
  { priority, label, application, args, file, line: number }: DialplanPriority,
): Generator<string> {
  yield indented({ priority, label, application, args, file, line: number }, "          ");
}

/** A record up to its last member, which is an empty list here. */
function* jsonRecord(value: object, blanks: string): Generator<string> {
  yield indented(value, blanks).replace(/\[\]\s*\}$/, "");
}

function* jsonList<T>(items: Iterable<T>, blanks: string, record: (item: T) => Iterable<string>): Generator<string> {
  yield "[";
  let some = false;
  for (const item of items) {
    yield `${some ? "," : ""}\n${blanks}  `;
    some = true;
    yield* record(item);
  }
  yield some ? `\n${blanks}]` : "]";
}

function indented(value: object, blanks: string): string {
  return printableJson(value).replaceAll("\n", `\n${blanks}`);
}
