import { assert, assertEquals } from "@std/assert";
import { nameKey } from "../../src/manifest/mod.ts";
import type { PlanInput } from "../../src/plan/mod.ts";
import { forSeeds } from "../config/support.ts";
import { inputOf, make, order, reasons, type Scene } from "../plan/_build.ts";

const RUNS = 400;

type Random = (limit: number) => number;

/** Up to eight of the things that a module may say, over few names, so that cycles and contradictions are common. */
function randomScene(random: Random): Scene {
  const count = 1 + random(12);
  const name = () => `m${random(count + (random(9) === 0 ? 1 : 0))}`;
  const priorities = shuffle(Array.from({ length: count }, (_, index) => index * 20), random);
  const modules = Object.fromEntries(priorities.map((priority, index) => {
    const own = [`load_priority = ${priority}`];
    const uses: string[] = [];
    for (let left = random(4); left > 0; left--) {
      const kind = random(8);
      if (kind === 0) own.push(`optional_modules = ${name()}`);
      else if (kind === 1) own.push(`enhances = ${name()}`);
      else if (kind === 2) uses.push(`service = s${random(2)}`);
      else uses.push(`module = ${name()}`);
    }
    const provides = random(4) === 0 ? [`[provides]`, `service = s${random(2)}:${index}`] : [];
    return [`m${index}`, [...own, "[uses]", ...new Set(uses), ...provides].join("\n")];
  }));
  const lines = ["[modules]", `load_uses = ${random(4) === 0 ? "no" : "yes"}`, random(2) === 0 ? "autoload = yes" : ""];
  const used = new Set<string>();
  for (let left = random(6); left > 0; left--) {
    const one = name();
    const words = used.has(one) ? ["load", "preload"] : ["load", "preload", "require", "noload", "neverload"];
    used.add(one);
    lines.push(`${words[random(words.length)]} = ${one}`);
  }
  const everyone = Object.keys(modules);
  const some = (share: number) => everyone.filter(() => random(share) === 0);
  return { modules, policy: lines.join("\n"), running: some(9), failed: some(20) };
}

/** A scene that can be planned: a line that requires what another excludes is an error of its own. */
function randomInput(random: Random): PlanInput {
  for (;;) {
    const scene = randomScene(random);
    const running = new Set(scene.running);
    try {
      return inputOf({ ...scene, failed: scene.failed?.filter((key) => !running.has(key)) ?? [] });
    } catch {
      // Required and excluded.
    }
  }
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = random(index + 1);
    [shuffled[index], shuffled[other]] = [shuffled[other] as T, shuffled[index] as T];
  }
  return shuffled;
}

Deno.test("plan() starts nothing before what it needs, nothing twice, nothing that runs or is refused", () => {
  forSeeds(RUNS, (random) => {
    const input = randomInput(random);
    const made = make(input);
    const done = new Set(input.running);
    const refused = new Set(made.refused.map(({ name }) => nameKey(name)));
    for (const { name, bindings } of made.steps) {
      for (const { provider } of bindings) {
        assert(done.has(nameKey(provider)), `${provider} does not run yet for ${name}`);
      }
      assert(!done.has(name), `${name} runs already`);
      assert(!refused.has(name) && !input.failed?.has(name), `${name} is refused`);
      done.add(name);
    }
  });
});

Deno.test("plan() binds every need of what starts, in the order of the manifest", () => {
  forSeeds(RUNS, (random) => {
    const input = randomInput(random);
    for (const { entry: { manifest: { enhances, uses } }, bindings } of make(input).steps) {
      assertEquals(bindings.map(({ need }) => need), [...enhances, ...uses]);
    }
  });
});

Deno.test("plan() accounts for all that is wanted, and starts nothing else without a user", () => {
  forSeeds(RUNS, (random) => {
    const input = randomInput(random);
    const made = make(input);
    const started = new Set(made.steps.map(({ name }) => name));
    const refused = new Set(made.refused.map(({ name }) => nameKey(name)));
    for (const { name } of input.wanted) {
      const key = nameKey(name);
      const places = [started, refused, input.running, input.failed ?? new Map()].filter((set) => set.has(key));
      assertEquals(places.length, 1, `${name} is in ${places.length} places`);
    }
    const wanted = new Set(input.wanted.map(({ name }) => nameKey(name)));
    const used = new Set(made.steps.flatMap(({ bindings }) => bindings.map(({ provider }) => provider)));
    for (const step of made.steps) {
      assertEquals(step.wanted, wanted.has(step.name));
      assert(step.wanted || used.has(step.name), `${step.name} starts for nobody`);
      if (!step.wanted) assert(input.policy.loadUses, `${step.name} is not on the load list`);
    }
    const banned = input.policy.lines.filter(({ directive }) => /^(noload|neverload)$/.test(directive));
    for (const { name } of banned) assert(!started.has(nameKey(name)), `${name} is excluded`);
  });
});

Deno.test("plan() refuses exactly the cycles, what needs the refused, and what lacks something", () => {
  forSeeds(RUNS, (random) => {
    const input = randomInput(random);
    // With modules as the only needs and all of them wanted, who provides what is plain to see.
    const catalog = input.catalog.map((entry) => ({
      ...entry,
      manifest: { ...entry.manifest, uses: entry.manifest.uses.filter(({ type }) => type === "module") },
    }));
    const wanted = catalog.map(({ manifest: { name } }) => ({ name, required: false, preload: false }));
    const policy = { ...input.policy, lines: [], loadUses: true };
    const made = make({ ...input, catalog, wanted, policy });
    const needs = new Map(catalog.map(({ manifest: { name, uses, enhances } }) => [
      name,
      [...enhances, ...uses].map((need) => need.name).filter((need) => !input.running.has(need)),
    ]));
    const bad = naiveRefusals(needs, input);
    const actual = made.refused.map(({ name }) => name).sort();
    assertEquals(actual, [...bad.keys()].filter((name) => !input.failed?.has(name)).sort());
    for (const { name, reason } of made.refused) {
      assertEquals(reason.includes("is on a cycle of uses"), bad.get(name)?.cyclic ?? false, `${name}: ${reason}`);
      const path = /uses: (m\d+(?: -> m\d+)+)$/.exec(reason)?.[1]?.split(" -> ") ?? [];
      path.slice(1).forEach((to, index) => assert(needs.get(path[index] ?? "")?.includes(to), `${reason} is no path`));
      if (path.length > 0) assert(path.includes(name) && path.at(-1) === path[0], `${reason} is no cycle of ${name}`);
    }
  });
});

/** Who cannot start, found the slow way: by asking again and again. */
function naiveRefusals(
  needs: ReadonlyMap<string, readonly string[]>,
  { running, failed }: PlanInput,
): Map<string, { cyclic: boolean }> {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (needs.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  const bad = new Map<string, { cyclic: boolean }>();
  for (const key of failed?.keys() ?? []) bad.set(key, { cyclic: false });
  for (const [name, list] of needs) {
    if (running.has(name)) continue;
    if (reaches(name, name)) bad.set(name, { cyclic: true });
    else if (list.some((need) => !needs.has(need))) bad.set(name, { cyclic: false });
  }
  for (let before = -1; before < bad.size;) {
    before = bad.size;
    for (const [name, list] of needs) {
      if (!running.has(name) && !bad.has(name) && list.some((need) => bad.has(need))) bad.set(name, { cyclic: false });
    }
  }
  return bad;
}

Deno.test("plan() is the same for every order of the catalog, as long as nothing ties", () => {
  forSeeds(RUNS, (random) => {
    const input = randomInput(random);
    const made = make(input);
    assertEquals(make(input), made);
    const shuffled = make({ ...input, catalog: shuffle(input.catalog, random) });
    assertEquals(order(shuffled), order(made));
    // Of texts the order shows: hints and lists of bans follow it.
    assertEquals(Object.keys(reasons(shuffled)), Object.keys(reasons(made)));
  });
});
