import type { Position } from "../fault/mod.ts";
import type { PermissionLine } from "../permission/mod.ts";
import type { ByModule } from "./assignments.ts";
import type { SomeLimits } from "./limits.ts";
import type { RestartPolicy } from "./restart.ts";

/** Directives of `[modules]` that name a module. `neverload` is seed 003's: a ban that only editing the file lifts. */
export const MODULE_DIRECTIVES = ["load", "require", "preload", "preload-require", "noload", "neverload"] as const;

/** A directive that names a module. */
export type ModuleDirective = (typeof MODULE_DIRECTIVES)[number];

/** One such line. */
export interface PolicyLine {
  /** What is to be done with the module. */
  readonly directive: ModuleDirective;
  /** The module's name as written. */
  readonly name: string;
  /** Where the line stands. */
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
  /** Where the line stands. */
  readonly position: Position;
}

/** A name that the administrator gives to a module: a line of `[provides]`. */
export interface AdminProvision {
  /** `service`, `application`, `command` … */
  readonly type: string;
  /** The name that is given; for a command its words. */
  readonly name: string;
  /** The module that has it. */
  readonly module: string;
  /** Where the line stands. */
  readonly position: Position;
}

/** What the administrator grants one module: these lines, or whatever its manifest asks. */
export interface Grant {
  /** `true` for `manifest`. */
  readonly asAsked: boolean;
  /** What the lines grant and deny, normalized and with directories for variables. */
  readonly lines: readonly PermissionLine[];
  /** Whether a line says what is granted, be it nothing; when all of them only deny, the default says it. */
  readonly decides: boolean;
  /** Where `none` stands, when no line below it grants anything. */
  readonly none?: Position | undefined;
}

/** Kinds of realms that `[realms]` may name. */
export const REALM_CHOICES = ["shared", "dedicated", "process"] as const;

/** A kind of realm. */
export type RealmChoice = (typeof REALM_CHOICES)[number];

/** `modules.conf`, read and checked: what the administrator wants. Maps have `nameKey` keys. */
export interface Policy {
  /** The file it was read from, for messages. */
  readonly file: string;
  /** Names of the sections that the file has, in small letters. */
  readonly sections: ReadonlySet<string>;
  /** Whether every module of the catalog is wanted. */
  readonly autoload: boolean;
  /** Whether the loader does and says what Asterisk's does and nothing more; it implies that `loadUses` is off. */
  readonly compatible: boolean;
  /** Whether what a module uses is loaded for it (seed 003), or never, as in Asterisk. */
  readonly loadUses: boolean;
  /** Whether what somebody refers to while the program runs, an extension of the dialplan for one, is loaded for it. */
  readonly referenceAutoload: boolean;
  /** The lines of `[modules]` that name a module, in file order. */
  readonly lines: readonly PolicyLine[];
  /** The lines of `[uses]`, in file order. */
  readonly uses: readonly AdminUse[];
  /** The lines of `[provides]`, in file order. */
  readonly provides: readonly AdminProvision[];
  /** What single modules are granted. */
  readonly grants: ReadonlyMap<string, Grant>;
  /** What all others are granted. */
  readonly defaultGrant: Grant;
  /** Where single modules run. */
  readonly realms: ReadonlyMap<string, RealmChoice>;
  /** Where all others run. */
  readonly defaultRealm: RealmChoice;
  /** What modules are held to, as far as the file says. */
  readonly limits: ByModule<SomeLimits>;
  /** How modules that have failed are started again. */
  readonly restarts: ByModule<RestartPolicy>;
}
