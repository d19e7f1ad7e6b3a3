import type { ContextEntry, DialplanTable, ExtensionEntry } from "../../dialplan/mod.ts";
import { printable } from "../../fault/mod.ts";
import type { DialplanPriority } from "../../module_api/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices } from "../services.ts";
import { takeJson, toJson } from "../table.ts";

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

function candidates(table: DialplanTable, word: string): string[] {
  const contexts = table.contexts();
  if (!word.includes("@")) return contexts.map(({ name }) => name);
  return contexts.flatMap(({ name, extensions }) => extensions.map(({ pattern }) => `${pattern.name}@${name}`));
}

/** What of the dialplan is asked for. */
interface Selected {
  readonly context: ContextEntry;
  readonly extensions: readonly ExtensionEntry[];
}

function show(table: DialplanTable, { args, print }: CommandRun): CommandOutcome {
  const { json, rest: [what, ...more] } = takeJson(args);
  if (more.length > 0) return "usage";
  const [, extension = "", name = what ?? ""] = /^(.*)@(.*)$/.exec(what ?? "") ?? [];
  const contexts = name === "" ? table.contexts() : [table.context(name)].filter((one) => one !== undefined);
  if (contexts.length === 0 && name !== "") {
    print(`There is no existence of '${printable(name)}' context\n`);
    return "failure";
  }
  const selected = contexts.map((context) => ({
    context,
    extensions: context.extensions.filter(({ pattern }) =>
      extension === "" || pattern.name === extension || pattern.matches(extension)
    ),
  })).filter(({ extensions }) => extension === "" || extensions.length > 0);
  if (selected.length === 0 && extension !== "") {
    const where = name === "" ? `'${extension}' extension in all contexts` : `${extension}@${name} extension`;
    print(`There is no existence of ${printable(where)}\n`);
    return "failure";
  }
  print(json ? toJson(selected.map(toRecord)) : selected.map(format).join("") + totals(selected));
  return "success";
}

function format({ context: { name, registrar, includes }, extensions }: Selected): string {
  const header = `[ Context '${printable(name)}' created by '${printable(registrar)}' ]\n`;
  const body = extensions.flatMap(({ pattern, caller, priorities }) =>
    priorities.map((priority, index) => {
      const title = caller === undefined
        ? `'${pattern.name}' =>`
        : `'${pattern.name}' (CallerID match '${caller.name}') => `;
      return formatPriority(priority, index === 0 ? title : undefined, registrar);
    })
  );
  const included = includes.map((include) => line("Include =>", `'${include}'`, registrar));
  return `${header}${body.join("")}${included.join("")}\n`;
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
  const source = origin === "" ? "" : `[${origin}]`;
  return `  ${printable(left).padEnd(17)} ${printable(right, Infinity).padEnd(45)} ${source}`.trimEnd() + "\n";
}

function totals(selected: readonly Selected[]): string {
  const extensions = selected.flatMap((one) => one.extensions);
  const priorities = extensions.flatMap((one) => one.priorities).length;
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
  return `-= ${count(extensions.length, "extension", "extensions")} (${count(priorities, "priority", "priorities")}) ` +
    `in ${count(selected.length, "context", "contexts")}. =-\n`;
}

function toRecord({ context: { name, registrar, includes }, extensions }: Selected): object {
  return {
    context: name,
    registrar,
    includes,
    extensions: extensions.map(({ pattern, caller, priorities }) => ({
      extension: pattern.name,
      caller: caller?.name,
      priorities: priorities.map(({ priority, label, application, args, file, line }) => ({
        priority,
        label,
        application,
        args,
        file,
        line,
      })),
    })),
  };
}
