/**
 * Every technique that leaves the machine to others, in every kind of realm, under Deno and in the compiled binary; and of
 * those that eat memory and processor time a few, in processes. `deno task hostile` runs all of those.
 */
import { assert, assertEquals } from "@std/assert";
import { type BatchResult, runAll, runBatch } from "./_run.ts";
import { columnName, columns, formatTable } from "./_table.ts";
import { readTechniques } from "./_technique.ts";

const techniques = readTechniques();
const results = new Map<string, BatchResult>();

Deno.test("there are more than 200 techniques, each with a head", () => {
  assert(techniques.length > 200, `${techniques.length}`);
});

for (const column of columns) {
  Deno.test(`every technique is contained: ${columnName(column)}`, async () => {
    const calm = techniques.filter(({ apart }) => !apart);
    // What the scan refuses gets into no realm: it is refused in shared ones, and need not be in the others.
    const refused = results.get(`${column.mode}/shared`)?.verdicts;
    const running = calm.filter(({ name }) => refused?.get(name)?.outcome !== "refused");
    const result = await runAll({ ...column, techniques: running });
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

Deno.test("the table of all verdicts", () => {
  console.log(formatTable(techniques.filter(({ apart }) => !apart), results));
});
