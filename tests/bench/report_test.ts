import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cpuModel } from "../../bench/machine.ts";
import {
  alignTable,
  cellsOf,
  type Comparison,
  formatSummary,
  isMet,
  markdownTable,
  ratioOf,
  resultsPage,
} from "../../bench/report.ts";

function comparison(samples: readonly number[], goal?: number): Comparison {
  return { what: "start", baseline: "hello", unit: "ms", samples, baselineSamples: [10, 20, 30], goal };
}

Deno.test("ratioOf() divides the medians", () => {
  assertEquals(ratioOf(comparison([30, 31, 1000])), 1.55);
});

Deno.test("isMet() is about the ratio, and about nothing without a goal", () => {
  assertEquals(isMet(comparison([40], 2)), true);
  assertEquals(isMet(comparison([41], 2)), false);
  assertEquals(isMet(comparison([41])), undefined);
});

Deno.test("cellsOf() marks a goal that is met and one that is not", () => {
  assertEquals(cellsOf(comparison([40], 2)), [
    "start",
    "hello",
    "2.00",
    "≤ 2 ✓",
    "40.0 ms (40.0–40.0)",
    "20.0 ms (15.0–25.0)",
  ]);
  assertEquals(cellsOf(comparison([50], 2))[3], "≤ 2 ✗");
  assertEquals(cellsOf(comparison([50]))[3], "");
});

Deno.test("formatSummary() shows three digits", () => {
  assertEquals(formatSummary({ median: 123.4, low: 9.876, high: 45.67, count: 3 }, "µs"), "123 µs (9.88–45.7)");
});

Deno.test("alignTable() aligns by characters and leaves no blanks at the end", () => {
  assertEquals(alignTable([["a", "b", "c"], ["µµµ", "x", ""]]), "a    b  c\nµµµ  x\n");
});

Deno.test("markdownTable() escapes bars", () => {
  assertEquals(markdownTable([["a", "b"], ["x|y", "z"]]), "| a | b |\n| --- | --- |\n| x\\|y | z |\n");
});

Deno.test("resultsPage() names the machine and has a row per comparison", () => {
  const machine = { cpu: "Some CPU", cores: 2, memory: "4 GB", os: "linux 6", deno: "2.7.11", date: "2026-01-02" };
  const page = resultsPage([comparison([40], 2), comparison([50])], { machine, quick: true });
  assertStringIncludes(page, "Some CPU, 2 cores, 4 GB of memory, linux 6, Deno 2.7.11, 2026-01-02.");
  assertStringIncludes(page, "`deno task bench --quick`");
  assertEquals(page.match(/^\| start /gm)?.length, 2);
  assert(page.endsWith("|\n"));
});

Deno.test("cpuModel() falls back to the architecture", () => {
  assertEquals(cpuModel("processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\n", "x86_64"), "Some CPU @ 3 GHz");
  assertEquals(cpuModel("", "aarch64"), "aarch64");
});
