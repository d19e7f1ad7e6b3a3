/**
 * Chooses the modules that `deno task compile` embeds, as Asterisk's menuselect does.
 *
 *     deno task menuselect                                  in a terminal: menus
 *     deno task menuselect --list
 *     deno task menuselect --enable NAME --disable NAME …
 *
 * The choice is kept in `dist/menuselect.conf`, or in the file that `--choice FILE` names.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { emitKeypressEvents } from "node:readline";
import process from "node:process";
import { Catalog, DiskSource } from "../src/manifest/mod.ts";
import {
  choiceFaults,
  defaultChoice,
  disable,
  enable,
  type Item,
  itemsOf,
  markOf,
  readChoice,
  writeChoice,
} from "./menuselect/choice.ts";
import { draw, openScreen, press, type Screen } from "./menuselect/screen.ts";
import { buildModules } from "./modules.ts";
import { ROOT, runTool, ToolError } from "./process.ts";

/** Where a choice is kept unless told otherwise. */
export const CHOICE_FILE: string = join(ROOT, "dist/menuselect.conf");

/**
 * The modules of a directory, as items.
 *
 * @throws {ToolError} when a manifest cannot be used
 */
export function readItems(directory: string): Item[] {
  const catalog = new Catalog([new DiskSource(directory)]);
  catalog.refresh();
  const [fault] = catalog.faults();
  if (fault !== undefined) throw new ToolError(fault.error.message);
  return itemsOf(catalog.entries().map(({ manifest }) => manifest));
}

/** The choice in a file; the usual one when there is no such file. */
export function chosenModules(items: readonly Item[], file: string): Set<string> {
  const text = file === "" ? undefined : readIfAny(file);
  return text === undefined ? defaultChoice(items) : readChoice(text, file, items);
}

function readIfAny(file: string): string | undefined {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What is asked on the command line. */
interface Request {
  readonly list: boolean;
  readonly file: string;
  readonly changes: readonly { readonly on: boolean; readonly name: string }[];
}

function parseArguments(args: readonly string[]): Request {
  const left = [...args];
  const changes: { on: boolean; name: string }[] = [];
  let [list, file] = [false, CHOICE_FILE];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [flag = "", given] = word.split("=");
    if (flag === "--list") {
      list = true;
      continue;
    }
    if (flag !== "--enable" && flag !== "--disable" && flag !== "--choice") {
      throw new ToolError(
        `Unknown argument "${word}": expected --list, --enable NAME, --disable NAME or --choice FILE`,
      );
    }
    const value = given ?? left.shift();
    if (value === undefined) throw new ToolError(`"${flag}" has no value`);
    if (flag === "--choice") file = value;
    else changes.push({ on: flag === "--enable", name: value });
  }
  return { list, file, changes };
}

async function main(args: readonly string[]): Promise<number> {
  const request = parseArguments(args);
  const directory = join(ROOT, "modules");
  await buildModules(directory);
  const items = readItems(directory);
  const chosen = chosenModules(items, request.file);
  if (request.list) {
    console.log(listing(items, chosen));
    return 0;
  }
  if (request.changes.length > 0) return change(items, chosen, request);
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new ToolError("There is no terminal: use --list, --enable NAME and --disable NAME");
  }
  const screen = await converse(openScreen(items, chosen));
  if (screen.end !== "saved") return 1;
  save(items, screen.chosen, request.file);
  return 0;
}

function change(items: readonly Item[], before: ReadonlySet<string>, { changes, file }: Request): number {
  let chosen = new Set(before);
  for (const { on, name } of changes) {
    try {
      chosen = (on ? enable : disable)(items, chosen, name);
    } catch (error) {
      if (error instanceof RangeError) throw new ToolError(error.message);
      throw error;
    }
  }
  const faults = choiceFaults(items, chosen);
  if (faults.length > 0) throw new ToolError(faults.join("\n"));
  save(items, chosen, file);
  return 0;
}

function save(items: readonly Item[], chosen: ReadonlySet<string>, file: string): void {
  Deno.mkdirSync(dirname(file), { recursive: true });
  Deno.writeTextFileSync(file, writeChoice(items, chosen));
  console.log(`${file}: ${chosen.size} of ${items.length} modules chosen`);
}

/** Every module with its mark, by category. */
export function listing(items: readonly Item[], chosen: ReadonlySet<string>): string {
  const lines: string[] = [];
  for (const [category, members] of Map.groupBy(items, (item) => item.category)) {
    lines.push(category);
    for (const item of members) {
      const { name, manifest: { supportLevel, description } } = item;
      lines.push(`  ${markOf(item, chosen)} ${name.padEnd(28)} ${supportLevel.padEnd(10)} ${description}`);
    }
  }
  return lines.join("\n");
}

/** Shows screens and takes keys until one ends it. The terminal is left as it was. */
async function converse(first: Screen): Promise<Screen> {
  let screen = first;
  const show = () => {
    const size = Deno.consoleSize();
    process.stdout.write(`\x1b[H\x1b[J${draw(screen, size).join("\r\n")}`);
  };
  emitKeypressEvents(process.stdin);
  process.stdin.setRawMode(true);
  process.stdout.write("\x1b[?1049h\x1b[?25l");
  try {
    show();
    await new Promise<void>((resolve) => {
      process.stdin.on("keypress", (typed: string | undefined, key: { name?: string; ctrl?: boolean }) => {
        if (key.ctrl === true && key.name === "c") screen = { ...screen, end: "left" };
        else screen = press(screen, key.name ?? typed ?? "");
        show();
        if (screen.end !== undefined) resolve();
      });
      process.stdin.on("end", resolve);
    });
    return screen;
  } finally {
    process.stdout.write("\x1b[?25h\x1b[?1049l");
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}

if (import.meta.main) await runTool(main);
