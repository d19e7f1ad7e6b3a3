import type { Dialplan } from "../console/mod.ts";
import { HostError } from "../fault/mod.ts";
import { CORE_CALLER, methodsFor, type Registry } from "../registry/mod.ts";
import { parseWhat } from "./provide.ts";

/** How an application ended. */
export interface ApplicationResult {
  /** What it returned; negative ends a call. */
  readonly result: number;
  /** What it printed, each line with its end. */
  readonly output: string;
}

/**
 * Calls something that is registered.
 *
 * @throws {TypeError} when `what` is not of the form `type=name`, or of a type that cannot be called
 * @throws {HostError} with code `not-found` when nobody provides it
 */
export async function callProvided(
  { registry, dialplan }: { registry: Registry; dialplan: Dialplan },
  what: string,
  args: readonly unknown[],
): Promise<unknown> {
  const { type, name } = parseWhat(what);
  if (type === "service") return await callService(registry, name, args);
  const [text = "", ...more] = args;
  if (typeof text !== "string" || more.length > 0) throw new TypeError(`Cannot call "${what}": expected one text`);
  if (type === "application") return await callApplication(dialplan, name, text);
  if (type === "function") return await dialplan.evaluate(`${name}(${text})`);
  throw new TypeError(`Cannot call "${what}": a command is executed with execute("${name}")`);
}

async function callApplication(dialplan: Dialplan, name: string, args: string): Promise<ApplicationResult> {
  let output = "";
  const result = await dialplan.execute(name, args, (line) => void (output += `${line}\n`));
  return { result, output };
}

async function callService(registry: Registry, name: string, [method, ...args]: readonly unknown[]): Promise<unknown> {
  const registration = registry.services.get(name);
  if (registration === undefined) {
    throw new HostError("not-found", `Cannot call service "${name}": nothing provides it`);
  }
  const methods = methodsFor(registration.value, CORE_CALLER);
  if (typeof method !== "string" || !Object.hasOwn(methods, method)) {
    const names = Object.keys(methods).join(", ");
    throw new HostError("not-found", `Service "${name}" has no method "${String(method)}": there are ${names}`);
  }
  return await methods[method]?.(...args);
}
