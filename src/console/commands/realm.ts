import { printable } from "../../fault/mod.ts";
import type { RealmRow } from "../../loader/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices, Inspection } from "../services.ts";
import { cell, takeJson, toJson } from "../table.ts";
import { showFacts } from "../facts.ts";

/** `realm show`. */
export function realmCommands({ inspection }: CoreServices): ConsoleCommand[] {
  if (inspection === undefined) return [];
  return [{
    command: "realm show",
    summary: "List realms, or show one",
    usage: "realm show [<realm>]\n" +
      "       Shows the Workers and processes that modules run in: the modules, the memory of each,\n" +
      "       calls in progress and how long the last heartbeat took. With the name of a realm or\n" +
      "       of a module in it, what is known of that one. Calls that pass directly from realm\n" +
      "       to realm are counted as of the last heartbeat.",
    run: (run) => show(inspection, run),
    complete: ({ args, word }) => {
      if (word.startsWith("-")) return args.includes("--json") ? [] : ["--json"];
      return args.length === 0 ? inspection.realms().map(({ realm }) => realm) : [];
    },
  }];
}

function show(inspection: Inspection, { args, print }: CommandRun): CommandOutcome {
  const { json, rest: [name, ...more] } = takeJson(args);
  if (more.length > 0) return "usage";
  const rows = inspection.realms();
  if (name === undefined) {
    print(json ? toJson(rows) : formatRealms(rows));
    return "success";
  }
  const key = name.toLowerCase();
  const row = rows.find(({ realm, modules }) =>
    realm === key || modules.some((module) => module.toLowerCase() === key)
  );
  if (row === undefined) {
    print(`No such realm '${printable(name)}'\n`);
    return "failure";
  }
  print(json ? toJson([row]) : formatRealm(row));
  return "success";
}

function formatRealms(rows: readonly RealmRow[]): string {
  const header = formatRow(["Realm", "Modules", "Memory", "Calls", "Heartbeat", "Permissions"]);
  const lines = rows.map((row) =>
    formatRow([
      row.realm,
      row.modules.join(","),
      megabytes(row.memory),
      String(row.calls),
      heartbeat(row),
      row.permissions || "none",
    ])
  );
  return `${header}${lines.join("")}${rows.length} realms\n`;
}

function formatRow(texts: readonly [string, string, string, string, string, string]): string {
  const [realm, modules, memory, calls, beat, permissions] = texts;
  const cells = [
    cell(realm, 14),
    cell(modules, 40, { cut: true }),
    cell(memory, 9, { right: true }),
    cell(calls, 5, { right: true }),
    cell(beat, 9, { right: true }),
    cell(permissions, 0),
  ];
  return `${cells.join(" ").trimEnd()}\n`;
}

function formatRealm(row: RealmRow): string {
  return showFacts([
    ["Realm", row.realm],
    ["State", row.state],
    ["Process", row.pid === null ? "a Worker of this program" : String(row.pid)],
    ["Modules", row.modules.join(", ")],
    ["Permissions", row.permissions || "none"],
    ["Memory", megabytes(row.memory)],
    ["Calls in progress", String(row.calls)],
    ["Direct links", `${row.direct.links}, ${row.direct.served} calls answered over direct links so far`],
    ["Heartbeat", row.heartbeat === null ? "none yet" : `${row.heartbeat.took} ms, ${seconds(row.heartbeat.ago)} ago`],
  ]);
}

function heartbeat({ heartbeat: beat }: RealmRow): string {
  return beat === null ? "-" : `${beat.took} ms`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "-" : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
