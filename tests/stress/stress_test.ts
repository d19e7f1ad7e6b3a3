/** The short form of the stress run: `deno task stress` makes a million calls. */
import { assertEquals } from "@std/assert";
import { CASES } from "./_cases.ts";
import { remoteMethods } from "./_methods.ts";
import { faultsOf, formatResult } from "./_report.ts";
import { stress, type StressMode } from "./stress.ts";

Deno.test("every remote method of the wire has a stress case, and no other has", () => {
  assertEquals(Object.keys(CASES).sort(), remoteMethods().sort());
});

/** Ten times what is promised: the machine may be busy. */
const TIMES = 10;

const RUNS: Readonly<Record<StressMode, number>> = { embedded: 2000, binary: 1000 };

for (const mode of ["embedded", "binary"] as const) {
  Deno.test(`random calls of every remote method: ${mode}`, async () => {
    const result = await stress({ mode, calls: RUNS[mode], seed: 20_261_128 });
    const faults = faultsOf(mode, result, TIMES);
    assertEquals(faults, [], formatResult(mode, result));
  });
}
