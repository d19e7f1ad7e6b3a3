import { HostError } from "../fault/mod.ts";
import type { ServiceCaller, ServiceMethods } from "../module_api/mod.ts";

/** For services that are told who calls: their methods for a caller. */
const makers = new WeakMap<ServiceMethods, (caller: ServiceCaller) => ServiceMethods>();

/** The program itself, as a service is told of it. */
export const CORE_CALLER: ServiceCaller = Object.freeze({ module: "", capabilities: Object.freeze(["*"]) });

/**
 * A service that is told who calls. Its methods are got with {@linkcode methodsFor}: called in any other way they refuse.
 *
 * @param names of its methods
 * @param make gives the methods for a caller
 */
export function tellingCaller(
  names: readonly string[],
  make: (caller: ServiceCaller) => ServiceMethods,
): ServiceMethods {
  const refuse = () => {
    throw new HostError("permission", "Cannot call a service that is told who calls without saying who");
  };
  const methods: ServiceMethods = Object.create(null);
  for (const name of names) methods[name] = refuse;
  makers.set(methods, make);
  return methods;
}

/** Whether a service is told who calls. */
export function isToldCaller(methods: ServiceMethods): boolean {
  return makers.has(methods);
}

/** The methods of a service, as this caller may call them. */
export function methodsFor(methods: ServiceMethods, caller: ServiceCaller): ServiceMethods {
  return makers.get(methods)?.(caller) ?? methods;
}
