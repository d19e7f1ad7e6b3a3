/**
 * What a module has of other realms: plain functions in place of Cap'n Web's stubs. A stub leads to the session, and the
 * session to the host objects of all neighbors. What a module gives away is copied, so that nothing which only looks like
 * data, or changes when it is looked at again, gets into the session.
 */
import { RpcStub } from "capnweb";
import { describeThrown } from "./thrown.ts";

// deno-lint-ignore no-explicit-any -- functions that cross realms
type AnyFunction = (...args: any[]) => any;

/** A function of another realm as Cap'n Web has it. */
export type Stub = AnyFunction & Disposable & { dup(): Stub };

/** A function of another realm as a module has it. Disposing it, and calling it after that, is the module's affair. */
export type Near = AnyFunction & Disposable & { dup(): Near };

/** As deep as Cap'n Web goes. */
const MAX_DEPTH = 256;

const stubs = new WeakMap<AnyFunction, Stub>();

/** A stub as a function that a module may have; with it goes the stub. */
export function near(stub: Stub): Near {
  const call = async (...args: unknown[]) => {
    try {
      return inward(await stub(...args.map((arg) => outward(arg))));
    } catch (error) {
      throw inward(error);
    }
  };
  const kept: Near = Object.assign(call, {
    dup: () => near(stub.dup()),
    [Symbol.dispose]: () => stub[Symbol.dispose](),
  });
  stubs.set(kept, stub);
  return Object.freeze(kept);
}

/** What has come from another realm, its stubs replaced where they are. */
export function inward(value: unknown): unknown {
  if (value instanceof RpcStub) return near(value as unknown as Stub);
  if (!isContainer(value)) return value;
  for (const key of Object.keys(value)) {
    const inner = inward(value[key]);
    if (inner !== value[key]) value[key] = inner;
  }
  return value;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || value instanceof Error;
}

/**
 * A copy of what a module gives away. Functions in it become such that see no stub either.
 *
 * @throws {TypeError} when it is nested too deeply, or in a circle
 */
export function outward(value: unknown, depth = 0): unknown {
  if (typeof value === "function") return stubs.get(value as AnyFunction) ?? far(value as AnyFunction);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) throw new TypeError(`Cannot pass data that is nested ${MAX_DEPTH} deep, or in a circle`);
  if (Array.isArray(value)) return Array.from(value, (one) => outward(one, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.keys(value).map((key) => [key, outward((value as Record<string, unknown>)[key], depth + 1)]),
  );
}

function far(callback: AnyFunction): AnyFunction {
  return crossing((...args: unknown[]) => callback(...args.map((arg) => inward(arg))));
}

/** A handler whose failures cross as text: a class and a stack would not survive the way to the host. */
export function crossing<A extends unknown[], R>(
  handler: (...args: A) => R | PromiseLike<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return outward(await handler(...args)) as R;
    } catch (error) {
      throw new Error(describeThrown(error));
    }
  };
}
