import type { Context } from "./context.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import { stopInstance } from "./stop.ts";

/** Milliseconds that modules which take their time to stop may keep the others waiting, together. */
const PATIENCE_MS = 1_000;

/** Of the longest `unload` of the modules: how long the stop of all of them may take. */
const WHOLE_STOP = 2;

/** Longest time that a timer knows, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds after which a stop of everything that runs is over, whatever its modules do. */
export function stopAllTime(context: Context): number {
  const times = [...context.instances.values()].map(({ name }) => limitsFor(context, name).unload);
  return Math.min(LONGEST_MS, WHOLE_STOP * Math.max(context.options.unloadTimeout, ...times));
}

/**
 * Stops every module, latest started first.
 *
 * 1. everything is claimed: what other operations have begun has ended then
 * 2. one after the other stops, each with its deadline; when that has taken a second nobody is kept waiting any longer:
 *    each begins to stop as soon as those are gone that use it
 * 3. what is built in is held by the program, and goes last, as in Asterisk
 *
 * @param isOver whether the time for all is over: nothing begins to stop any more
 */
export async function stopAll(context: Context, isOver: () => boolean): Promise<void> {
  const { instances } = context;
  using _claim = await context.turn.claim(() => [...instances.keys()]);
  const stops = new Map<Instance, Promise<void>>();
  const patience = new Patience(PATIENCE_MS);
  for (const builtin of [false, true]) {
    const queue = [...instances.values()].reverse().filter(({ state, entry }) =>
      state === "running" && (entry.source.builtin === true) === builtin
    );
    for (const instance of queue) {
      const users = [...stops].filter(([other]) => other.providers.includes(instance)).map(([, stop]) => stop);
      const stop = Promise.all(users).then(async () => {
        // Its realm may have ended meanwhile.
        if (instance.state === "running" && !isOver()) await stopInstance(context, instance, "hard");
      });
      stops.set(instance, stop);
      await patience.waitFor(stop);
    }
    await Promise.all(stops.values());
  }
}

/** Time that is spent on waiting, as long as there is some. */
class Patience {
  #left: number;

  constructor(milliseconds: number) {
    this.#left = milliseconds;
  }

  /** Waits until a promise has settled, or until the time is used up. */
  async waitFor(promise: Promise<void>): Promise<void> {
    const began = performance.now();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, this.#left));
    await Promise.race([promise, late]);
    clearTimeout(timer);
    this.#left -= performance.now() - began;
  }
}
