import { printable } from "../fault/mod.ts";

/** A name and what it stands for. */
export type Fact = readonly [name: string, value: string];

/** Facts one below the other, the values in a column. Texts may come from modules, hence they are made safe. */
export function showFacts(facts: readonly Fact[], indent = ""): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length)) + 2;
  return facts.map(([name, value]) => `${indent}${`${name}:`.padEnd(width)}${printable(value)}`.trimEnd() + "\n").join(
    "",
  );
}
