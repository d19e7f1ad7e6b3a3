import type { Position } from "../fault/mod.ts";
import type { ConfigWarning } from "./model.ts";
import type { Source } from "./source.ts";

/**
 * Changes values while a file is read: `${datadir}` for a path, for one.
 *
 * @returns The value to take instead; undefined drops the entry.
 */
export type Reviver = (key: string, value: string, section: string, position: Position) => string | undefined;

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** Name of the file, for positions and messages. */
  file: string;
  /** Where included files come from. Without one, every included file counts as missing. */
  source?: Source | undefined;
  /** Called for everything that Asterisk would warn of, in order. */
  onWarning?: ((warning: ConfigWarning) => void) | undefined;
  /**
   * Whether `#exec` runs its command; off, it is a warning (Asterisk's `execincludes`).
   *
   * @default {false}
   */
  execIncludes?: boolean | undefined;
  /** Called for every entry of every section once all is read, inherited ones included. */
  reviver?: Reviver | undefined;
}
