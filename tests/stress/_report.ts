/** What a stress run came to, for people, and what was promised. */
import { CASES } from "./_cases.ts";
import { remoteMethods } from "./_methods.ts";
import type { StressMode, StressResult } from "./stress.ts";

/** What the host promises. */
export const PROMISES = {
  /** Milliseconds that its thread is held at most. */
  held: 100,
  /** Milliseconds until it answers on its control socket. */
  answer: 1_000,
  /** Megabytes that it grows by from a tenth of the calls to the end. */
  growth: 150,
  /** Megabytes beyond what it has when nothing was called yet. */
  memory: 400,
  /** Milliseconds from SIGTERM to its end. */
  end: 10_000,
} as const;

/** Called now and then only: whether they succeed is chance. */
const RARE = 0.03;

/**
 * What was not as promised.
 *
 * @param times how often a time may be longer than promised: a test allows a busy machine more. @default {1}
 */
export function faultsOf(mode: StressMode, result: StressResult, times: number = 1): string[] {
  const { longest, memory: [base, tenth, half, end], named, methods, ended } = result;
  const found: string[] = [];
  const most = times * (mode === "embedded" ? PROMISES.held : PROMISES.answer);
  if (longest > most) {
    const what = mode === "embedded" ? "the host's thread was held for" : "an answer took";
    found.push(`${what} ${longest.toFixed(0)} ms, ${most} at most`);
  }
  if (end - tenth > PROMISES.growth) {
    found.push(`memory grew from ${tenth.toFixed(0)} to ${end.toFixed(0)} MB, by ${PROMISES.growth} at most`);
  }
  const peak = Math.max(tenth, half, end);
  if (peak - base > PROMISES.memory) {
    found.push(`memory was ${peak.toFixed(0)} MB, ${PROMISES.memory} at most beyond the ${base.toFixed(0)} at first`);
  }
  if (ended > times * PROMISES.end) found.push(`it took ${ended.toFixed(0)} ms to end`);
  for (const one of new Set(named.map(shape))) found.push(`an answer names another module: ${one}`);
  const never = remoteMethods().filter((name) => methods[name] === undefined && result.all);
  if (never.length > 0) found.push(`never called: ${never.join(", ")}`);
  const failing = Object.entries(CASES).filter(([name, { weight = 1 }]) =>
    weight >= RARE && result.all && methods[name]?.ok === 0
  );
  if (failing.length > 0) {
    found.push(`never with success, so that nothing was tried: ${failing.map(([name]) => name).join(", ")}`);
  }
  return found;
}

/** A table of a run. */
export function formatResult(mode: StressMode, result: StressResult): string {
  const { calls, seconds, starts, longest, holds, memory, ends, methods, ended } = result;
  const rows = Object.entries(methods).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, { ok, failed, late }]) => row(name, [ok, failed, late]));
  const reasons = new Map<string, number>();
  for (const one of ends) reasons.set(shape(one), (reasons.get(shape(one)) ?? 0) + 1);
  return [
    row("method", ["answered", "failed", "late"]),
    ...rows,
    `${mode}: ${calls} calls in ${seconds.toFixed(0)} s, the modules were started ${starts} times`,
    ...[...reasons].map(([reason, count]) => `  ${count} realms ended: ${reason}`),
    mode === "embedded"
      ? `thread held for ${longest.toFixed(0)} ms at most; ${holds.length} times over 50 ms, ` +
        `${holds.filter((one) => one > PROMISES.held).length} over ${PROMISES.held}`
      : `longest answer ${longest.toFixed(0)} ms`,
    `memory ${memory.map((one) => one.toFixed(0)).join(", ")} MB at 0, 10, 50, 100 %; ended in ${ended.toFixed(0)} ms`,
  ].join("\n");
}

function row(name: string, cells: readonly (string | number)[]): string {
  return `  ${name.padEnd(36)} ${cells.map((cell) => String(cell).padStart(8)).join(" ")}`;
}

/** A text without what differs from one to the next. */
function shape(text: string): string {
  return text.replace(/\d+/g, "N").replace(/(.)\1{9,}/g, "$1…").slice(0, 250);
}
