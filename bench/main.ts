/**
 * Benchmarks, as ratios against something bare that is measured in the same run.
 *
 *     deno task bench [--quick] [--only NAME]
 *
 * Prints a table; a run of everything also writes `bench/results.md`. The exit status says nothing of goals: figures of
 * a busy machine are no verdict.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, join } from "@std/path";
import { runTool, ToolError } from "../tools/process.ts";
import type { BenchCase, BenchContext } from "./case.ts";
import { boot, modules } from "./cases/boot.ts";
import { call } from "./cases/call.ts";
import { direct } from "./cases/direct.ts";
import { load } from "./cases/load.ts";
import { plan } from "./cases/plan.ts";
import { thisMachine } from "./machine.ts";
import { buildPrograms, type Programs } from "./programs.ts";
import { alignTable, cellsOf, COLUMNS, type Comparison, resultsPage } from "./report.ts";

const CASES: readonly BenchCase[] = [boot, modules, call, direct, plan, load];
const RESULTS = fromFileUrl(new URL("./results.md", import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  const { quick, only } = parseArgs(args, {
    boolean: ["quick"],
    string: ["only"],
    unknown: (argument) => {
      throw new ToolError(`Unknown argument "${argument}": expected --quick or --only NAME`);
    },
  });
  const cases = CASES.filter(({ name }) => only === undefined || name === only);
  if (cases.length === 0) {
    throw new ToolError(`There is no case "${only}": there are ${CASES.map(({ name }) => name).join(", ")}`);
  }
  const comparisons = await runCases(cases, Boolean(quick));
  console.log(alignTable([COLUMNS, ...comparisons.map(cellsOf)]));
  if (only === undefined) {
    await Deno.writeTextFile(RESULTS, resultsPage(comparisons, { machine: thisMachine(), quick: Boolean(quick) }));
  }
  return 0;
}

async function runCases(cases: readonly BenchCase[], quick: boolean): Promise<Comparison[]> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-bench-" });
  let programs: Promise<Programs> | undefined;
  const say = (text: string) => console.error(text);
  const context: BenchContext = {
    quick,
    directory,
    say,
    programs() {
      if (programs === undefined) say("building the programs …");
      return programs ??= buildPrograms(join(directory, "programs"));
    },
  };
  const comparisons: Comparison[] = [];
  try {
    for (const { name, run } of cases) {
      const began = performance.now();
      comparisons.push(...await run(context));
      say(`${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  return comparisons;
}

if (import.meta.main) await runTool(main);
