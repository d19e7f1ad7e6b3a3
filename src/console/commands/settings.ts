import { printableJson } from "../../fault/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices, Inspection } from "../services.ts";
import { showFacts } from "../facts.ts";
import { takeJson } from "../table.ts";

/** `core show settings`. */
export function settingsCommands({ inspection }: CoreServices): ConsoleCommand[] {
  if (inspection === undefined) return [];
  return [{
    command: "core show settings",
    summary: "Show some core settings",
    usage: "core show settings\n" +
      "       Show miscellaneous core system settings, and what the program itself was granted:\n" +
      "       no module can have more than that.",
    run: (run) => show(inspection, run),
    complete: ({ args, word }) => word.startsWith("-") && !args.includes("--json") ? ["--json"] : [],
  }];
}

function show(inspection: Inspection, { args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  if (rest.length > 0) return "usage";
  const groups = inspection.settings();
  if (json) {
    const all = Object.fromEntries(groups.map(({ title, facts }) => [title, Object.fromEntries(facts)]));
    print(`${printableJson(all)}\n`);
    return "success";
  }
  for (const { title, facts } of groups) print(`\n${title}\n${"-".repeat(title.length)}\n${showFacts(facts, "  ")}`);
  print("\n");
  return "success";
}
