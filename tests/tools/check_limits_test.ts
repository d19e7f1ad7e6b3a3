import { assertEquals } from "@std/assert";
import { functionMeasures, limitFaults, type Measured } from "../../tools/check_limits.ts";

function measured(kind: Measured["kind"], size: number, name = "run"): Measured {
  return { kind, file: "src/a.ts", line: 3, name, size };
}

Deno.test("limitFaults() is silent within the limits", () => {
  assertEquals(limitFaults([measured("function", 50), measured("parameters", 3), measured("file", 400, "")], {}), []);
});

Deno.test("limitFaults() names file, line, size and cure", () => {
  assertEquals(limitFaults([measured("function", 51), measured("parameters", 4), measured("file", 401, "")], {}), [
    'src/a.ts:3: "run" has 51 lines, the limit is 50; give its steps names of their own',
    'src/a.ts:3: "run" has 4 parameters, the limit is 3; pass one object',
    "src/a.ts:3: the file has 401 lines, the limit is 400; split it by idea",
  ]);
});

Deno.test("limitFaults() accepts a recorded size and no other", () => {
  const ratchet = { "function src/a.ts run": 60 };
  assertEquals(limitFaults([measured("function", 60)], ratchet), []);
  assertEquals(limitFaults([measured("function", 61)], ratchet).length, 1);
  assertEquals(limitFaults([measured("function", 59)], ratchet), [
    'src/a.ts:3: "run" has 59 lines, 60 are recorded; write 59 into tools/limits.json',
  ]);
  assertEquals(limitFaults([measured("function", 50)], ratchet), [
    'tools/limits.json:1: "function src/a.ts run" is within its limit now; remove the line',
  ]);
  assertEquals(limitFaults([measured("file", 450, "")], { "file src/a.ts": 450 }), []);
});

Deno.test("functionMeasures() reads what the plugin reports", () => {
  const fact = { file: "src/a.ts", line: 3, text: "run|51|2" };
  assertEquals(functionMeasures(fact), [measured("function", 51), measured("parameters", 2)]);
});
