/** The turns of the loader's operations, without a loader. */
import { assertEquals, assertRejects } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { MAX_ASKED, Turn } from "../../src/loader/turn.ts";

/** Something that the test ends. */
const gate = () => Promise.withResolvers<void>();

Deno.test("one operation at a time decides; while one waits outside others have their turn", async () => {
  const turn = new Turn();
  const order: string[] = [];
  const [hung, begun] = [gate(), gate()];
  const first = turn.run(async () => {
    order.push("first");
    await turn.outside(() => {
      begun.resolve();
      return hung.promise;
    });
    order.push("first again");
  });
  await begun.promise;
  const second = turn.run(async () => {
    order.push("second");
    await Promise.resolve();
    order.push("second goes on");
  });
  await second;
  hung.resolve();
  await first;
  assertEquals(order, ["first", "second", "second goes on", "first again"]);
});

Deno.test("a whole operation keeps its turn while it waits", async () => {
  const turn = new Turn();
  const order: string[] = [];
  const [hung, begun] = [gate(), gate()];
  const whole = turn.run(async () => {
    await turn.outside(() => {
      begun.resolve();
      return hung.promise;
    });
    order.push("whole");
  }, { whole: true });
  await begun.promise;
  const other = turn.run(() => Promise.resolve(order.push("other")));
  hung.resolve();
  await Promise.all([whole, other]);
  assertEquals(order, ["whole", "other"]);
});

Deno.test("operations on one module wait for each other, in order; the claim ends with its operation", async () => {
  const turn = new Turn();
  const order: string[] = [];
  const [hung, begun] = [gate(), gate()];
  const working = (label: string, keys: string[], wait?: Promise<void>) =>
    turn.run(async () => {
      await turn.claim(() => keys);
      begun.resolve();
      if (wait !== undefined) await turn.outside(() => wait);
      order.push(label);
    });
  const first = working("first", ["a", "b"], hung.promise);
  await begun.promise;
  const others = [working("second", ["b", "c"]), working("third", ["a"])];
  await working("unrelated", ["c"]);
  assertEquals(order, ["unrelated"]);
  hung.resolve();
  await Promise.all([first, ...others]);
  assertEquals(order, ["unrelated", "first", "second", "third"]);
});

Deno.test("of operations that would wait for each other for ever one goes without its claim", async () => {
  const turn = new Turn();
  const both = gate();
  const [first, second] = [gate(), gate()];
  const crossing = (own: string, other: string, begun: PromiseWithResolvers<void>) =>
    turn.run(async () => {
      using _claim = await turn.claim(() => [own]);
      begun.resolve();
      await turn.outside(() => both.promise);
      using claim = await turn.claim(() => [other]);
      return claim !== undefined;
    });
  const operations = [crossing("a", "b", first), crossing("b", "a", second)];
  await Promise.all([first.promise, second.promise]);
  both.resolve();
  assertEquals((await Promise.all(operations)).sort(), [false, true]);
});

Deno.test("what a module asks for comes after what the administrator asks for, and has a limit", async () => {
  const turn = new Turn();
  const order: string[] = [];
  const hung = gate();
  const busy = turn.run(() => hung.promise);
  const ask = (label: string) => () => {
    order.push(label);
    return Promise.resolve();
  };
  const asked = Array.from({ length: MAX_ASKED }, () => turn.by("evil", () => turn.run(ask("evil"))));
  await assertRejects(
    () => turn.by("evil", () => turn.run(ask("evil"))),
    HostError,
    `module "evil" now: it has asked the loader for ${MAX_ASKED} things that are not done yet`,
  );
  const others = [turn.run(ask("good"), { module: "good" }), turn.run(ask("administrator"))];
  hung.resolve();
  await Promise.all([busy, ...asked, ...others]);
  assertEquals([order[0], order[1], order.at(-1), order.length], ["administrator", "evil", "good", MAX_ASKED + 2]);
  // What has ended does not count any more.
  await turn.run(ask("evil"), { module: "evil" });
});
