/**
 * Comparisons as rows of a table, for the terminal and for `results.md`.
 *
 * @module
 */
import type { Machine } from "./machine.ts";
import { summarize, type Summary } from "./statistics.ts";

/** A unit of samples. */
export type Unit = "µs" | "ms" | "MB";

/** Two things that were measured in one run. */
export interface Comparison {
  /** What is measured. */
  readonly what: string;
  /** What it is compared with. */
  readonly baseline: string;
  readonly unit: Unit;
  /** Samples of `what`. */
  readonly samples: readonly number[];
  /** Samples of `baseline`. */
  readonly baselineSamples: readonly number[];
  /** The ratio is meant to be at most this; without it the row only informs. */
  readonly goal?: number | undefined;
}

/** Headings of the table. */
export const COLUMNS = ["what", "baseline", "ratio", "goal", "median (quartiles)", "baseline median (quartiles)"];

/** Median of the one divided by the median of the other. */
export function ratioOf({ samples, baselineSamples }: Comparison): number {
  return summarize(samples).median / summarize(baselineSamples).median;
}

/** Whether the goal is met; undefined without a goal. */
export function isMet(comparison: Comparison): boolean | undefined {
  return comparison.goal === undefined ? undefined : ratioOf(comparison) <= comparison.goal;
}

/** The cells of a comparison, in the order of {@linkcode COLUMNS}. */
export function cellsOf(comparison: Comparison): string[] {
  const { what, baseline, unit, samples, baselineSamples, goal } = comparison;
  return [
    what,
    baseline,
    ratioOf(comparison).toFixed(2),
    goal === undefined ? "" : `≤ ${goal} ${isMet(comparison) ? "✓" : "✗"}`,
    formatSummary(summarize(samples), unit),
    formatSummary(summarize(baselineSamples), unit),
  ];
}

/** `42.1 ms (41.4–43.0)`: three digits tell more than the noise allows. */
export function formatSummary({ median, low, high }: Summary, unit: Unit): string {
  return `${digits(median)} ${unit} (${digits(low)}–${digits(high)})`;
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** Rows with their columns aligned; the first is the heading. */
export function alignTable(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, [...cell].length)),
    [],
  );
  return rows.map((row) => `${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  ").trimEnd()}\n`)
    .join("");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(width - [...cell].length);
}

/** Rows as a table of Markdown; the first is the heading. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(heading) + line(heading.map(() => "---")) + body.map(line).join("");
}

/** The text of `results.md`; `quick` when there were few rounds. */
export function resultsPage(
  comparisons: readonly Comparison[],
  { machine, quick }: { machine: Machine; quick: boolean },
): string {
  const { date, cpu, cores, memory, os, deno } = machine;
  return `# Results

Made by \`deno task bench${
    quick ? " --quick" : ""
  }\`, which overwrites this file. Each row compares two things measured in turns in one run: the
ratio is that of the medians, the quartiles show how far single runs are apart. Take the ratios, not the figures.

${cpu}, ${cores} cores, ${memory} of memory, ${os}, Deno ${deno}, ${date}.

${markdownTable([COLUMNS, ...comparisons.map(cellsOf)])}`;
}
