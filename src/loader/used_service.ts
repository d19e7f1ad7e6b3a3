import { HostError } from "../fault/mod.ts";
import type { ServiceCaller, ServiceMethods } from "../module_api/mod.ts";
import type { UsedService } from "../realm/mod.ts";
import { methodsFor, type Registration, tellingCaller } from "../registry/mod.ts";
import type { DirectLink, Stub } from "./handle_options.ts";

/** What a module's use of a service stands on. */
export interface ServiceUse {
  /** As the module asked for it: `service=timer`. */
  readonly what: string;
  readonly registration: Registration<ServiceMethods>;
  readonly link: DirectLink | undefined;
  /** The module that uses it, for services that are told. */
  readonly caller: ServiceCaller;
  /** Throws when the module has stopped. */
  open(): void;
  /** A value on its way to the provider; functions among them are kept. */
  bridge(value: unknown, kept: Stub[]): unknown;
  /** Gives back what is held, and functions that were kept. */
  release(kept: readonly Stub[]): Promise<void>;
}

/** A service as it is handed to the module that uses it: its methods through the host, and the direct link to it. */
export function usedService({ what, registration, link, caller, open, bridge, release }: ServiceUse): UsedService {
  const kept: Stub[] = [];
  let live = true;
  const methods = Object.entries(methodsFor(registration.value, caller)).map(([method, run]) => [
    method,
    (...values: unknown[]) => {
      open();
      if (!live) throw new HostError("state", `Cannot use "${what}": the reference was released`);
      return run(...values.map((value) => bridge(value, kept)));
    },
  ]);
  return {
    provider: registration.owner.module,
    names: Object.keys(registration.value),
    methods: Object.fromEntries(methods),
    link: link?.id,
    release: () => {
      live = false;
      return release(kept);
    },
  };
}

/** How the methods that a module provides are called. */
interface Providing {
  readonly toldCaller: boolean;
  /** Runs a method, with the deadline of a call. */
  run(call: () => Promise<unknown>, method: string): Promise<unknown>;
}

/** A service over functions of the module that provides it, which may be told who calls. */
export function providedService(stubs: ReadonlyMap<string, Stub>, { toldCaller, run }: Providing): ServiceMethods {
  const methodsWith = (...first: readonly unknown[]) => {
    const methods: ServiceMethods = Object.create(null);
    for (const [method, stub] of stubs) {
      methods[method] = (...args: unknown[]) => run(() => stub(...first, ...args), method);
    }
    return methods;
  };
  if (!toldCaller) return methodsWith();
  const plain = ({ module, capabilities }: ServiceCaller) => ({ module, capabilities: [...capabilities] });
  return tellingCaller([...stubs.keys()], (caller) => methodsWith(plain(caller)));
}

/** Several things that are given back at once. */
export function heldTogether(...held: readonly (Disposable | undefined)[]): Disposable {
  return { [Symbol.dispose]: () => held.forEach((one) => one?.[Symbol.dispose]()) };
}
