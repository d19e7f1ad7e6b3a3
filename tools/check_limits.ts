/**
 * Files, functions and parameter lists have a limit. Why it exists: a limit that nobody measures is forgotten in a month.
 *
 * What is over a limit for a reason stands in `limits.json` with its exact size: growth fails, and so does shrinking
 * that was not recorded, so that the list only ever gets shorter.
 *
 * @module
 */
import { join } from "@std/path";
import { type Fact, sourceFacts } from "./facts.ts";
import { presentCode, typeScriptFiles } from "./files.ts";
import { ROOT, runTool } from "./process.ts";

/** Something that has a size. */
export interface Measured {
  /** What is measured. */
  readonly kind: keyof typeof LIMITS;
  /** Path from the root. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** The function's name; empty for a file. */
  readonly name: string;
  /** Its size. */
  readonly size: number;
}

/** Recorded exceptions: `kind file name` and the exact size. */
export type Ratchet = Readonly<Record<string, number>>;

/** The largest size of each kind, and what to do about more. */
export const LIMITS = {
  file: { limit: 400, unit: "lines", cure: "split it by idea" },
  function: { limit: 50, unit: "lines", cure: "give its steps names of their own" },
  parameters: { limit: 3, unit: "parameters", cure: "pass one object" },
} as const;

/** Where the exceptions are recorded. */
const RATCHET_FILE = "tools/limits.json";

/** Every measure over its limit that is not recorded, and every record that is no longer true. */
export function limitFaults(measured: readonly Measured[], ratchet: Ratchet): string[] {
  const over = measured.filter(({ kind, size }) => size > LIMITS[kind].limit);
  const faults = over.flatMap((one) => {
    const { limit, unit, cure } = LIMITS[one.kind];
    const recorded = ratchet[keyOf(one)];
    if (recorded === one.size) return [];
    const what = `${one.file}:${one.line}: ${one.name === "" ? "the file" : `"${one.name}"`} has ${one.size} ${unit}`;
    if (recorded === undefined) return [`${what}, the limit is ${limit}; ${cure}`];
    if (one.size > recorded) return [`${what}, ${recorded} are recorded; ${cure}`];
    return [`${what}, ${recorded} are recorded; write ${one.size} into ${RATCHET_FILE}`];
  });
  const keys = new Set(over.map(keyOf));
  const stale = Object.keys(ratchet).filter((key) => !keys.has(key));
  return [...faults, ...stale.map((key) => `${RATCHET_FILE}:1: "${key}" is within its limit now; remove the line`)];
}

/** Reads what the plugin reports of a function. */
export function functionMeasures({ file, line, text }: Fact): Measured[] {
  const [name = "", lines, parameters] = text.split("|");
  return [
    { kind: "function", file, line, name, size: Number(lines) },
    { kind: "parameters", file, line, name, size: Number(parameters) },
  ];
}

function keyOf({ kind, file, name }: Measured): string {
  return `${kind} ${file} ${name}`.trim();
}

async function main(): Promise<number> {
  const files = typeScriptFiles(presentCode()).map((file): Measured => {
    const size = Deno.readTextFileSync(join(ROOT, file)).split("\n").length - 1;
    return { kind: "file", file, line: 1, name: "", size };
  });
  // A test's table is one long function, and that is fine.
  const facts = await sourceFacts("functions", presentCode().filter((path) => path !== "tests"));
  const ratchet: Ratchet = JSON.parse(Deno.readTextFileSync(join(ROOT, RATCHET_FILE)));
  const faults = limitFaults([...files, ...facts.flatMap(functionMeasures)], ratchet);
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await runTool(main);
