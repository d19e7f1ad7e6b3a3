/** The sequence of starts against the algorithm as it is written down, done the slow way: no look ahead, no counters. */
import { assertEquals } from "@std/assert";
import { type StartReport, StartSequence } from "../../src/plan/mod.ts";
import { plan, type PlanStep } from "../../src/plan/mod.ts";
import { inputOf } from "../plan/_build.ts";
import { forSeeds } from "../config/support.ts";

const RUNS = 600;

type Random = (limit: number) => number;
type Result = StartReport["result"];

interface Told {
  readonly calls: string[];
  readonly lines: string[];
}

interface Case {
  readonly steps: readonly PlanStep[];
  readonly results: ReadonlyMap<string, Result>;
  readonly closed: ReadonlySet<string>;
}

function randomCase(random: Random): Case & { readonly policy: string; readonly modules: Record<string, string> } {
  const count = 1 + random(10);
  const name = () => `m${random(count + (random(8) === 0 ? 1 : 0))}`;
  const modules: Record<string, string> = {};
  const results = new Map<string, Result>();
  const closed = new Set<string>();
  for (let index = 0; index < count; index++) {
    const own = [`load_priority = ${random(3) * 10}`];
    const uses: string[] = [];
    for (let left = random(4); left > 0; left--) {
      const kind = random(6);
      if (kind === 0) own.push(`optional_modules = ${name()}`);
      else if (kind === 1) own.push(`enhances = ${name()}`);
      else uses.push(`module = ${name()}`);
    }
    modules[`m${index}`] = [...new Set(own), "[uses]", ...new Set(uses)].join("\n");
    const luck = random(14);
    if (luck < 2) results.set(`m${index}`, "decline");
    else if (luck === 2) results.set(`m${index}`, "invalid");
    else if (luck === 3 && random(4) === 0) results.set(`m${index}`, "failure");
    else if (luck === 4) closed.add(`m${index}`);
  }
  const lines = Object.keys(modules).filter(() => random(9) > 0).map((each) =>
    `${["load", "load", "load", "preload", "require"][random(random(3) === 0 ? 5 : 3)]} = ${each}`
  );
  const policy = ["[modules]", "load_uses = no", ...lines].join("\n");
  const { steps } = plan(inputOf({ modules, policy }));
  return { steps, results, closed, policy, modules };
}

/** Asterisk's algorithm for modules that need each other by name alone. */
function slowly({ steps, results, closed }: Case): Told {
  const calls: string[] = [];
  const lines: string[] = [];
  const running = new Set<string>();
  const declined = new Set<string>();
  const byName = new Map(steps.filter(({ name }) => !closed.has(name)).map((step) => [step.name, step]));
  const names = (list: readonly { name: string }[]) => [...new Set(list.map(({ name }) => name))];
  const rank = ({ preload, entry }: PlanStep) => (preload ? 0 : 1000) + entry.manifest.loadPriority;

  /** What a module lacks, and whether some of it is not to be had. */
  function missing(step: PlanStep): { list: PlanStep[]; unknown: boolean } {
    const { enhances, uses, optionalModules } = step.entry.manifest;
    const list: PlanStep[] = [];
    let unknown = false;
    for (const need of [...names(enhances), ...names(uses)]) {
      const other = byName.get(need);
      if (other === undefined) unknown = true;
      else if (!running.has(need)) list.push(other);
    }
    for (const need of names(optionalModules)) {
      const other = byName.get(need);
      if (other !== undefined && !running.has(need)) list.push(other);
    }
    const enhanced = [...names(optionalModules), ...names(uses)].filter((name) => byName.has(name));
    for (const dependency of enhanced) {
      for (const other of byName.values()) {
        if (other === step || !names(other.entry.manifest.enhances).includes(dependency)) continue;
        if (!running.has(other.name) && !declined.has(other.name)) list.push(other);
      }
    }
    return { list: [...new Set(list)], unknown };
  }

  function closure(step: PlanStep, found: Set<PlanStep> = new Set()): { found: Set<PlanStep>; unknown: boolean } {
    const { list, unknown: own } = missing(step);
    let unknown = own;
    for (const other of list) {
      if (found.has(other)) continue;
      found.add(other);
      unknown = closure(other, found).unknown || unknown;
    }
    return { found, unknown };
  }

  let stopped = false;
  const vector = steps.filter((step) => byName.has(step.name)).sort((a, b) => rank(a) - rank(b));

  /** True when it runs. */
  function attempt(step: PlanStep, item: boolean): boolean | "missing" {
    const { list, unknown } = missing(step);
    if (list.length > 0 || unknown) return "missing";
    calls.push(step.name);
    const result = results.get(step.name) ?? "success";
    if (result === "success") {
      running.add(step.name);
      return true;
    }
    declined.add(step.name);
    if (result === "invalid") {
      lines.push(`${step.name} load function returned an invalid result. This is a bug in the module.`);
      if (item || step.required) decline(step);
    } else if (result === "failure" || step.required) {
      lines.push(`*** Failed to load ${step.required ? "required " : ""}module ${step.name}`);
      if (!item) lines.push(`Failed to load ${step.name}.`);
      stopped = true;
    } else if (item) decline(step);
    return false;
  }

  function decline(step: PlanStep): void {
    declined.add(step.name);
    if (step.required) {
      lines.push(`Required module ${step.name} declined to load.`);
      stopped = true;
      return;
    }
    lines.push(`${step.name} declined to load.`);
    const taken: PlanStep[] = [];
    const waiting = vector.slice(vector.indexOf(step) + 1);
    for (const other of waiting) {
      if (running.has(other.name) || declined.has(other.name)) continue;
      if (closure(other).found.has(step)) taken.push(other);
    }
    for (const other of taken) declined.add(other.name);
    const needed = taken.find(({ required }) => required);
    if (needed !== undefined) {
      lines.push(`Cannot load required module ${needed.name} that depends on ${step.name}`);
      stopped = true;
    } else if (taken.length > 0) {
      lines.push(`Declined modules which depend on ${step.name}: ${taken.map(({ name }) => name).join(", ")}`);
    }
  }

  for (const step of vector) {
    if (stopped) break;
    if (running.has(step.name) || declined.has(step.name)) continue;
    if (attempt(step, true) !== "missing") continue;
    const { found, unknown } = closure(step);
    if (unknown) {
      lines.push(`Failed to resolve dependencies for ${step.name}`);
      decline(step);
      continue;
    }
    const left = [...found].sort((a, b) => rank(a) - rank(b));
    for (let worked = true; worked && !stopped;) {
      worked = false;
      for (const other of [...left]) {
        if (stopped || declined.has(other.name) || attempt(other, other === step) !== true) continue;
        left.splice(left.indexOf(other), 1);
        worked = true;
      }
    }
    if (stopped) break;
    if (left.length > 0) {
      const lacking = missing(step).list.map(({ name }) => name);
      lines.push(`Failed to load ${step.name} due to dependencies: ${lacking.join(", ")}.`);
      decline(step);
    } else attempt(step, true);
  }
  return { calls, lines };
}

function inSequence({ results, closed, policy, modules }: ReturnType<typeof randomCase>, ahead: number): Told {
  const sequence = new StartSequence(plan(inputOf({ modules, policy })), {
    opened: ({ name }) => !closed.has(name),
    mode: "startup",
    strict: true,
  });
  const calls: string[] = [];
  for (let batch = sequence.peek(ahead); batch.length > 0; batch = sequence.peek(ahead)) {
    for (const { name } of batch) {
      calls.push(name);
      const result = results.get(name) ?? "success";
      sequence.report({ result });
      if (result !== "success") break;
    }
  }
  return { calls, lines: sequence.lines().filter((line) => !line.startsWith("Module '")) };
}

Deno.test("StartSequence calls and says what the algorithm does when it is followed word by word", () => {
  forSeeds(RUNS, (random) => {
    const one = randomCase(random);
    const expected = slowly(one);
    assertEquals(inSequence(one, 1), expected);
    assertEquals(inSequence(one, 3), expected);
    assertEquals(inSequence(one, Infinity), expected);
  });
});
