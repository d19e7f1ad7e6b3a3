import { printable } from "../../fault/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices, Dialplan, DialplanEntry } from "../services.ts";
import { cell, completeRows, printJson, printRows, selectRows, takeJson } from "../table.ts";

/** `core show applications`, `core show functions`, `dialplan eval function` and `dialplan exec application`. */
export function dialplanCommands({ dialplan }: CoreServices): ConsoleCommand[] {
  return [
    {
      command: "core show applications [like|describing]",
      summary: "Shows registered dialplan applications",
      usage: "core show applications [{like|describing} <text>]\n" +
        "       List applications which are currently available.\n" +
        "       If 'like', <text> will be a substring of the app name\n" +
        "       If 'describing', <text> will be a substring of the description",
      run: (run) => showEntries(describing(dialplan.applications(), run.args), run, applicationTable),
      complete: ({ args, word }) => completeRows(args, word, () => names(dialplan.applications())),
    },
    {
      command: "core show functions [like]",
      summary: "Shows registered dialplan functions",
      usage: "core show functions [like <text>]\n" +
        "       List builtin functions, optionally only those matching a given string",
      run: (run) => showEntries(dialplan.functions(), run, functionTable),
      complete: ({ args, word }) => completeRows(args, word, () => names(dialplan.functions())),
    },
    {
      command: "dialplan eval function",
      summary: "Evaluate dialplan function",
      usage: "dialplan eval function <name(args)>\n       Evaluate a dialplan function call in a call of its own",
      run: (run) => evaluate(dialplan, run),
      complete: ({ args }) => args.length === 0 ? names(dialplan.functions()).map((name) => `${name}(`) : [],
    },
    {
      command: "dialplan exec application",
      summary: "Execute dialplan application",
      usage: "dialplan exec application <name(args)>\n       Execute a dialplan application in a call of its own",
      run: (run) => execute(dialplan, run),
      complete: ({ args }) => args.length === 0 ? names(dialplan.applications()).map((name) => `${name}(`) : [],
    },
  ];
}

/** `describing <texts>`: the applications whose description has all the texts, in any case of letters. */
function describing(entries: readonly DialplanEntry[], args: readonly string[]): readonly DialplanEntry[] {
  const { rest: [word, ...texts] } = takeJson(args);
  if (word !== "describing") return entries;
  return entries.filter(({ name, synopsis = "" }) =>
    texts.every((text) => `${name} ${synopsis}`.toLowerCase().includes(text.toLowerCase()))
  );
}

/** A table: what stands above its rows, a row, and what stands below them. */
type Table = (count: number, like: boolean) => { head: string; row: (entry: DialplanEntry) => string; foot: string };

async function showEntries(
  entries: readonly DialplanEntry[],
  { args, print }: CommandRun,
  table: Table,
): Promise<CommandOutcome> {
  const { json, rest } = takeJson(args);
  const described = rest[0] === "describing" && rest.length > 1;
  const rows = selectRows(entries, described ? [] : rest);
  if (rows === undefined) return "usage";
  if (json) {
    await printJson(rows, print);
    return "success";
  }
  const { head, row, foot } = table(rows.length, rest.length > 0);
  print(head);
  await printRows(rows, { print, format: row });
  print(foot);
  return "success";
}

const applicationTable: Table = (count, like) => {
  const none = count === 0 && !like;
  return {
    head: none
      ? "There are no registered applications\n"
      : `    -= ${like ? "Matching" : "Registered"} Asterism Applications =-\n`,
    row: ({ name, synopsis }) =>
      `  ${cell(name, 20, { right: true })}: ${printable(synopsis ?? "<Synopsis not available>")}\n`,
    foot: none ? "" : `    -= ${count} Applications ${like ? "Matching" : "Registered"} =-\n`,
  };
};

const functionTable: Table = (count, like) => ({
  head: `${like ? "Matching" : "Installed"} Custom Functions:\n${"-".repeat(80)}\n`,
  row: ({ name, syntax = "", synopsis = "" }) =>
    `${cell(name, 20, { cut: true })}  ${cell(syntax, 35, { cut: true })}  ${printable(synopsis)}\n`,
  foot: `${count} ${like ? "matching " : ""}custom functions installed.\n`,
});

async function evaluate(dialplan: Dialplan, { args, print }: CommandRun): Promise<CommandOutcome> {
  if (args.length === 0) return "usage";
  const result = await dialplan.evaluate(args.join(" "));
  print(`Return Value: Success (0)\nResult: ${printable(result, Infinity)}\n`);
  return "success";
}

async function execute(dialplan: Dialplan, { args, print }: CommandRun): Promise<CommandOutcome> {
  const called = /^([^()]+)(?:\((.*)\))?$/s.exec(args.join(" "));
  if (called?.[1] === undefined) return "usage";
  const result = await dialplan.execute(called[1], called[2] ?? "", (line) => print(`${printable(line, Infinity)}\n`));
  print(`Return Value: ${result < 0 ? "Failure" : "Success"} (${result})\n`);
  return "success";
}

function names(entries: readonly DialplanEntry[]): string[] {
  return entries.map(({ name }) => name);
}
