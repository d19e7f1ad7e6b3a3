/**
 * The long form of the soak test:
 *
 *     deno task soak [--crashes 1000] [--cycles 10000] [--mode binary|run]
 *
 * Build the binary first. The exit status is 1 when something did not hold: an answer of the console took longer than a
 * second, or the program's memory grew by more than a tenth after the first tenth of the cycles.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { soak } from "./soak.ts";

const { crashes, cycles, mode } = parseArgs(Deno.args, {
  string: ["crashes", "cycles", "mode"],
  default: { crashes: "1000", cycles: "10000", mode: "binary" },
});
const result = await soak({
  mode: mode === "run" ? "run" : "binary",
  crashes: Number(crashes),
  cycles: Number(cycles),
  say: (text) => console.error(text),
});
console.log(`slowest answer of the console: ${result.slowest.toFixed(0)} ms`);
let held = result.slowest <= 1000;
for (const [part, [early, late]] of Object.entries(result.memory)) {
  const ratio = late / early;
  console.log(`memory, ${part}: ${early.toFixed(1)} MB, in the end ${late.toFixed(1)} MB, ratio ${ratio.toFixed(2)}`);
  if (part !== "shared" && ratio > 1.1) held = false;
}
console.log(`modules in the end: ${result.running.join(", ")}`);
console.log(held ? "held" : "did not hold");
Deno.exit(held ? 0 : 1);
