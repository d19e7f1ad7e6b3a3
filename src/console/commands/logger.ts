import { messageOf, printable } from "../../fault/mod.ts";
import { LEVELS } from "../../log/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { LogControl } from "../services.ts";
import { cell, takeJson, toJson } from "../table.ts";

/** Numbers of the levels, as Asterisk's. */
const NUMBERS = { debug: 0, notice: 2, warning: 3, error: 4, verbose: 5 } as const;

/** Words that Asterisk takes for a level; those for which there are no lines here are refused by name. */
const LEVEL_WORDS = "DEBUG|TRACE|NOTICE|WARNING|ERROR|VERBOSE|DTMF";

/** `logger …`: channels of the log, and what the console it is typed on shows of it. */
export function loggerCommands(log: LogControl): ConsoleCommand[] {
  return [...consoleCommands(), ...showCommands(log), ...fileCommands(log)];
}

function consoleCommands(): ConsoleCommand[] {
  return [
    {
      command: "logger mute",
      summary: "Toggle logging output to a console",
      usage: "logger mute\n" +
        "       Disables logging output to the current console, making it possible to\n" +
        "       gather information without being disturbed by scrolling lines.",
      run: mute,
      complete: ({ args }) => args.length === 0 ? ["silent"] : [],
    },
    {
      command: `logger set level {${LEVEL_WORDS}} {on|off}`,
      summary: "Enables/Disables a specific logging level for this console",
      usage: `logger set level {${LEVEL_WORDS}} {on|off}\n` +
        "       Set a specific log level to enabled/disabled for this console.",
      run: setLevel,
    },
  ];
}

function mute({ args, session, print }: CommandRun): CommandOutcome {
  const silent = args.length === 1 && args[0]?.toLowerCase() === "silent";
  if (args.length > 0 && !silent) return "usage";
  session.muted = !session.muted;
  if (!silent) print(session.muted ? "Console is muted.\n" : "Console is not muted anymore.\n");
  return "success";
}

function setLevel({ args, session, print }: CommandRun): CommandOutcome {
  const [word = "", state = "", ...more] = args;
  if (more.length > 0) return "usage";
  const level = LEVELS.find((known) => known === word.toLowerCase());
  if (level === undefined) {
    print(`There are no lines of level '${word}': there are ${LEVELS.join(", ").toUpperCase()}\n`);
    return "failure";
  }
  if (state.toLowerCase() === "on") session.hidden.delete(level);
  else session.hidden.add(level);
  print(`Logger status for '${word.toUpperCase()}' has been set to '${state.toLowerCase()}'.\n`);
  return "success";
}

function showCommands(log: LogControl): ConsoleCommand[] {
  return [
    {
      command: "logger show channels",
      summary: "List configured log channels",
      usage: "logger show channels\n       List configured logger channels.",
      run: (run) => showChannels(log, run),
      complete: ({ word }) => word.startsWith("-") ? ["--json"] : [],
    },
    {
      command: "logger show levels",
      summary: "List configured log levels",
      usage: "logger show levels\n       List configured logger levels.",
      run: showLevels,
      complete: ({ word }) => word.startsWith("-") ? ["--json"] : [],
    },
  ];
}

function showChannels(log: LogControl, { args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  if (rest.length > 0) return "usage";
  const rows = log.rows();
  if (json) print(toJson(rows));
  else {
    const header = row(["Channel", "Type", "Formatter", "Status", "Configuration"]);
    const rule = row(["-------", "----", "---------", "------", "-------------"]);
    const lines = rows.map(({ channel, type, formatter, status, levels }) =>
      row([channel, type, formatter, status, ` - ${levels.map((level) => `${level} `).join("")}`])
    );
    // Lines are written at once, so nothing is queued.
    print(`Logger queue limit: 0\n\n${header}${rule}${lines.join("")}\n`);
  }
  return "success";
}

function row([channel, type, formatter, status, rest]: readonly [string, string, string, string, string]): string {
  const cells = [[channel, 35], [type, 8], [formatter, 12], [status, 9]] as const;
  return `${cells.map(([text, width]) => `${cell(text, width, { cut: true })} `).join("")}${rest}\n`;
}

function showLevels({ args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  if (rest.length > 0) return "usage";
  const rows = LEVELS.map((level) => ({ level: NUMBERS[level], name: level.toUpperCase() }));
  const lines = rows.map(({ level, name }) => `${String(level).padStart(5)} ${name}\n`);
  print(json ? toJson(rows) : `Level Name\n----- ----\n${lines.join("")}\n`);
  return "success";
}

function fileCommands(log: LogControl): ConsoleCommand[] {
  return [
    {
      command: "logger reload",
      summary: "Reopens the log files",
      usage: "logger reload [<alt-conf>]\n       Reads logger.conf, or another file, and reopens the log files.",
      async run({ args, print }) {
        if (args.length > 1) return "usage";
        return outcome(await log.reload(args[0]), "Failed to reload the logger", print);
      },
    },
    {
      command: "logger rotate",
      summary: "Rotates and reopens the log files",
      usage: "logger rotate\n       Rotates and Reopens the log files.",
      run({ args }) {
        if (args.length > 0) return "usage";
        log.rotate();
        return "success";
      },
    },
    {
      command: "logger add channel",
      summary: "Adds a new logging channel",
      usage: "logger add channel <name> <levels>\n" +
        "       Adds a temporary logger channel. This logger channel\n" +
        "       will exist until removed or until Asterism is restarted.\n" +
        "       <levels> is a comma-separated list of desired logger\n" +
        "       levels such as: verbose,warning,error\n" +
        "       An optional formatter may be specified with the levels;\n" +
        "       valid values are '[json]', '[plain]' and '[default]'.",
      run: (run) => addChannel(log, run),
    },
    {
      command: "logger remove channel",
      summary: "Removes a logging channel",
      usage: "logger remove channel <name>\n       Removes a temporary logger channel.",
      run({ args, print }) {
        const [name, ...more] = args;
        if (name === undefined || more.length > 0) return "usage";
        print(
          log.remove(name)
            ? `Removed dynamic logger channel '${printable(name)}'\n`
            : `Unable to find dynamic logger channel '${printable(name)}'\n`,
        );
        return "success";
      },
    },
  ];
}

async function addChannel(log: LogControl, { args, print }: CommandRun): Promise<CommandOutcome> {
  const [name, components, ...more] = args;
  if (name === undefined || components === undefined || more.length > 0) return "usage";
  try {
    if (!await log.add(name, components)) print(`Logger channel '${printable(name)}' already exists\n`);
    return "success";
  } catch (error) {
    return outcome(messageOf(error), `ERROR: Unable to create log channel '${printable(name)}'`, print);
  }
}

function outcome(fault: string | undefined, text: string, print: (text: string) => void): CommandOutcome {
  if (fault === undefined) return "success";
  print(`${text}: ${printable(fault)}\n`);
  return "failure";
}
