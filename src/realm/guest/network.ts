/**
 * Members of `Deno` for the network, without what a grant of `net` must not bring: texts on the terminal, and options that
 * the runtime answers by ending the whole program.
 */

import { lockClasses } from "./freeze.ts";

// deno-lint-ignore no-explicit-any -- members are looked up by name
type Anything = any;

const { getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;

/** Asks a value whether it is a response; nothing else has what this reads. */
const bodyUsed = getOwnPropertyDescriptor(Response.prototype, "bodyUsed")?.get as () => boolean;

/** What is stable; the others end the program unless it was started with a flag of Deno's. */
const TRANSPORTS: readonly unknown[] = [undefined, "tcp", "unix"];

/** Members to be replaced, by name; those that are not there stay away. */
export function tameNetwork(members: Record<string, unknown>): void {
  for (const name of ["connect", "listen", "listenTls"]) {
    const original = members[name] as ((options: object) => unknown) | undefined;
    if (original !== undefined) members[name] = (options: object) => original(stableOptions(name, options));
  }
  if (members.serve !== undefined) members.serve = quietServe(members.serve);
}

/** A copy, so that an option is not another one when it is read again. */
function stableOptions(name: string, options: Anything): Record<string, Anything> {
  const copy = { ...options };
  const { transport, reusePort, cid } = copy;
  const unstable = TRANSPORTS.includes(transport)
    ? reusePort ? "reusePort" : cid === undefined ? "" : "cid"
    : "transport";
  if (unstable === "") return copy;
  throw new TypeError(`Deno.${name} does not take this "${unstable}": it is not stable`);
}

/** `Deno.serve` writes to the terminal where it listens and how a handler failed; here neither gets past the log. */
function quietServe(serve: Anything): (...args: Anything[]) => unknown {
  return (...args) => {
    const given = args.find((arg) => typeof arg === "object" && arg !== null) ?? {};
    const options = stableOptions("serve", given);
    const handler = args.find((arg) => typeof arg === "function") ?? options.handler;
    const { onError: own, onListen = () => {} } = options;
    const onError = async (error: unknown) => {
      try {
        if (own !== undefined) return usable(await own(error));
        console.error(error);
      } catch (another) {
        console.error(another);
      }
      return new Response("Internal Server Error", { status: 500 });
    };
    const checked = typeof handler === "function" ? { handler: checkedHandler(handler) } : {};
    return serve({ ...options, onListen, onError, ...checked });
  };
}

/** What the runtime cannot send ends the server, and is told on the terminal. */
function checkedHandler(handler: (...args: Anything[]) => unknown): (...args: Anything[]) => Promise<unknown> {
  return async (...args) => {
    for (const arg of args) lockClasses(arg);
    return usable(await handler(...args));
  };
}

/** @throws {TypeError} when it is no response, or one whose body was read */
function usable(response: unknown): unknown {
  if (apply(bodyUsed, response, [])) throw new TypeError("The body of the response was read already");
  return response;
}
