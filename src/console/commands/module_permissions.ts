import { printable } from "../../fault/mod.ts";
import type { PermissionRow } from "../../loader/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import { showFacts } from "../facts.ts";
import type { CoreServices, Inspection } from "../services.ts";
import { cell, takeJson, toJson } from "../table.ts";

/** `module show permissions`. */
export function modulePermissionCommands({ inspection }: CoreServices): ConsoleCommand[] {
  if (inspection === undefined) return [];
  return [{
    command: "module show permissions",
    summary: "List permissions of modules, or of one",
    usage: "module show permissions [<module>]\n" +
      "       Shows what every installed module asks for, what it has of that, and the kind of realm it\n" +
      "       runs in. With the name of a module also what is granted and denied, and why.",
    run: (run) => show(inspection, run),
    complete: ({ args, word }) => {
      if (word.startsWith("-")) return args.includes("--json") ? [] : ["--json"];
      return args.length === 0 ? inspection.permissions().map(({ name }) => name) : [];
    },
  }];
}

function show(inspection: Inspection, { args, print }: CommandRun): CommandOutcome {
  const { json, rest: [name, ...more] } = takeJson(args);
  if (more.length > 0) return "usage";
  const rows = inspection.permissions(name);
  const [row] = rows;
  if (name !== undefined && row === undefined) {
    print(`No such module '${printable(name)}'\n`);
    return "failure";
  }
  if (json) print(toJson(rows));
  else print(name !== undefined && row !== undefined ? formatOne(row) : formatAll(rows));
  return "success";
}

function formatAll(rows: readonly PermissionRow[]): string {
  const header = formatRow(["Module", "Realm", "Asked", "Effective"]);
  const lines = rows.map(({ name, kind, asked, effective }) =>
    formatRow([name, kind, asked || "none", effective || "none"])
  );
  return `${header}${lines.join("")}${rows.length} modules installed\n`;
}

function formatRow([name, kind, asked, effective]: readonly [string, string, string, string]): string {
  return `${cell(name, 30)} ${cell(kind, 10)} ${cell(asked, 38)} ${printable(effective)}\n`;
}

function formatOne({ name, state, kind, realm, asked, granted, denied, effective, why }: PermissionRow): string {
  return showFacts([
    ["Module", name],
    ["State", state],
    ["Realm", realm === "" ? `${kind}, not started` : `${kind}, ${realm}`],
    ["Asked", asked || "none"],
    ["Granted", granted || "none"],
    ["Denied", denied || "none"],
    ["Effective", effective || "none"],
    ...why.map((reason) => ["Why", printable(reason)] as const),
  ]);
}
