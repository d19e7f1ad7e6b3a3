import { printable, printableJson } from "../fault/mod.ts";

/** How a cell is set. */
export interface CellOptions {
  /** Blanks go in front. @default {false} */
  right?: boolean | undefined;
  /** Longer text is cut to the width; otherwise it shifts what follows, as in Asterisk. @default {false} */
  cut?: boolean | undefined;
}

/** A cell of a table. Texts come from manifests and modules, hence nothing that a terminal would obey is left in. */
export function cell(text: string, width: number, options: CellOptions = {}): string {
  const safe = printable(text);
  const shown = options.cut === true ? [...safe].slice(0, width).join("") : safe;
  return options.right === true ? shown.padStart(width) : shown.padEnd(width);
}

/** Arguments of a command that can answer in JSON: whether it shall, and the others. */
export function takeJson(args: readonly string[]): { json: boolean; rest: string[] } {
  const rest = args.filter((arg) => arg !== "--json");
  return { json: rest.length < args.length, rest };
}

/** Rows as JSON text, with the line end. */
export function toJson(rows: readonly object[]): string {
  return `${printableJson(rows)}\n`;
}

/**
 * The part of the rows that a command is asked for: all of them, with `like <text>` those whose name contains the text
 * in any case of letters. Sorted by name, ignoring case. Undefined when the arguments are wrong.
 */
export function selectRows<Row extends { name: string }>(
  rows: readonly Row[],
  args: readonly string[],
): Row[] | undefined {
  const [like, text, ...more] = args;
  if (like !== undefined && (like.toLowerCase() !== "like" || text === undefined || more.length > 0)) return undefined;
  const key = ({ name }: Row) => name.toLowerCase();
  const wanted = (text ?? "").toLowerCase();
  return rows.filter((row) => key(row).includes(wanted)).sort((a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}

/** Completion of commands that list: `--json` once a dash is typed, and after `like` the names. */
export function completeRows(args: readonly string[], word: string, names: () => string[]): string[] {
  if (word.startsWith("-")) return args.includes("--json") ? [] : ["--json"];
  return args.at(-1)?.toLowerCase() === "like" ? names() : [];
}
