import { assert, assertEquals } from "@std/assert";
import { Turns } from "../../src/dialplan/turns.ts";
import { mostBetweenTurns } from "../support/turns.ts";

/** Milliseconds of one step: a turn has room for some. */
const STEP_MS = 2;

/** A call of some steps, each followed by what another thread would do at once. */
async function call(turns: Turns, steps: number, step: () => void): Promise<void> {
  turns.enter();
  for (let done = 0; done < steps; done++) {
    if (turns.over) await turns.next("owner");
    step();
    await turns.outside(() => Promise.resolve());
  }
  turns.leave();
}

for (const calls of [1, 2, 10, 50]) {
  Deno.test(`${calls} calls that wait for nothing hold the thread no longer than one turn`, async () => {
    const turns = new Turns();
    let steps = 0;
    const most = await mostBetweenTurns(STEP_MS, async (step) => {
      await Promise.all(Array.from({ length: calls }, () => call(turns, 100 / calls, () => (steps++, step()))));
    });
    assertEquals(steps, 100);
    assert(most <= 4, `${most} steps`);
  });
}

Deno.test("a call that waited has a whole turn", async () => {
  const turns = new Turns();
  turns.enter();
  await turns.outside(() => new Promise((resolve) => setTimeout(resolve, 20)));
  assertEquals(turns.over, false);
  turns.leave();
});
