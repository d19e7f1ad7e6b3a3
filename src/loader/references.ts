import { RpcTarget } from "capnweb";
import type { ServiceMethods } from "../module_api/mod.ts";
import type { Made, ReferenceMethods, UsedService } from "../realm/mod.ts";
import type { Registration } from "../registry/mod.ts";
import { text } from "./call.ts";
import type { HandleServices, Stub } from "./handle_options.ts";
import type { Held, Watch } from "./referring.ts";

/**
 * Something that a module has until it releases it, at the latest when it stops: counted, with functions of the module
 * behind it. Nothing of it stays when it cannot be had.
 */
export type Have = (
  kind: Made,
  functions: readonly unknown[],
  begin: (stubs: readonly Stub[]) => Disposable,
) => { release: () => Promise<void> };

/** What a handle lends to the references that it gives. */
export interface ReferenceAccess {
  readonly services: HandleServices;
  /** Throws when the module has stopped. */
  open(): void;
  /** Throws when the manifest does not name it. */
  mustUse(type: string, name: string): void;
  /** See {@linkcode Have}. */
  readonly have: Have;
  /** A service's methods for this module, until they are released. */
  lend(what: string, registration: Registration<ServiceMethods>): UsedService;
  /** Runs a callback of the module, with the deadline of a call. */
  run<T>(callback: () => Promise<T>, what: string): Promise<T>;
}

/** What a reference is to. */
interface Thing {
  readonly what: string;
  readonly type: string;
  readonly name: string;
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
    const shown = text(label, 200);
    const { have, run, services } = this.#access;
    let held: Held | undefined;
    const { release } = have("hold", [cancel], ([stub]) =>
      held = services.reference({
        type,
        name,
        label: shown,
        cancel: async () => void await run(() => stub!(), `cancel of ${shown}`),
      }));
    const { provider, ready } = held as unknown as Held;
    return Promise.resolve({ provider, ready: () => ready, release });
  }

  /** See `ModuleHost.onAvailable`. */
  onAvailable(what: string, came: unknown, gone: unknown): Promise<{ release: () => Promise<void> }> {
    const { type, name } = this.#thing(what);
    const { have, services } = this.#access;
    const begin = ([tellCame, tellGone]: readonly Stub[]) =>
      services.watch({ type, name, ...this.#telling({ what, type, name }, tellCame!, tellGone!) });
    return Promise.resolve(have("watch", [came, gone], begin));
  }

  /** How the module is told of what comes and goes. */
  #telling({ what, type, name }: Thing, tellCame: Stub, tellGone: Stub): Pick<Watch, "came" | "gone"> {
    const { services, lend, run } = this.#access;
    let lent: UsedService | undefined;
    return {
      came: async (provider) => {
        const registration = type === "service" ? services.registry.services.get(name) : undefined;
        lent = registration === undefined ? undefined : lend(what, registration);
        const { names = [], methods = {} } = lent ?? {};
        await run(() => tellCame({ provider, names, methods }), `told that ${what} is there`);
      },
      gone: async () => {
        try {
          await run(() => tellGone(), `told that ${what} goes`);
        } finally {
          await lent?.release();
        }
      },
    };
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
