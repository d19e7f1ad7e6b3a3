import { HostError } from "../fault/mod.ts";

/**
 * The value of a promise, or a {@linkcode HostError} with code `deadline` when it is not there in time. The promise itself
 * goes on; its later failure is not unhandled.
 *
 * @param milliseconds how long to wait
 * @param what what was waited for, for the message
 */
export async function withDeadline<T>(promise: PromiseLike<T>, milliseconds: number, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new HostError("deadline", `${what}: no answer within ${milliseconds / 1000} s`));
  }, milliseconds);
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
