/**
 * From the start of the process until it is ready: without modules and with many.
 *
 * @module
 */
import { join } from "@std/path";
import { run } from "../../tools/process.ts";
import type { BenchCase, BenchContext } from "../case.ts";
import { type Launch, launch, type Program, warmUp } from "../launch.ts";
import type { Programs } from "../programs.ts";
import type { Comparison } from "../report.ts";
import { interleave } from "../statistics.ts";
import { makeStubs, writeStubs } from "../stubs.ts";

const COUNTS = [10, 100, 356];

/** No modules, against the least of all programs. */
export const boot: BenchCase = {
  name: "boot",
  async run(context) {
    const programs = await context.programs();
    const asterism = await configure(context, programs, 0);
    const hello: Program = { ...asterism, path: programs.hello, args: [], line: "hello" };
    return await compare([asterism, hello], {
      what: "start without modules",
      baseline: "compiled hello world",
      rounds: context.quick ? 10 : 40,
    });
  },
};

/** Stub modules, against one Worker that imports the same files. */
export const modules: BenchCase = {
  name: "modules",
  async run(context) {
    const programs = await context.programs();
    const comparisons: Comparison[] = [];
    for (const count of COUNTS) {
      const asterism = await configure(context, programs, count);
      const args = [join(context.directory, `modules-${count}`, "modules")];
      const importAll: Program = { ...asterism, path: programs.importAll, args, line: "imported" };
      comparisons.push(
        ...await compare([asterism, importAll], {
          what: `start with ${count} modules`,
          baseline: "one Worker, Promise.all(import())",
          rounds: context.quick ? 6 : 25,
        }),
      );
    }
    return comparisons;
  },
};

/** A configuration with stub modules only, and Asterism run on it. */
async function configure({ directory }: BenchContext, programs: Programs, count: number): Promise<Program> {
  const base = join(directory, `modules-${count}`);
  await writeStubs(join(base, "modules"), makeStubs(count));
  const config = join(base, "asterism.conf");
  await Deno.writeTextFile(config, "[directories]\nastetcdir => .\nastmoddir => modules\n");
  // As most are configured: whatever is installed loads. What is embedded in the executable is no part of the comparison.
  const lines = ["[modules]", "autoload = yes", ...programs.embedded.map((name) => `noload = ${name}`)];
  await Deno.writeTextFile(
    join(base, "modules.conf"),
    count === 0 ? "[modules]\nautoload = no\n" : `${lines.join("\n")}\n`,
  );
  const args = ["-C", config];
  await checkCount(programs.asterism, { args, count, temporary: join(base, "temporary-of-check") });
  const temporary = join(base, "temporary");
  await Deno.mkdir(temporary);
  return { path: programs.asterism, args, line: "Asterism Ready.", temporary };
}

/** A ratio of a program that does not load what it should would be worth nothing. */
async function checkCount(
  path: string,
  { args, count, temporary }: { args: readonly string[]; count: number; temporary: string },
): Promise<void> {
  await Deno.mkdir(temporary);
  const { stdout, stderr } = await run(path, [...args, "-x", "module show"], { env: { TMPDIR: temporary } });
  if (!stdout.includes(`${count} modules loaded`)) throw new Error(`Not ${count} modules loaded: ${stdout}${stderr}`);
}

async function compare(
  pair: readonly [Program, Program],
  { what, baseline, rounds }: { what: string; baseline: string; rounds: number },
): Promise<Comparison[]> {
  for (const program of pair) await warmUp(program);
  const [first, second] = pair;
  const [samples, baselineSamples] = await interleave([() => launch(first), () => launch(second)], { rounds });
  const times = (launches: readonly Launch[]) => launches.map(({ milliseconds }) => milliseconds);
  // A program that has ended by then tells nothing.
  const peaks = (launches: readonly Launch[]) => launches.map(({ megabytes }) => megabytes).filter(Number.isFinite);
  return [
    { what, baseline, unit: "ms", goal: 2, samples: times(samples), baselineSamples: times(baselineSamples) },
    {
      what: `${what}: peak memory`,
      baseline,
      unit: "MB",
      samples: peaks(samples),
      baselineSamples: peaks(baselineSamples),
    },
  ];
}
