import { printable } from "../../fault/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import { cell, takeJson, toJson } from "../table.ts";

/** A configuration file that somebody has read, or would read. */
export interface ConfigUse {
  /** Who: a module, or `core`. */
  readonly module: string;
  /** The file's path. */
  readonly file: string;
  /** What may stand in it, as far as it is known: sections, and their keys with defaults. */
  readonly keys?: readonly string[] | undefined;
}

/** The configuration files of a host. */
export interface ConfigControl {
  /** Files of the core and of every module that runs. */
  uses(): ConfigUse[];
  /** Has whoever uses a file read it anew; a line of answer for each. Undefined when nobody uses it. */
  reload(file: string): Promise<string[] | undefined>;
}

/** `config list`, `config reload` and `config show help`. */
export function configCommands(control: ConfigControl): ConsoleCommand[] {
  const files = () => [...new Set(control.uses().map(({ file }) => baseName(file)))];
  return [
    {
      command: "config list",
      summary: "Show all files that have loaded a configuration file",
      usage: "config list\n       Show all modules that have loaded a configuration file",
      run: (run) => list(control, run),
      complete: ({ word }) => word.startsWith("-") ? ["--json"] : [],
    },
    {
      command: "config reload",
      summary: "Force a reload on modules using a particular configuration file",
      usage: "config reload <filename.conf>\n       Reloads all modules that reference <filename.conf>",
      run: (run) => reload(control, run),
      complete: ({ args }) => args.length === 0 ? files() : [],
    },
    {
      command: "config show help",
      summary: "Show configuration help for a module",
      usage: "config show help [<module> [<filename.conf>]]\n" +
        "       Shows the files that a module accepts, and of one file what may stand in it.\n" +
        "       If no module is specified, lists the modules that accept any.",
      run: (run) => showHelp(control, run),
      complete: ({ args }) => completeHelp(control, args),
    },
  ];
}

function list(control: ConfigControl, { args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  if (rest.length > 0) return "usage";
  const rows = control.uses().map(({ module, file }) => ({ module, file }));
  print(json ? toJson(rows) : rows.map(({ module, file }) => `${cell(module, 20)} ${cell(file, 50)}\n`).join(""));
  return "success";
}

async function reload(control: ConfigControl, { args, print }: CommandRun): Promise<CommandOutcome> {
  const [file, ...more] = args;
  if (file === undefined || more.length > 0) return "usage";
  const answers = await control.reload(file);
  print(answers === undefined ? `Nobody uses '${printable(file)}'\n` : answers.map((line) => `${line}\n`).join(""));
  return answers === undefined ? "failure" : "success";
}

function showHelp(control: ConfigControl, { args, print }: CommandRun): CommandOutcome {
  const [module, file, ...more] = args;
  if (more.length > 0) return "usage";
  const all = control.uses();
  if (module === undefined) {
    const modules = [...new Set(all.map((use) => use.module))].sort();
    print(
      `The following modules have configuration information:\n${
        modules.map((name) => `\t${printable(name)}\n`).join("")
      }`,
    );
    return "success";
  }
  const uses = all.filter((use) => same(use.module, module) && (file === undefined || same(baseName(use.file), file)));
  if (uses.length === 0) {
    print(file === undefined ? `Module ${printable(module)} not found.\n` : `File ${printable(file)} not found.\n`);
    return "failure";
  }
  for (const use of uses) {
    print(`${printable(baseName(use.file))}\n`);
    if (file === undefined) continue;
    print(
      (use.keys ?? ["What may stand in it is the module's own affair: see its page or sample."]).map((key) =>
        `\t${printable(key)}\n`
      ).join(""),
    );
  }
  return "success";
}

function completeHelp(control: ConfigControl, args: readonly string[]): string[] {
  if (args.length === 0) return control.uses().map(({ module }) => module);
  const [module = "", ...more] = args;
  return more.length > 0
    ? []
    : control.uses().filter((use) => same(use.module, module)).map(({ file }) => baseName(file));
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
