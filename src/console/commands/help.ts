import { printable } from "../../fault/mod.ts";
import type { CommandRun, CommandTable, ConsoleCommand, Registration } from "../../registry/mod.ts";
import { usageText } from "../foreign_text.ts";
import { cell, printJson, printRows, takeJson } from "../table.ts";
import { continuations, findExactCommand, startsWithIgnoringCase, visibleCommands } from "../tree.ts";

/** `core show help`, over every command there is at the time. */
export function helpCommands(commands: CommandTable): ConsoleCommand[] {
  return [{
    command: "core show help",
    summary: "Display help list, or specific help on a command",
    usage: "core show help [topic]\n" +
      "       When called with a topic as an argument, displays usage\n" +
      "       information on the given command. If called without a\n" +
      "       topic, it provides a list of commands.",
    run: (run) => showHelp(commands, run),
    async complete({ args, word }) {
      if (word.startsWith("-")) return ["--json"];
      const words = new Set<string>();
      await continuations(commands, args, (next) => void (startsWithIgnoringCase(next, word) && words.add(next)));
      return [...words];
    },
  }];
}

async function showHelp(commands: CommandTable, { args, print }: CommandRun): Promise<"success"> {
  const { json, rest } = takeJson(args);
  const exact = findExactCommand(commands, rest);
  if (exact !== undefined && !json) {
    print(`Usage: ${usageText(exact.usage)}\n`);
    return "success";
  }
  const topic = rest.join(" ");
  const wanted = topic.toLowerCase();
  const listed = exact === undefined
    ? visibleCommands(commands).filter(({ value: { command } }) =>
      command.slice(0, topic.length).toLowerCase() === wanted
    )
    : visibleCommands(commands).filter(({ value }) => value === exact);
  if (json) await printJson(listed, print, toRow);
  else if (listed.length === 0) print(`No such command '${printable(topic)}'.\n`);
  else await printRows(listed, { print, format: formatRow });
  return "success";
}

function toRow({ value: { command, summary }, owner: { module } }: Registration<ConsoleCommand>): object {
  return { command, summary, module };
}

function formatRow({ value: { command, summary } }: Registration<ConsoleCommand>): string {
  return `${cell(command, 30)} -- ${printable(summary) || "<no description available>"}\n`;
}
