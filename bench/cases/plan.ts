/**
 * The plan of a very large catalog, against a bare topological sort of the same graph.
 *
 * @module
 */
import { parse } from "../../src/config/mod.ts";
import { plan as makePlan, type PlanInput } from "../../src/plan/mod.ts";
import { parsePolicy } from "../../src/policy/mod.ts";
import type { BenchCase } from "../case.ts";
import { makeGraph, sortGraph, toCatalog } from "../graph.ts";
import { interleave } from "../statistics.ts";

const VERTICES = 10_000;
const EDGES = 50_000;

/** Plan and sort. */
export const plan: BenchCase = {
  name: "plan",
  async run({ quick }) {
    const graph = makeGraph(VERTICES, EDGES);
    const input: PlanInput = {
      catalog: toCatalog(graph),
      faults: [],
      policy: parsePolicy(parse("[modules]\nautoload = yes\n", { file: "/nowhere/modules.conf" }), {}),
      running: new Set(),
      wanted: graph.map(({ name }) => ({ name, required: false, preload: false })),
    };
    const [samples, baselineSamples] = await interleave([
      () => timed(() => makePlan(input).steps.length),
      () => timed(() => sortGraph(graph).length),
    ], { rounds: quick ? 10 : 30, warmups: 5 });
    return [{
      what: `plan of ${VERTICES} modules, ${EDGES} uses`,
      baseline: "topological sort of the same names",
      unit: "ms",
      goal: 3,
      samples,
      baselineSamples,
    }];
  },
};

/** Milliseconds of a run, which must have had all vertices as its result. */
function timed(run: () => number): number {
  const began = performance.now();
  const count = run();
  const milliseconds = performance.now() - began;
  if (count !== VERTICES) throw new Error(`${count} of ${VERTICES} modules were ordered`);
  return milliseconds;
}
