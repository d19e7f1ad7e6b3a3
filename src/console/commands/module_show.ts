import { nameKey } from "../../manifest/mod.ts";
import { printable } from "../../fault/mod.ts";
import type { ModuleRow } from "../../module_api/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import { formatDetail } from "./module_detail.ts";
import type { CatalogView, CoreServices, Inspection } from "../services.ts";
import { cell, completeRows, selectRows, takeJson, toJson } from "../table.ts";

/** What `module show` prints of a module. */
type ShownRow = Pick<ModuleRow, "name" | "description" | "useCount" | "status" | "state" | "supportLevel"> & {
  /** Whether its files are embedded in the program. */
  readonly embedded?: boolean;
};

/** A row of `module show all`. */
type FullRow = ShownRow & {
  /** What it provides, as `type=name`. */
  readonly provides: readonly string[];
};

/** `module show` and `module show all`. */
export function moduleShowCommands({ modules, catalog, inspection }: CoreServices): ConsoleCommand[] {
  const names = () => modules.rows().map(({ name }) => name);
  const show: ConsoleCommand = {
    command: "module show [like]",
    summary: "List modules and info",
    // As Asterisk has it; what a single name does is in the documentation.
    usage: "module show [like keyword]\n       Shows Asterism modules currently in use, and usage statistics.",
    run({ args, print }) {
      const { json, rest } = takeJson(args);
      const [name, ...more] = rest;
      if (inspection !== undefined && name !== undefined && more.length === 0 && name.toLowerCase() !== "like") {
        return showModule(inspection, { name, json, print });
      }
      const rows = selectRows(markEmbedded(modules.rows(), catalog), rest);
      if (rows === undefined) return "usage";
      print(json ? toJson(rows) : formatModules(rows));
      return "success";
    },
    complete: ({ args, word }) => completeRows(args, word, names),
  };
  return catalog === undefined ? [show] : [show, showAll(modules, catalog)];
}

function showAll(modules: CoreServices["modules"], catalog: CatalogView): ConsoleCommand {
  return {
    command: "module show all [like]",
    summary: "List all installed modules, loaded or not",
    usage: "module show all [like keyword]\n" +
      "       Shows every installed module, loaded or not, and what it provides.\n" +
      "       (e) marks a module that is embedded in the program.",
    run({ args, print }) {
      const { json, rest } = takeJson(args);
      const rows = selectRows(fullRows(modules.rows(), catalog), rest);
      if (rows === undefined) return "usage";
      print(json ? toJson(rows) : formatAll(rows));
      return "success";
    },
    complete: ({ args, word }) =>
      completeRows(args, word, () => catalog.entries().map(({ manifest }) => manifest.name)),
  };
}

function markEmbedded(rows: readonly ModuleRow[], catalog: CatalogView | undefined): (ModuleRow & ShownRow)[] {
  return catalog === undefined ? [...rows] : rows.map((row) => ({ ...row, embedded: isEmbedded(catalog, row.name) }));
}

function isEmbedded(catalog: CatalogView, name: string): boolean {
  return catalog.get(name)?.source.label === "embedded";
}

function fullRows(rows: readonly ModuleRow[], catalog: CatalogView): FullRow[] {
  const loaded = new Map(markEmbedded(rows, catalog).map((row) => [nameKey(row.name), row]));
  return catalog.entries().map(({ manifest: { name, description, supportLevel, provides } }) => ({
    ...loaded.get(nameKey(name)) ?? {
      name,
      description,
      useCount: 0,
      status: "Not Loaded",
      state: "not loaded",
      supportLevel,
      embedded: isEmbedded(catalog, name),
    },
    provides: provides.filter(({ type }) => type !== "module")
      .map((one) => `${one.type}=${one.name}${one.priority === 0 ? "" : `:${one.priority}`}`),
  }));
}

function formatModules(rows: readonly ShownRow[]): string {
  return `${HEADER}\n${rows.map((row) => `${formatModule(row)}\n`).join("")}${rows.length} modules loaded\n`;
}

function formatAll(rows: readonly FullRow[]): string {
  const lines = rows.map((row) => `${formatModule(row)} ${printable(row.provides.join(", "))}`.trimEnd());
  return `${HEADER} Provides\n${lines.map((line) => `${line}\n`).join("")}${rows.length} modules installed\n`;
}

function formatModule({ name, description, useCount, status, supportLevel, embedded }: ShownRow): string {
  // "Not Running" leaves no room, and where it is from is no help then.
  const shown = embedded && status === "Running" ? "Running (e)" : status;
  return formatRow([name, description, String(useCount), shown, supportLevel]);
}

function formatRow(texts: readonly [string, string, string, string, string]): string {
  const [name, description, useCount, status, supportLevel] = texts;
  const cells = [
    cell(name, 30),
    cell(description, 40, { cut: true }),
    cell(useCount, 10),
    cell(status, 11),
    cell(supportLevel, 13, { right: true }),
  ];
  return cells.join(" ");
}

const HEADER = formatRow(["Module", "Description", "Use Count", "Status", "Support Level"]);

/** `module show NAME`. */
function showModule(
  inspection: Inspection,
  { name, json, print }: { name: string; json: boolean; print: CommandRun["print"] },
): CommandOutcome {
  const module = inspection.module(name);
  if (module === undefined) {
    print(`No such module '${printable(name)}'\n`);
    return "failure";
  }
  print(json ? toJson([module]) : formatDetail(module));
  return "success";
}
