import type { PermissionRequest } from "../permission/mod.ts";
import type { Position } from "../fault/mod.ts";

/** The types of things that modules need and provide; a module may bring new ones. */
export const KNOWN_TYPES = [
  "module",
  "application",
  "function",
  "service",
  "realtime",
  "codec",
  "format",
  "command",
  "manager",
  "managerevent",
  "dialplan",
] as const;

/** `type = name` of `[uses]`, `[canuse]`, or one of the two lists of names under `[module]`. */
export interface Need {
  /** `module`, `application`, `service` … */
  readonly type: string;
  /** The name, as written. */
  readonly name: string;
  /** Where it stands. */
  readonly position: Position;
}

/** `type = name` of `[provides]`; a service may carry a priority: `service = timer:200`. */
export interface Provision extends Need {
  /** Higher wins among providers of one service. @default {0} */
  readonly priority: number;
}

/** How well a module is looked after; Asterisk's four. */
export type SupportLevel = "core" | "extended" | "deprecated" | "unknown";

/** What is known of a module without running it. */
export interface Manifest {
  /** The module's name, equal to the file's. */
  readonly name: string;
  /** `sha256:` and the digest in hexadecimal of the built file, or undefined when the manifest has none. */
  readonly checksum: string | undefined;
  /** One line. */
  readonly description: string;
  /** Support level. */
  readonly supportLevel: SupportLevel;
  /** SPDX identifier; empty when the manifest has none. */
  readonly license: string;
  /** 0 to 255, lower starts earlier. */
  readonly loadPriority: number;
  /** Asterisk's `export_globals`. Modules share no symbols here, so it is only shown. */
  readonly exportGlobals: boolean;
  /**
   * Seconds for which its code may stay after it has stopped, when it asks for that; undefined when it must not ask.
   * Asterisk's `ast_module_block_unload`.
   */
  readonly blockUnload: number | undefined;
  /** Whether a build embeds it when nobody has chosen; see `deno task menuselect`. */
  readonly defaultEnabled: boolean;
  /** Modules that are started before this one when they are to be started at all. */
  readonly optionalModules: readonly Need[];
  /** Modules that this one adds to. */
  readonly enhances: readonly Need[];
  /** Modules that must not run beside this one; this one is refused unless it is wanted more. */
  readonly conflicts: readonly Need[];
  /** Configuration files it reads. */
  readonly configs: readonly string[];
  /** What must be there. */
  readonly uses: readonly Need[];
  /** What it uses when it is there. */
  readonly canUse: readonly Need[];
  /** What it provides; the first is always the module itself. */
  readonly provides: readonly Provision[];
  /** What it asks for. */
  readonly permissions: PermissionRequest;
  /** The manifest's own path. */
  readonly file: string;
}
