import type { Entry } from "../config/mod.ts";
import { ConfigError, nearest, type Position } from "../fault/mod.ts";
import { baseName, isModuleName } from "./name.ts";

/** Takes the faults of a manifest, so that one reading finds all of them. */
export class FaultSink {
  /** The faults so far. */
  readonly faults: ConfigError[] = [];

  /** Runs a step; a fault in it is taken, anything else is thrown on. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.faults.push(error);
      return undefined;
    }
  }
}

/** Refuses what is no module's name, in a list or as a need. */
export function checkModule(entry: Entry, name: string): void {
  if (!isModuleName(baseName(name))) fail(entry, `"${name}" is no module name: letters, digits, _ and - only`);
}

/** `unknown key "nmae": did you mean "name"`. */
export function unknownWord(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `unknown ${what} "${word}"${near ? `: did you mean "${near}"` : `: there are ${known.join(", ")}`}`;
}

/** A fault of a line. */
export function fail(entry: Entry, reason: string): never {
  failAt(entry.position, reason);
}

/** A fault at a place. */
export function failAt(position: Position, reason: string): never {
  throw new ConfigError(reason, { position });
}
