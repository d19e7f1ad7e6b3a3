/** How long the thread was held at a time while work ran. */

/** The longest time that a host may be held by ten times: what tests on busy machines can ask for. */
export const LONGEST_HOLD_MS = 1_000;

/** Runs work and says for how many milliseconds it held the thread at most, and what came of it. */
export async function longestHold<T>(work: () => T | Promise<T>): Promise<{ held: number; result: T }> {
  let held = 0;
  let last = performance.now();
  let running = true;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    held = Math.max(held, now - last);
    last = now;
    if (running) port2.postMessage(undefined);
  };
  port2.postMessage(undefined);
  try {
    const result = await work();
    held = Math.max(held, performance.now() - last);
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
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
