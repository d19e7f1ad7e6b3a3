import { HostError } from "../fault/mod.ts";
import type { ServiceMethods } from "../module_api/mod.ts";
import type { UsedService } from "../realm/mod.ts";
import type { Registration } from "../registry/mod.ts";
import type { DirectLink, Stub } from "./handle_options.ts";

/** What a module's use of a service stands on. */
export interface ServiceUse {
  /** As the module asked for it: `service=timer`. */
  readonly what: string;
  readonly registration: Registration<ServiceMethods>;
  readonly link: DirectLink | undefined;
  /** Throws when the module has stopped. */
  open(): void;
  /** A value on its way to the provider; functions among them are kept. */
  bridge(value: unknown, kept: Stub[]): unknown;
  /** Gives back what is held, and functions that were kept. */
  release(kept: readonly Stub[]): Promise<void>;
}

/** A service as it is handed to the module that uses it: its methods through the host, and the direct link to it. */
export function usedService({ what, registration, link, open, bridge, release }: ServiceUse): UsedService {
  const kept: Stub[] = [];
  let live = true;
  const methods = Object.entries(registration.value).map(([method, run]) => [
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

/** Several things that are given back at once. */
export function heldTogether(...held: readonly (Disposable | undefined)[]): Disposable {
  return { [Symbol.dispose]: () => held.forEach((one) => one?.[Symbol.dispose]()) };
}
