import { assert, assertEquals, assertRejects } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { OneByOne } from "../../src/loader/one_by_one.ts";

Deno.test("OneByOne does one piece of work at a time, in order, a failed one included", async () => {
  const asks = new OneByOne();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = asks.run(async () => {
    await gate.promise;
    order.push("first");
  });
  const second = asks.run(() => {
    order.push("second");
    throw new Error("no");
  });
  const third = asks.run(() => order.push("third"));
  gate.resolve();
  await first;
  await assertRejects(() => second, Error, "no");
  await third;
  assertEquals(order, ["first", "second", "third"]);
});

Deno.test("OneByOne pauses after work three times as long, only when more is asked", async () => {
  const asks = new OneByOne();
  const busy = () => {
    const began = performance.now();
    while (performance.now() - began < 20);
  };
  await asks.run(busy);
  const asked = performance.now();
  await asks.run(() => {});
  assert(performance.now() - asked > 40, `${performance.now() - asked} ms`);
});

Deno.test("OneByOne fails what waits when it is closed, and leaves no timer", async () => {
  const asks = new OneByOne();
  await asks.run(() => {
    const began = performance.now();
    while (performance.now() - began < 50);
  });
  const waiting = asks.run(() => "never");
  await Promise.resolve();
  asks.close();
  asks.close();
  await assertRejects(() => waiting, HostError, "the module has stopped");
});
