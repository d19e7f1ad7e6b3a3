/**
 * Calls every remote method of a host a million times with random and adversarial arguments, from process realms with and
 * without grants, and says whether the host has kept its promises: its thread is never held for 100 ms, its memory is
 * bounded, no answer names another module.
 *
 *     deno task stress [--calls 1000000] [--seed S] [--mode embedded|binary] [--only METHOD]
 *
 * Build the binary first. The exit status is 1 when a promise was broken.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { faultsOf, formatResult } from "./_report.ts";
import { stress, type StressMode } from "./stress.ts";

const { calls, seed, mode, only } = parseArgs(Deno.args, {
  string: ["calls", "seed", "mode", "only"],
  default: { calls: "1000000", seed: String(Date.now() % 1_000_000) },
});
const modes: readonly StressMode[] = mode === "embedded" || mode === "binary" ? [mode] : ["embedded", "binary"];
console.log(`${calls} calls, seed ${seed}`);
let faults = 0;
for (const one of modes) {
  // Two modules, and one or two hosts: all of them together make so many.
  const each = Math.ceil(Number(calls) / modes.length / 2);
  const result = await stress({
    mode: one,
    calls: each,
    seed: Number(seed),
    only: only as string | undefined,
    say: (text) => console.error(`${one}: ${text}`),
  });
  console.log(formatResult(one, result));
  const found = faultsOf(one, result);
  for (const fault of found) console.log(`FAILED ${one}: ${fault}`);
  faults += found.length;
}
console.log(faults === 0 ? "held" : "did not hold");
Deno.exit(faults === 0 ? 0 : 1);
