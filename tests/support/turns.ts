/** How much runs before the thread is given back, counted in steps: a busy machine makes them fewer, never more. */

/**
 * The most steps that work takes before other work has its turn.
 *
 * @param milliseconds length of a step
 * @param work calls `step` for each
 */
export async function mostBetweenTurns(
  milliseconds: number,
  work: (step: () => void) => Promise<void>,
): Promise<number> {
  let [steps, most] = [0, 0];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    steps = 0;
    port2.postMessage(undefined);
  };
  port2.postMessage(undefined);
  try {
    await work(() => {
      most = Math.max(most, ++steps);
      const until = performance.now() + milliseconds;
      while (performance.now() < until);
    });
    return most;
  } finally {
    port1.close();
    port2.close();
  }
}
