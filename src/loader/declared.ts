import type { Manifest, Need } from "../manifest/mod.ts";

const METHOD_REGEXP = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** Names that mean something to promises and objects; a peer must not choose them. */
const FORBIDDEN_METHODS = new Set(["then", "constructor", "prototype", "toString", "valueOf", "dup"]);

/** @throws {TypeError} when a service cannot have a method of that name */
export function checkMethodName(service: string, method: string): void {
  if (METHOD_REGEXP.test(method) && !FORBIDDEN_METHODS.has(method)) return;
  throw new TypeError(`Cannot register service "${service}": "${method}" is no name of a method`);
}

/** Why a module may not provide something: its manifest does not say so. Undefined when it may. */
export function notProvided({ provides }: Manifest, type: string, name: string): string | undefined {
  if (names(provides, type, name)) return undefined;
  return `Cannot register ${type} "${name}": the manifest does not provide it; [provides] needs ${type} = ${name}`;
}

/** Why a module may not use something: its manifest does not say so. Undefined when it may. */
export function notUsed({ uses, canUse, provides }: Manifest, type: string, name: string): string | undefined {
  if (names([...uses, ...canUse, ...provides], type, name)) return undefined;
  return `Cannot use ${type} "${name}": the manifest does not name it; [uses] needs ${type} = ${name}`;
}

function names(list: readonly Need[], type: string, name: string): boolean {
  const key = name.toLowerCase();
  return list.some((one) => one.type === type && (one.name.toLowerCase() === key || one.name === "*"));
}
