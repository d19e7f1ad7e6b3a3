import { printable } from "../../fault/mod.ts";
import type { CommandOutcome, CommandRun, CompletionQuery, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices, DebugControl, ModuleControl } from "../services.ts";

/** Levels that completion offers, as Asterisk's does: a digit may be the first of more. */
const LEVELS = Array.from({ length: 10 }, (_, digit) => [`${digit}`, `${digit}...`]).flat();

/** `core set verbose`, of the console it is typed on, and `core set debug`, of the whole host. */
export function verbosityCommands({ debug, modules }: CoreServices): ConsoleCommand[] {
  const verbose: ConsoleCommand = {
    command: "core set verbose",
    summary: "Set level of verbose chattiness",
    usage: "core set verbose [atleast] <level> [silent]\n" +
      "       core set verbose off\n" +
      "\n" +
      "       Sets level of verbose messages to be displayed on this console.\n" +
      "       0 or off means no messages should be displayed. With 'silent' nothing\n" +
      "       is answered. Equivalent to -v[v[...]] on startup",
    run: setVerbose,
    complete: ({ args }) => completeLevel(args) ?? (args.at(-1)?.toLowerCase() === "silent" ? [] : ["silent"]),
  };
  return debug === undefined ? [verbose] : [verbose, debugCommand(debug, modules)];
}

function debugCommand(debug: DebugControl, modules: ModuleControl): ConsoleCommand {
  return {
    command: "core set debug",
    summary: "Set level of debug chattiness",
    usage: "core set debug [atleast] <level> [module]\n" +
      "       core set debug off\n" +
      "\n" +
      "       Sets level of debug messages to be displayed or\n" +
      "       sets a module name to display debug messages from.\n" +
      "       0 or off means no messages should be displayed.\n" +
      "       Equivalent to -d[d[...]] on startup",
    run: (run) => setDebug(debug, run),
    complete: (query) => completeLevel(query.args) ?? completeModule(query, modules),
  };
}

/** A level as it was typed. */
interface Typed {
  readonly level: number;
  readonly atLeast: boolean;
  /** What follows it. */
  readonly rest: readonly string[];
}

function typedLevel(args: readonly string[]): Typed | undefined {
  if (args.length === 1 && args[0]?.toLowerCase() === "off") return { level: 0, atLeast: false, rest: [] };
  const atLeast = args[0]?.toLowerCase() === "atleast";
  const [number, ...rest] = atLeast ? args.slice(1) : args;
  return number === undefined || !/^\d{1,4}$/.test(number) ? undefined : { level: Number(number), atLeast, rest };
}

function setVerbose({ args, session, print }: CommandRun): CommandOutcome {
  const typed = typedLevel(args);
  const silent = typed?.rest.length === 1 && typed.rest[0]?.toLowerCase() === "silent";
  if (typed === undefined || (typed.rest.length > 0 && !silent)) return "usage";
  const before = session.verbosity;
  if (!typed.atLeast || typed.level > before) session.verbosity = typed.level;
  if (!silent) print(`Console verbose ${change(before, session.verbosity)}\n`);
  return "success";
}

function setDebug(debug: DebugControl, { args, print }: CommandRun): CommandOutcome {
  const typed = typedLevel(args);
  if (typed === undefined || typed.rest.length > 1) return "usage";
  const [name] = typed.rest;
  if (name !== undefined) return setDebugOf(debug, { ...typed, name: name.replace(/\.(?:so|js|ts|mjs)$/i, "") }, print);
  const before = debug.level;
  if (!typed.atLeast || typed.level > before) debug.level = typed.level;
  if (args[0]?.toLowerCase() === "off") debug.clear();
  print(`Core debug ${change(before, debug.level)}\n`);
  return "success";
}

function setDebugOf(
  debug: DebugControl,
  { level, atLeast, name }: Typed & { name: string },
  print: (text: string) => void,
): CommandOutcome {
  const before = debug.of(name);
  const shown = printable(name);
  if (level === before || (atLeast && level < before)) print(`Core debug is still ${before} for '${shown}'.\n`);
  else {
    debug.set(name, level);
    print(`Core debug was ${before} and has been set to ${level} for '${shown}'.\n`);
  }
  return "success";
}

function change(before: number, now: number): string {
  const word = (level: number) => level === 0 ? "OFF" : String(level);
  return before === now ? `is still ${word(now)}.` : `was ${word(before)} and is now ${word(now)}.`;
}

/** What may stand where a level is missing; undefined behind one. */
function completeLevel(args: readonly string[]): string[] | undefined {
  if (args.length === 0) return [...LEVELS, "atleast", "off"];
  return args.length === 1 && args[0]?.toLowerCase() === "atleast" ? LEVELS : undefined;
}

function completeModule({ args }: CompletionQuery, modules: ModuleControl): string[] {
  const behindLevel = args.length === (args[0]?.toLowerCase() === "atleast" ? 2 : 1);
  return behindLevel ? modules.rows().filter(({ status }) => status === "Running").map(({ name }) => name) : [];
}
