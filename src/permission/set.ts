import type { Position } from "../fault/mod.ts";
import { DENO_KINDS, isNameRight, PERMISSION_KINDS, type PermissionKind } from "./kind.ts";
import { unmapped } from "./net.ts";
import { EVERYTHING, meetScopes, normalizeScope, scopeContains } from "./scope.ts";

/** Per kind the normalized values, sorted, none of them contained in another; `*` stands alone. */
export type PermissionSet = Readonly<Record<PermissionKind, readonly string[]>>;

/** What a module asks for, as written: kind and value, variables not yet replaced. */
export type PermissionRequest = readonly PermissionLine[];

/** One `kind = value` as written in a manifest or a grant. */
export interface PermissionLine {
  /** The kind. */
  readonly kind: PermissionKind;
  /** One value. */
  readonly value: string;
  /** It takes away what other lines give: `deny-net = …`. @default {false} */
  readonly denied?: boolean | undefined;
  /** Where the line stands, as far as it was read from a file. */
  readonly position?: Position | undefined;
}

/** Deno's `WorkerOptions.deno.permissions`: every kind named, for an unnamed one could be inherited. */
export type WorkerPermissions = Record<(typeof DENO_KINDS)[number], boolean | string[]>;

/** No permission of any kind. */
export const NO_PERMISSIONS: PermissionSet = fromPairs([]);

/**
 * Builds a set of what lines give. Values are normalized, duplicates and values contained in others dropped.
 *
 * @throws {TypeError} when a value does not fit its kind, saying why
 */
export function permissionSet(lines: PermissionRequest): PermissionSet {
  return setOf(lines.filter(({ denied = false }) => !denied));
}

/**
 * Builds a set of what lines take away; see {@linkcode subtract}.
 *
 * @throws {TypeError} when a value does not fit its kind, saying why
 */
export function denials(lines: PermissionRequest): PermissionSet {
  return setOf(lines.filter(({ denied = false }) => denied));
}

function setOf(lines: PermissionRequest): PermissionSet {
  // Most modules ask for nothing; they share one set, which the functions below know.
  if (lines.length === 0) return NO_PERMISSIONS;
  return fromPairs(lines.map(({ kind, value }) => {
    const normal = normalizeScope(kind, value);
    if ("fault" in normal) throw new TypeError(`Cannot read the ${kind} permission: ${normal.fault}`);
    return [kind, normal.value] as const;
  }));
}

/** What both allow: never wider than either. */
export function intersect(a: PermissionSet, b: PermissionSet): PermissionSet {
  if (a === NO_PERMISSIONS || b === NO_PERMISSIONS) return NO_PERMISSIONS;
  const pairs: (readonly [PermissionKind, string])[] = [];
  for (const kind of PERMISSION_KINDS) {
    for (const x of a[kind]) {
      for (const y of b[kind]) {
        const both = meetScopes(kind, x, y);
        if (both !== undefined) pairs.push([kind, both]);
      }
    }
  }
  return fromPairs(pairs);
}

/** What either allows. */
export function union(a: PermissionSet, b: PermissionSet): PermissionSet {
  return fromPairs(
    [a, b].flatMap((set) => PERMISSION_KINDS.flatMap((kind) => set[kind].map((value) => [kind, value] as const))),
  );
}

/** What is left of permissions after denials. */
export interface Remainder {
  /** What no denial touches. */
  readonly kept: PermissionSet;
  /** What was taken away with all that it allows. */
  readonly gone: readonly PermissionLine[];
  /**
   * What a denial takes a part of, and that part. A Worker cannot have a permission with a hole in it, so all of it is
   * taken away; whoever decides can say so.
   */
  readonly cut: readonly { readonly allowed: PermissionLine; readonly denied: PermissionLine }[];
}

/** What `allowed` is without whatever `denied` has something in common with: a denial wins. */
export function subtract(allowed: PermissionSet, denied: PermissionSet): Remainder {
  if (denied === NO_PERMISSIONS) return { kept: allowed, gone: [], cut: [] };
  const kept: (readonly [PermissionKind, string])[] = [];
  const gone: PermissionLine[] = [];
  const cut: { allowed: PermissionLine; denied: PermissionLine }[] = [];
  for (const kind of PERMISSION_KINDS) {
    for (const value of allowed[kind]) {
      const hit = denied[kind].filter((other) => overlaps(kind, value, other));
      const [part] = hit;
      if (part === undefined) kept.push([kind, value]);
      else if (hit.some((other) => takesAll(kind, other, value))) gone.push({ kind, value });
      else cut.push({ allowed: { kind, value }, denied: { kind, value: part, denied: true } });
    }
  }
  return { kept: fromPairs(kept), gone, cut };
}

/** Programs are the same by whatever path they are named: a denial of one takes the others too. */
function overlaps(kind: PermissionKind, a: string, b: string): boolean {
  if (meetScopes(kind, denialForm(kind, a), denialForm(kind, b)) !== undefined) return true;
  return kind === "run" && a.slice(a.lastIndexOf("/") + 1) === b.slice(b.lastIndexOf("/") + 1);
}

/** Whether a denial that has something in common with a value has all of it. */
function takesAll(kind: PermissionKind, denied: string, value: string): boolean {
  if (kind === "run") return denied === EVERYTHING || value !== EVERYTHING;
  return scopeContains(kind, denialForm(kind, denied), denialForm(kind, value));
}

/** To the system an address of IPv4 is the same in the form of IPv6. */
function denialForm(kind: PermissionKind, value: string): string {
  return kind === "net" ? unmapped(value) : value;
}

/** Whether `wide` allows all that `narrow` allows. */
export function covers(wide: PermissionSet, narrow: PermissionSet): boolean {
  return PERMISSION_KINDS.every((kind) =>
    narrow[kind].every((value) => wide[kind].some((other) => scopeContains(kind, other, value)))
  );
}

/** What of `asked` meets nothing in `granted`, neither wholly nor in part. */
export function unmet(asked: PermissionSet, granted: PermissionSet): PermissionLine[] {
  if (asked === NO_PERMISSIONS) return [];
  return PERMISSION_KINDS.flatMap((kind) =>
    asked[kind]
      .filter((value) => granted[kind].every((other) => meetScopes(kind, other, value) === undefined))
      .map((value) => ({ kind, value }))
  );
}

/**
 * One text per set: equal sets have equal keys, and others have others, whatever their values contain. Modules whose
 * sets have equal keys may share a Worker, so a path must not be able to pass for several permissions.
 */
export function permissionKey(set: PermissionSet): string {
  return JSON.stringify(PERMISSION_KINDS.map((kind) => set[kind]));
}

/**
 * For people: `net=127.0.0.1:8088 write=/a,/b`, kinds in their order, values with blanks or quotes in quotes; empty for
 * no permissions.
 */
export function formatPermissions(set: PermissionSet): string {
  return PERMISSION_KINDS.filter((kind) => set[kind].length > 0)
    .map((kind) => `${kind}=${set[kind].map(quoteIfNeeded).join(",")}`).join(" ");
}

function quoteIfNeeded(value: string): string {
  return /[\s"]/.test(value) ? JSON.stringify(value) : value;
}

/**
 * A set without rights to names: what these say is between a module and the host, so modules that differ in nothing else
 * share a realm.
 */
export function withoutNameRights(set: PermissionSet): PermissionSet {
  if (!set.host.some(isNameRight)) return set;
  const pairs = PERMISSION_KINDS.flatMap((kind) => set[kind].map((value) => [kind, value] as const));
  const kept = pairs.filter(([kind, value]) => kind !== "host" || !isNameRight(value));
  return kept.length === 0 ? NO_PERMISSIONS : fromPairs(kept);
}

/** The option for a Worker, all eight kinds named. */
export function workerPermissions(set: PermissionSet): WorkerPermissions {
  return Object.fromEntries(DENO_KINDS.map((kind) => {
    const values = set[kind];
    if (values.length === 0) return [kind, false];
    return [kind, values.includes(EVERYTHING) ? true : [...values]];
  })) as WorkerPermissions;
}

function fromPairs(pairs: readonly (readonly [PermissionKind, string])[]): PermissionSet {
  const reduced = PERMISSION_KINDS.map((kind) => {
    const values = [...new Set(pairs.filter(([other]) => other === kind).map(([, value]) => value))];
    const kept = values.filter((value) =>
      !values.some((other) => other !== value && scopeContains(kind, other, value))
    );
    return [kind, Object.freeze(kept.sort())] as const;
  });
  return Object.freeze(Object.fromEntries(reduced)) as PermissionSet;
}
