import type { Provision } from "../manifest/mod.ts";

/**
 * How good a module's claim to a name is. The highest has the name; among equals the priority counts where there is one, and
 * otherwise nobody has it: the order of loading says nothing.
 */
export const CLAIM = {
  /** A line of `[provides]` gives it the name. */
  given: 5,
  /** Shipped with the program. */
  shipped: 4,
  /** `require` or `preload-require`. */
  required: 3,
  /** `load` or `preload`. */
  listed: 2,
  /** Shipped and `noload`: kept from modules that no line names, free for those that one does. */
  idle: 1,
  /** Installed. */
  installed: 0,
  /** `noload`. */
  excluded: -1,
  /** `neverload`, or not the module that a line of `[provides]` names. */
  none: -2,
} as const;

/** A line of a manifest, and how good the module's right to its name is. */
export interface Claim {
  readonly module: string;
  readonly provision: Provision;
  readonly standing: number;
}

/** What a decision about claims asks and tells. */
export interface Settling {
  /** The modules that `[provides]` names for it. */
  given(what: Claim["provision"]): readonly string[];
  /** Told of a claim that has no effect. */
  refuse(claim: Claim, owners: readonly string[], disputed: boolean): void;
}

/** Whether modules of this standing may share a name: the administrator, or who ships the program, wanted it so. */
export function isSettled(standing: number): boolean {
  return standing === CLAIM.given || standing === CLAIM.shipped || standing === CLAIM.idle;
}
