import type { RestartPolicy } from "../policy/mod.ts";

/** How far apart the delays of modules that fail together are at most, as a part of the delay. */
const JITTER = 0.5;

/** What is to become of a module that has failed. */
export type RestartDecision =
  /** Started again after so many milliseconds. */
  | { readonly delay: number }
  /** Started again so often within the window that it stays as it is. */
  | { readonly spent: number };

/** When a module was started again, in milliseconds, as far as it still counts. */
export function withinWindow(times: readonly number[], { window }: RestartPolicy, now: number): number[] {
  return times.filter((time) => now - time < window);
}

/**
 * Decides about a module that has failed and is to be started again.
 *
 * The delay doubles with each time within the window and is never longer than it; half of it is left to chance, so that
 * modules which fail together do not start together.
 *
 * @param times when it was started again before, in milliseconds
 * @param random from 0 to 1
 */
export function decideRestart(
  times: readonly number[],
  policy: RestartPolicy,
  { now, random }: { now: number; random: number },
): RestartDecision {
  const count = withinWindow(times, policy, now).length;
  if (count >= policy.limit) return { spent: count };
  const longest = Math.min(policy.backoff * 2 ** count, policy.window);
  return { delay: Math.round(longest * (1 - JITTER * random)) };
}
