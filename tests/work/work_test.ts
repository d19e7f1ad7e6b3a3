import { assert, assertEquals, assertThrows } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { Budget, Slices } from "../../src/work/mod.ts";
import { mostBetweenTurns } from "../support/turns.ts";

Deno.test("Budget ends work that takes more steps than it has, naming the work", () => {
  const budget = new Budget(10, 'matching "a*"');
  budget.spend(10);
  assertEquals(budget.left, 0);
  const error = assertThrows(() => budget.spend(), HostError, 'Cannot finish matching "a*": it takes over 10 steps');
  assertEquals(error.code, "limit");
});

Deno.test("Slices let other work have its turn between two slices", async () => {
  const order: string[] = [];
  setTimeout(() => order.push("other"), 0);
  const slices = new Slices(0);
  order.push("first");
  assertEquals(slices.over, true);
  await slices.next();
  order.push("second");
  assertEquals(order, ["first", "other", "second"]);
});

Deno.test("works that wait for their next slice get one at a time", async () => {
  const most = await mostBetweenTurns(5, async (step) => {
    await Promise.all(Array.from({ length: 20 }, async () => {
      const slices = new Slices(2);
      for (let done = 0; done < 3; done++) {
        await slices.next();
        step();
      }
    }));
  });
  assert(most <= 2, `${most} steps`);
});
