/**
 * Every technique that leaves the machine to others, in every kind of realm, under Deno and in the compiled binary; and of
 * those that eat memory and processor time a few, in processes. Once under Deno and once in the binary the host shows
 * everything on a terminal, and what it shows is read: see `_listings.ts`. `deno task hostile` runs all of those.
 */
import { assert, assertEquals } from "@std/assert";
import type { RealmKind } from "../../src/realm/mod.ts";
import { formatMeasures, NOTHING } from "./_measure.ts";
import { type BatchResult, runAll, runBatch } from "./_run.ts";
import { isForPipes } from "./exceptions.ts";
import { columnName, columns, formatTable, isShown } from "./_table.ts";
import { readTechniques, type Technique } from "./_technique.ts";

const all = readTechniques();
/** Those that attack the host through its own object, which are measured a few at a time. */
const attacks = all.filter(({ group }) => group === "host");
const techniques = all.filter(({ group }) => group !== "host");
const results = new Map<string, BatchResult>();

Deno.test("there are more than 200 techniques, each with a head", () => {
  assert(techniques.length > 200 && attacks.length > 40, `${techniques.length} and ${attacks.length}`);
});

for (const column of columns) {
  Deno.test(`every technique is contained: ${columnName(column)}`, async () => {
    const calm = techniques.filter(({ apart }) => !apart);
    // What the scan refuses gets into no realm: it is refused in shared ones, and need not be in the others.
    const refused = results.get(`${column.mode}/shared`)?.verdicts;
    const shown = isShown(column);
    const running = calm.filter(({ name, group }) =>
      refused?.get(name)?.outcome !== "refused" && (shown ? !isForPipes(name) : group !== "shown")
    );
    const result = await runAll({ ...column, techniques: running, shown });
    results.set(columnName(column), result);
    const leaks = [...result.verdicts].filter(([, { outcome }]) => outcome === "LEAK" || outcome === "silent");
    assertEquals(leaks, []);
    assertEquals(result.damage, []);
    // What was to be kept away did run: a batch in which nothing does would be contained as well.
    const ran = [...result.verdicts.values()].filter(({ outcome }) => outcome === "contained").length;
    assert(ran > running.length / 2, `${ran} of ${running.length} ran`);
  });
}

Deno.test("a process contains loops and heaps that would take a thread or the program along", async () => {
  const names = [
    "resource_infinite_synchronous_loop",
    "resource_js_heap_growth_many_small",
    "cpu_promise_async_recursion",
  ];
  const some = techniques.filter(({ name }) => names.includes(name));
  assertEquals(some.length, names.length);
  const limits = ["default = heartbeat=1, memory=256M"];
  const { damage } = await runBatch({ mode: "binary", kind: "process", techniques: some, limits, patience: 4000 });
  assertEquals(damage, []);
});

/** Attacks that run in one host at the same time. */
const ATTACKS_PER_HOST = 6;

/** Attacks that can share a host. */
function hostsOf(attacks: readonly Technique[]): Technique[][] {
  const kinds = Map.groupBy(attacks, ({ terminal, realm, beside }) => JSON.stringify([terminal, realm, beside]));
  return [...kinds.values()].flatMap((some) =>
    Array.from(
      { length: Math.ceil(some.length / ATTACKS_PER_HOST) },
      (_, at) => some.slice(at * ATTACKS_PER_HOST, (at + 1) * ATTACKS_PER_HOST),
    )
  );
}

for (const [index, some] of hostsOf(attacks).entries()) {
  Deno.test(`the host does bounded work for a module: ${some.map(({ name }) => name).join(", ")}`, async () => {
    const kind = some[0]?.realm as RealmKind | undefined ?? "process";
    // Modules of ours that run beside them are in the binary only.
    const mode = some.some(({ terminal, beside }) => terminal || beside.length > 0) ? "binary" : "embedded";
    const result = await runBatch({ mode, kind, techniques: some, seconds: 3, patience: 8000 });
    results.set(`attacks ${index + 1}`, result);
    assertEquals(result.damage, []);
    assertEquals([...result.verdicts].filter(([, { outcome }]) => outcome === "LEAK"), []);
    // A batch in which nothing attacks would be well, too.
    const ran = [...result.verdicts.values()].filter(({ outcome }) => outcome === "contained").length;
    assert(ran > 0, "none of them ran");
  });
}

Deno.test("the table of all verdicts, and what was measured of the host", () => {
  const columns = [...results].filter(([name]) => !name.startsWith("attacks"));
  console.log(formatTable(techniques.filter(({ apart }) => !apart), new Map(columns)));
  console.log(
    formatTable(attacks, new Map([["process", { verdicts: verdictsOf(attacks), damage: [], measures: NOTHING }]])),
  );
  for (const [name, { measures }] of results) console.log(`${name.padEnd(18)} ${formatMeasures(measures)}`);
});

/** What came of techniques, in whatever host they ran. */
function verdictsOf(techniques: readonly Technique[]): BatchResult["verdicts"] {
  return new Map(techniques.flatMap(({ name }) =>
    [...results.values()].flatMap(({ verdicts }) => {
      const verdict = verdicts.get(name);
      return verdict === undefined ? [] : [[name, verdict] as const];
    })
  ));
}
