import type { Position } from "../fault/mod.ts";
import type { PermissionLine } from "../permission/mod.ts";

/** Directives of `[modules]` that name a module. `neverload` is seed 003's: a ban that only editing the file lifts. */
export const MODULE_DIRECTIVES = ["load", "require", "preload", "preload-require", "noload", "neverload"] as const;

/** A directive that names a module. */
export type ModuleDirective = (typeof MODULE_DIRECTIVES)[number];

/** One such line. */
export interface PolicyLine {
  readonly directive: ModuleDirective;
  /** The module's name as written. */
  readonly name: string;
  readonly position: Position;
}

/** A module that the administrator makes use something: a line of `[uses]` (seed 003). */
export interface AdminUse {
  /** The module that is made to use. */
  readonly user: string;
  /** `module`, `application` … */
  readonly type: string;
  /** What it uses. */
  readonly name: string;
  readonly position: Position;
}

/** What the administrator grants one module: these lines, or whatever its manifest asks. */
export interface Grant {
  /** `true` for `manifest`. */
  readonly asAsked: boolean;
  readonly lines: readonly PermissionLine[];
}

/** Kinds of realms that `[realms]` may name. */
export type RealmChoice = "shared" | "dedicated";

/** `modules.conf`, read and checked: what the administrator wants. Maps have `nameKey` keys. */
export interface Policy {
  readonly file: string;
  readonly autoload: boolean;
  /** Whether what a module uses is loaded for it (seed 003), or never, as in Asterisk. */
  readonly loadUses: boolean;
  /** In file order. */
  readonly lines: readonly PolicyLine[];
  readonly uses: readonly AdminUse[];
  readonly grants: ReadonlyMap<string, Grant>;
  readonly defaultGrant: Grant;
  readonly realms: ReadonlyMap<string, RealmChoice>;
  readonly defaultRealm: RealmChoice;
}
