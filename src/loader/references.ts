import { RpcTarget } from "capnweb";
import type { ServiceMethods } from "../module_api/mod.ts";
import type { ReferenceMethods, UsedService } from "../realm/mod.ts";
import type { Registration } from "../registry/mod.ts";
import { text } from "./call.ts";
import type { HandleServices, Stub } from "./handle_options.ts";

/** What a handle lends to the references that it gives. */
export interface ReferenceAccess {
  readonly services: HandleServices;
  /** Throws when the module has stopped. */
  open(): void;
  /** Throws when the manifest does not name it. */
  mustUse(type: string, name: string): void;
  /** A function of the module that outlives the call which brought it. */
  keep(fn: unknown): Stub;
  /** What is held until released, and at the latest until the module stops; `stubs` are given back with it. */
  hold(held: Disposable, stubs: readonly Stub[]): { release: () => Promise<void> };
  /** A service's methods for this module, until they are released. */
  lend(what: string, registration: Registration<ServiceMethods>): UsedService;
  /** Runs a callback of the module, with the deadline of a call. */
  run<T>(callback: () => Promise<T>, what: string): Promise<T>;
}

/** References of one module on what others provide. What comes from its realm is checked here. */
export class ReferenceTarget extends RpcTarget implements ReferenceMethods {
  readonly #access: ReferenceAccess;

  constructor(access: ReferenceAccess) {
    super();
    this.#access = access;
  }

  /** See `ModuleHost.hold`. */
  hold(what: string, label: string, cancel: unknown) {
    const { type, name } = this.#thing(what);
    const stub = this.#access.keep(cancel);
    const shown = text(label, 200);
    const held = this.#access.services.reference({
      type,
      name,
      label: shown,
      cancel: async () => void await this.#access.run(() => stub(), `cancel of ${shown}`),
    });
    const { release } = this.#access.hold(held, [stub]);
    return Promise.resolve({ provider: held.provider, ready: () => held.ready, release });
  }

  /** See `ModuleHost.onAvailable`. */
  onAvailable(what: string, came: unknown, gone: unknown): Promise<{ release: () => Promise<void> }> {
    const { type, name } = this.#thing(what);
    const [tellCame, tellGone] = [this.#access.keep(came), this.#access.keep(gone)];
    let lent: UsedService | undefined;
    const watch = this.#access.services.watch({
      type,
      name,
      came: async (provider) => {
        const registration = type === "service" ? this.#access.services.registry.services.get(name) : undefined;
        lent = registration === undefined ? undefined : this.#access.lend(what, registration);
        const { names = [], methods = {} } = lent ?? {};
        await this.#access.run(() => tellCame({ provider, names, methods }), `told that ${what} is there`);
      },
      gone: async () => {
        try {
          await this.#access.run(() => tellGone(), `told that ${what} goes`);
        } finally {
          await lent?.release();
        }
      },
    });
    return Promise.resolve(this.#access.hold(watch, [tellCame, tellGone]));
  }

  #thing(what: string): { type: string; name: string } {
    this.#access.open();
    const [, type, name] = /^([a-z][a-z0-9_-]*)=(.+)$/.exec(text(what, 200)) ?? [];
    if (type === undefined || name === undefined) {
      throw new TypeError(`Cannot refer to "${what}": expected type=name, such as application=Gosub`);
    }
    this.#access.mustUse(type, name);
    return { type, name };
  }
}
