/**
 * The long form of the soak test:
 *
 *     deno task soak [--crashes 1000] [--cycles 10000] [--mode binary|run]
 *
 * Build the binary first. The exit status is 1 when something did not hold: an answer of the console took longer than a
 * second, or the program's memory grew by more than a tenth after the first tenth of the cycles. What this runtime itself
 * keeps of every Worker that has ended, measured on bare ones in the same run, is told and not counted.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { soak } from "./soak.ts";

/** Bare Workers that are started and ended to see what the runtime keeps of each. */
const BARE_WORKERS = 500;

/** MB that the runtime keeps of a Worker that has ended. */
async function keptOfWorker(): Promise<number> {
  const memory: number[] = [];
  for (let count = 0; count < BARE_WORKERS; count++) {
    const worker = new Worker(new URL("../../bench/workers/echo.ts", import.meta.url), { type: "module" });
    const answered = new Promise((resolve) => worker.onmessage = resolve);
    worker.postMessage("there?");
    await answered;
    worker.terminate();
    memory.push(Deno.memoryUsage().rss / 1024 / 1024);
  }
  const early = memory[BARE_WORKERS / 5] as number;
  return Math.max(0, (memory.at(-1) as number) - early) / (BARE_WORKERS * 0.8);
}

/** The program inherits the limit; the runtime keeps two descriptors of every Worker that has ended. */
function allowDescriptors(count: number): void {
  const args = [`--pid=${Deno.pid}`, `--nofile=${count}:${count}`];
  const hard = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(Deno.readTextFileSync("/proc/self/limits"))?.[1]);
  if (hard >= count || new Deno.Command("/usr/bin/prlimit", { args }).outputSync().success) return;
  console.error(
    `This takes ${count} descriptors and the limit is ${hard}: raise it (ulimit -Hn), or run fewer --cycles`,
  );
  Deno.exit(2);
}

const { crashes, cycles, mode } = parseArgs(Deno.args, {
  string: ["crashes", "cycles", "mode"],
  default: { crashes: "1000", cycles: "10000", mode: "binary" },
});
allowDescriptors(2 * Number(cycles) + 400);
const kept = await keptOfWorker();
const result = await soak({
  mode: mode === "run" ? "run" : "binary",
  crashes: Number(crashes),
  cycles: Number(cycles),
  say: (text) => console.error(text),
});
console.log(`slowest answer of the console: ${result.slowest.toFixed(0)} ms`);
console.log(`the runtime keeps ${(kept * 1024).toFixed(0)} kB of each Worker that has ended`);
let held = result.slowest <= 1000;
for (const [part, [early, late]] of Object.entries(result.memory)) {
  // The samples are taken in the second tenth and in the last.
  const ofRuntime = part === "dedicated" ? kept * Number(cycles) * 0.8 : 0;
  const ratio = (late - ofRuntime) / early;
  console.log(
    `memory, ${part}: ${early.toFixed(1)} MB, in the end ${late.toFixed(1)} MB, ` +
      `of which the runtime keeps ${ofRuntime.toFixed(1)}; ratio ${ratio.toFixed(2)}`,
  );
  if (part !== "shared" && ratio > 1.1) held = false;
}
console.log(`modules in the end: ${result.running.join(", ")}`);
console.log(held ? "held" : "did not hold");
Deno.exit(held ? 0 : 1);
