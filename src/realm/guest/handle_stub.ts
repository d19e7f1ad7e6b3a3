import type { RpcStub } from "capnweb";
import type { HandleMethods } from "../wire.ts";

/** The module's capability object as it arrives: a stub of the host's handle. */
export type HandleStub = RpcStub<HandleMethods>;

/** What answers for the capability object of a module that has stopped: whatever is asked is refused. */
export function closedHandle(name: string): HandleStub {
  const refused = () => Promise.reject(new Error(`Module "${name}" has stopped; its host object is closed`));
  // What is asked of an answer is refused, too, as with promises of remote objects.
  const answer: unknown = new Proxy(() => {}, {
    get: (_target, key) => key === "then" ? (...handlers: [() => void]) => refused().then(...handlers) : answer,
    apply: () => answer,
  });
  return answer as HandleStub;
}
