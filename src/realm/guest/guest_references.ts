import type { RpcStub } from "capnweb";
import type { Available, Come, Hold, HoldOptions, Leave, UserHandle } from "../../module_api/mod.ts";
import type { ReferenceMethods } from "../wire.ts";
import { crossing, near, type Stub } from "./near.ts";

/** The host's side of references, as it arrives. */
export type ReferenceStub = RpcStub<ReferenceMethods>;

/** What is there, as it arrives. */
interface Came {
  readonly provider: string;
  readonly names: string[];
  readonly methods: Record<string, Stub>;
}

/** What a module refers to: the part of `host` that holds and follows what others provide. */
export class GuestReferences {
  readonly #ask: () => ReferenceStub;
  #asked: ReferenceStub | undefined;

  /** Asks for the stub when it is first needed. The stub ends with the session. */
  constructor(ask: () => ReferenceStub) {
    this.#ask = ask;
  }

  get #stub(): ReferenceStub {
    return this.#asked ??= this.#ask();
  }

  /** See `ModuleHost.hold`. */
  async hold(what: string, { as, cancel }: HoldOptions): Promise<Hold> {
    const held = await this.#stub.hold(what, as, crossing(async () => await cancel?.()));
    const provider = held.provider as unknown as string | null | undefined;
    return {
      provider: provider ?? undefined,
      ready: async () => await held.ready() as unknown as string,
      ...releasing(held as unknown as Disposable & { release(): Promise<void> }),
    };
  }

  /** See `ModuleHost.onAvailable`. */
  async onAvailable<T>(what: string, come: Come<T>): Promise<UserHandle> {
    let leave: Leave;
    let kept: Stub[] = [];
    const came = crossing(async ({ provider, names, methods }: Came) => {
      // What comes with a call ends with it; what is to stay is taken as a duplicate.
      const own = names.flatMap((name) => {
        const method = methods[name];
        return method === undefined ? [] : [[name, method.dup()] as const];
      });
      kept = own.map(([, method]) => method);
      const service = Object.freeze(Object.fromEntries(own.map(([name, method]) => [name, near(method)])));
      leave = await come({ provider, service: service as unknown as Available<T>["service"] });
    });
    const gone = crossing(async () => {
      try {
        await leave?.();
      } finally {
        leave = undefined;
        for (const method of kept.splice(0)) method[Symbol.dispose]();
      }
    });
    const told = await this.#stub.onAvailable(what, came, gone);
    return releasing(told as unknown as Disposable & { release(): Promise<void> });
  }
}

/** Gives something of the host back, once. */
function releasing(held: Disposable & { release(): Promise<void> }): UserHandle {
  let released: Promise<void> | undefined;
  const release = () => released ??= Promise.resolve(held.release()).then(() => held[Symbol.dispose]());
  return { release, [Symbol.dispose]: () => void release().catch(() => {}) };
}
