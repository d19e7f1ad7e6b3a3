import { HostError } from "../fault/mod.ts";

/** Times in which a deadline does not run, for what is waited for is somebody else's. */
export class Pauses {
  #active = 0;
  #changed: (paused: boolean) => void = () => {};

  /** Runs an action; the deadline begins anew after it. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    if (++this.#active === 1) this.#changed(true);
    try {
      return await action();
    } finally {
      if (--this.#active === 0) this.#changed(false);
    }
  }

  /** Sets who is told when a pause begins and ends. */
  follow(changed: (paused: boolean) => void): void {
    this.#changed = changed;
  }
}

/** How long to wait, and when that time does not run. */
export interface PausableTime {
  /** How long. */
  readonly milliseconds: number;
  /** When not. */
  readonly pauses: Pauses;
}

/**
 * The value of a promise, or a {@linkcode HostError} with code `deadline` when it is not there in time. The promise itself
 * goes on; its later failure is not unhandled.
 *
 * @param time how long to wait, in milliseconds
 * @param what what was waited for, for the message
 */
export async function withDeadline<T>(
  promise: PromiseLike<T>,
  time: number | PausableTime,
  what: string,
): Promise<T> {
  const { milliseconds, pauses } = typeof time === "number" ? { milliseconds: time, pauses: undefined } : time;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const expire = () => reject(new HostError("deadline", `${what}: no answer within ${milliseconds / 1000} s`));
  let timer = setTimeout(expire, milliseconds);
  pauses?.follow((paused) => {
    clearTimeout(timer);
    if (!paused) timer = setTimeout(expire, milliseconds);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    pauses?.follow(() => {});
    clearTimeout(timer);
  }
}
