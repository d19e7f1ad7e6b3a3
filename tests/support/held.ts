/**
 * How long the thread was held at a time while work ran, in time of the processor: on a busy machine a clock measures the
 * neighbors.
 */
import process from "node:process";

/** Milliseconds that this process, with its Workers, has had of the processor. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The longest time that a host may be held by ten times: what tests on busy machines can ask for. */
export const LONGEST_HOLD_MS = 1_000;

/** Runs work and says for how many milliseconds it held the thread at most, and what came of it. */
export async function longestHold<T>(work: () => T | Promise<T>): Promise<{ held: number; result: T }> {
  let held = 0;
  let last = processorTime();
  let running = true;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = processorTime();
    held = Math.max(held, now - last);
    last = now;
    if (running) port2.postMessage(undefined);
  };
  port2.postMessage(undefined);
  try {
    const result = await work();
    held = Math.max(held, processorTime() - last);
    return { held, result };
  } finally {
    running = false;
    port1.close();
    port2.close();
  }
}

/** Milliseconds that work takes, the least of some runs. */
export function leastTime(work: () => unknown, runs = 5): number {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const began = processorTime();
    work();
    least = Math.min(least, processorTime() - began);
  }
  return least;
}
