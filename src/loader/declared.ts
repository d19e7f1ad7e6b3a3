import type { Naming } from "../dialplan/mod.ts";
import { HostError } from "../fault/mod.ts";
import type { Manifest, Need } from "../manifest/mod.ts";
import { EVERYTHING, type PermissionSet } from "../permission/mod.ts";
import type { HandleServices } from "./handle_options.ts";

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

/** Who else is here is the operator's to know: the log names others, the module's error does not. */
type OwnerServices = Pick<HandleServices, "refused" | "ownersOf">;

/**
 * Refuses a name that others have.
 *
 * @throws {HostError} with code `module`
 */
export function refuseTaken(
  { refused }: Pick<OwnerServices, "refused">,
  { type, name, others }: { type: string; name: string; others: readonly string[] },
): never {
  const what = `Cannot register ${type} "${name}"`;
  refused(`${what}: ${others.map((other) => `"${other}"`).join(", ")} has registered it already`);
  throw new HostError("module", `${what}: another module has registered it already`);
}

/**
 * A wildcard gives no name that is another's.
 *
 * @throws {HostError} with code `module` when it is
 */
export function mustOwn(
  { provides }: Manifest,
  services: OwnerServices,
  { type, name }: { type: string; name: string },
): void {
  const key = name.toLowerCase();
  if (provides.some((one) => one.type === type && one.name.toLowerCase() === key)) return;
  const others = services.ownersOf(type, name);
  if (others.length > 0) refuseTaken(services, { type, name, others });
}

/** What manifests name that modules may use, as `type=name`; asked at every step of the dialplan. */
const NAMED = new WeakMap<Manifest, ReadonlySet<string>>();

/**
 * How a manifest names a thing that the module may use, what it provides by name included. Contexts are compared letter by
 * letter, as the dialplan does.
 */
export function namingOf(manifest: Manifest, type: string, name: string): Naming {
  const { uses, canUse, provides } = manifest;
  let named = NAMED.get(manifest);
  if (named === undefined) {
    // Who may provide every name may not use every name.
    const own = provides.filter((one) => one.name !== EVERYTHING);
    NAMED.set(manifest, named = new Set([...uses, ...canUse, ...own].map((one) => useKey(one.type, one.name))));
  }
  return named.has(useKey(type, name)) && name !== EVERYTHING
    ? "named"
    : named.has(useKey(type, EVERYTHING))
    ? "any"
    : "none";
}

function useKey(type: string, name: string): string {
  return `${type}=${type === "dialplan" ? name : name.toLowerCase()}`;
}

/** Why a module may not use something: its manifest does not say so. Undefined when it may. */
export function notUsed(manifest: Manifest, type: string, name: string): string | undefined {
  if (namingOf(manifest, type, name) !== "none") return undefined;
  return `Cannot use ${type} "${name}": the manifest does not name it; [uses] needs ${type} = ${name}`;
}

/** Why a module's code may not stay after it has stopped. Undefined when it may. */
export function notBlocking({ blockUnload }: Manifest): string | undefined {
  if (blockUnload !== undefined) return undefined;
  return "Cannot block the unload: the manifest does not say for how long; [module] needs block_unload = SECONDS";
}

/** Why a module may not read a configuration file. */
export function notReadable({ name, configs }: Manifest, file: string): string {
  const why = configs.includes(file)
    ? `[permissions] of modules.conf do not let "${name}" read it; they need ${name} = config=${file} and no deny-config`
    : `the manifest of "${name}" does not name it; it needs config = ${file}`;
  return `Cannot read "${file}": ${why}`;
}

/** Why a module may not do something to the host: it was not granted. Undefined when it may. */
export function notCapable({ name }: Manifest, { host }: PermissionSet, capability: string): string | undefined {
  if (host.includes(capability) || host.includes(EVERYTHING)) return undefined;
  return `Not granted: host capability "${capability}"; it needs "host = ${capability}" in the [permissions] of its ` +
    `manifest, and "${name} = host=${capability}" in those of modules.conf`;
}

/** Longest state that a module hands over, in UTF-16 units of JSON. */
const MAX_STATE = 1024 * 1024;

/**
 * The state that a module leaves to its next run, as it was sent.
 *
 * @throws {TypeError} when it is no text or is too long
 */
export function stateText(json: unknown): string {
  if (typeof json !== "string") throw new TypeError(`Cannot save the state: it is a ${typeof json}, expected JSON`);
  if (json.length <= MAX_STATE) return json;
  throw new TypeError(`Cannot save the state: it has ${json.length} characters as JSON, ${MAX_STATE} at most`);
}

function names(list: readonly Need[], type: string, name: string): boolean {
  const key = name.toLowerCase();
  return list.some((one) => one.type === type && (one.name.toLowerCase() === key || one.name === "*"));
}
