/** What came of techniques that eat memory and processor time, and which of them may hurt a host. */
import type { Home } from "./_run.ts";
import type { Measures } from "./_measure.ts";
import { EXCEPTIONS } from "./exceptions.ts";

/** One technique in one kind of realm. */
export interface Endurance {
  readonly name: string;
  readonly kind: Home;
  /** `contained`, `silent` and `refused` are well; `host hurt` and `host gone` are not. */
  readonly result: string;
  readonly evidence: string;
  /** What was measured of the host meanwhile. */
  readonly measures: Measures;
  /** What the technique said. */
  readonly words: string;
}

/** One line: what came of a technique in every kind of realm it was run in. */
export function formatExhaustion(name: string, all: readonly Endurance[]): string {
  const cells = all.filter((one) => one.name === name).map(({ kind, result }) => `${kind}: ${result}`.padEnd(22));
  return `${name.padEnd(46)} ${cells.join(" ")}`.trimEnd();
}

/** Those that are not as docs/security.md has them. */
export function unexpected(all: readonly Endurance[]): Endurance[] {
  return all.filter(({ name, kind, result }) => {
    if (result === "LEAK") return true;
    if (!result.startsWith("host")) return false;
    return kind === "process" || !EXCEPTIONS.some(({ technique }) => technique.test(name));
  });
}
