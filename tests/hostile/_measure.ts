/** What a host promises while modules do their worst, and what a test allows. */

/** What was measured of a host. */
export interface Measures {
  /** Longest wait for an answer on the control socket, in milliseconds. */
  readonly answer: number;
  /** How many answers came. */
  readonly answers: number;
  /** Milliseconds from SIGTERM to its end. */
  readonly end: number;
  /** Megabytes by which its own memory grew at most, that of processes it has started aside. */
  readonly growth: number;
  /** Kilobytes that it wrote on its console. */
  readonly written: number;
  /** Milliseconds that its thread was held at most, where that is known. */
  readonly held: number;
}

/** What a host must keep to. */
export interface Bounds {
  /** Milliseconds that its thread is held. */
  readonly held: number;
  /** Milliseconds until an answer. */
  readonly answer: number;
  /** Milliseconds from SIGTERM to the end. */
  readonly end: number;
  /** Megabytes beyond what it had when everything was loaded, for one module that attacks it. */
  readonly growth: number;
  /** Kilobytes a second on its console, for each module. */
  readonly written: number;
}

/** What is promised. */
export const PROMISES: Bounds = { held: 100, answer: 1_000, end: 10_000, growth: 300, written: 1_000 };

/** What a test allows a busy machine. */
export const BOUNDS: Bounds = {
  held: 10 * PROMISES.held,
  answer: 10 * PROMISES.answer,
  end: 30_000,
  growth: 300,
  written: 2_000,
};

/** In Workers what modules have is in the host's own memory, up to 40 of them at a time. */
export const WORKER_BOUNDS: Bounds = { ...BOUNDS, growth: 800 };

/** Megabytes that each further module may have the host keep: its quotas. */
const GROWTH_OF_FURTHER = 50;

/** Nothing measured: a host that is gone. */
export const NOTHING: Measures = { answer: 0, answers: 0, end: 0, growth: 0, written: 0, held: 0 };

/** The worst of each. */
export function worst(all: readonly Measures[]): Measures {
  const most = (key: keyof Measures) => Math.max(0, ...all.map((one) => one[key]));
  return {
    answer: most("answer"),
    answers: most("answers"),
    end: most("end"),
    growth: most("growth"),
    written: most("written"),
    held: most("held"),
  };
}

/** How much there was to measure. */
export interface Measured {
  /** Modules that ran. */
  readonly modules: number;
  /** How many of them attack the host. */
  readonly attackers: number;
  /** Seconds that were measured. */
  readonly seconds: number;
}

/** What is beyond the bounds, in words. */
export function beyond(
  measures: Measures,
  { modules, attackers, seconds }: Measured,
  bounds: Bounds = BOUNDS,
): string[] {
  const { answer, answers, end, growth, written, held } = measures;
  const found: string[] = [];
  if (answer > bounds.answer) {
    found.push(`an answer of the host took ${Math.round(answer)} ms, ${bounds.answer} at most`);
  }
  if (held > bounds.held) found.push(`the host's thread was held for ${Math.round(held)} ms, ${bounds.held} at most`);
  if (answers === 0) found.push("the host has not answered once");
  if (end > bounds.end) found.push(`the host did not end within ${bounds.end} ms of SIGTERM`);
  const mostGrowth = bounds.growth + Math.max(0, attackers - 1) * GROWTH_OF_FURTHER;
  if (growth > mostGrowth) {
    found.push(`the host's own memory grew by ${Math.round(growth)} MB, ${mostGrowth} at most`);
  }
  const most = bounds.written * modules * Math.max(1, seconds);
  if (written > most) {
    found.push(`the host wrote ${Math.round(written)} kB in ${seconds.toFixed(1)} s, ${most} at most`);
  }
  return found;
}

/** `answers within 12 ms (of 80), ends within 300 ms, grows by 20 MB, writes 3 kB`. */
export function formatMeasures({ answer, answers, end, growth, written, held }: Measures): string {
  const thread = held > 0 ? `held for ${Math.round(held)} ms, ` : "";
  return `${thread}answers within ${Math.round(answer)} ms (of ${answers}), ends within ${Math.round(end)} ms, ` +
    `grows by ${Math.round(growth)} MB, writes ${Math.round(written)} kB`;
}

/** A value of `/proc/<pid>/status` in megabytes; 0 where there is none. */
export function memoryOf(pid: number | string | undefined, key: "VmRSS" | "VmHWM"): number {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(new RegExp(`^${key}:\\s*(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
