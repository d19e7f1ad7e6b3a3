import { printable, printableJson } from "../fault/mod.ts";
import { Slices } from "../work/mod.ts";

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
  // A character has two units at most.
  const shown = options.cut === true ? [...safe.slice(0, 2 * width)].slice(0, width).join("") : safe;
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

/** Most rows that a table on a console has: more than anybody reads, and than a slow console may leave unread. */
const MAX_ROWS = 5_000;

/** What a command prints row by row. */
export interface RowPrinting<Row> {
  /** Where it goes. */
  readonly print: (text: string) => void;
  /** A row, with its line end. */
  readonly format: (row: Row) => string;
}

/**
 * Prints the rows of a table in slices, for modules decide how many there are. After the first thousands it says how many
 * are left out, and what to do.
 */
export async function printRows<Row>(rows: readonly Row[], { print, format }: RowPrinting<Row>): Promise<void> {
  await inSlices(rows.slice(0, MAX_ROWS), { print, format });
  const left = rows.length - MAX_ROWS;
  if (left > 0) print(`… and ${left} more: ask for fewer by a name or the beginning of one, or for all with --json\n`);
}

/**
 * Prints rows as JSON text in slices, as {@linkcode toJson} makes it.
 *
 * @param shape what is told of a row
 */
export async function printJson<Row extends object>(
  rows: readonly Row[],
  print: (text: string) => void,
  shape: (row: Row) => object = (row) => row,
): Promise<void> {
  if (rows.length === 0) return print("[]\n");
  let left = rows.length;
  print("[\n");
  await inSlices(rows, {
    print,
    format: (row) => `  ${printableJson(shape(row)).replaceAll("\n", "\n  ")}${--left === 0 ? "" : ","}\n`,
  });
  print("]\n");
}

/** Formats row by row and gives the thread back between slices; each slice is printed in one piece. */
async function inSlices<Row>(rows: readonly Row[], { print, format }: RowPrinting<Row>): Promise<void> {
  const slices = new Slices();
  let text = "";
  for (const row of rows) {
    text += format(row);
    if (!slices.over) continue;
    print(text);
    text = "";
    await slices.next();
  }
  if (text !== "") print(text);
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
  const wanted = (text ?? "").toLowerCase();
  const keyed = rows.map((row) => ({ row, key: row.name.toLowerCase() })).filter(({ key }) => key.includes(wanted));
  return keyed.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ row }) => row);
}

/** Completion of commands that list: `--json` once a dash is typed, and after `like` the names. */
export function completeRows(args: readonly string[], word: string, names: () => string[]): string[] {
  if (word.startsWith("-")) return args.includes("--json") ? [] : ["--json"];
  return args.at(-1)?.toLowerCase() === "like" ? names() : [];
}
