import type { ModuleRow } from "../../module_api/mod.ts";
import type { ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices } from "../services.ts";
import { cell, completeRows, selectRows, takeJson, toJson } from "../table.ts";

/** `module show`. */
export function moduleShowCommands({ modules }: CoreServices): ConsoleCommand[] {
  return [{
    command: "module show [like]",
    summary: "List modules and info",
    usage: "module show [like keyword]\n       Shows Asterism modules currently in use, and usage statistics.",
    run({ args, print }) {
      const { json, rest } = takeJson(args);
      const rows = selectRows(modules.rows(), rest);
      if (rows === undefined) return "usage";
      print(json ? toJson(rows) : formatModules(rows));
      return "success";
    },
    complete: ({ args, word }) => completeRows(args, word, () => modules.rows().map(({ name }) => name)),
  }];
}

function formatModules(rows: readonly ModuleRow[]): string {
  const header = formatRow(["Module", "Description", "Use Count", "Status", "Support Level"]);
  const lines = rows.map((row) =>
    formatRow([row.name, row.description, String(row.useCount), row.status, row.supportLevel])
  );
  return `${header}${lines.join("")}${rows.length} modules loaded\n`;
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
  return `${cells.join(" ")}\n`;
}
