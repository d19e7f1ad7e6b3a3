import { assertEquals } from "@std/assert";
import { configFaults, countTests, entryFaults } from "../../tools/gate.ts";

const COUNTED: readonly [string, number, { passed: number; failed: number }][] = [
  ["ok | 12 passed | 0 failed (5ms)", 0, { passed: 12, failed: 0 }],
  ["x ... ok\n\nok | 3 passed (14 steps) | 0 failed | 1 ignored (5ms)\n", 0, { passed: 3, failed: 0 }],
  ["FAILED | 3 passed | 2 failed (5ms)\n\nerror: Test failed", 1, { passed: 3, failed: 2 }],
  ["\u001b[32mok\u001b[0m | 3 passed | 0 failed \u001b[2m(5ms)\u001b[0m", 0, { passed: 3, failed: 0 }],
  ["ok | 3 passed | 0 failed (5ms)", 1, { passed: 3, failed: 1 }],
  ["ok | 1 passed | 0 failed\nok | 2 passed | 0 failed", 0, { passed: 2, failed: 0 }],
  ["  ok | 9 passed | 0 failed", 0, { passed: 0, failed: 1 }],
  ["error: Type checking failed", 1, { passed: 0, failed: 1 }],
  ["", 0, { passed: 0, failed: 1 }],
];

// The outputs stay out of the names: whoever reads the gate's own output would take them for its summary.
for (const [index, [output, code, count]] of COUNTED.entries()) {
  Deno.test(`countTests() reads output ${index + 1} of ${COUNTED.length}`, () => {
    assertEquals(countTests(output, code), count);
  });
}

Deno.test("entryFaults() names what has no place at the root", () => {
  assertEquals(entryFaults(["main.ts", "src", "dist", ".git"]), []);
  assertEquals(entryFaults(["z.txt", "src", "node_modules"]).map((fault) => fault.split(":")[0]), [
    "node_modules",
    "z.txt",
  ]);
});

Deno.test("configFaults() names what would make deno task itself fetch", () => {
  assertEquals(configFaults({ importMap: "./imports.json", lock: false }), []);
  assertEquals(configFaults({ imports: {}, lock: "deno.lock" }).length, 2);
});
