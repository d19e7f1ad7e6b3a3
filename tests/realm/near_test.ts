/** What crosses between realms becomes plain functions and copies, whatever it looks like. */
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { RpcStub } from "capnweb";
import { crossing, inward, near, outward, type Stub } from "../../src/realm/guest/near.ts";

// deno-lint-ignore no-explicit-any -- stubs of whatever a test needs
const stubOf = (fn: (...args: any[]) => unknown) => new RpcStub(fn) as unknown as Stub;

/** Whether a stub is within reach. */
function hasStub(value: unknown): boolean {
  if (value instanceof RpcStub) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasStub);
}

Deno.test("inward() leaves no stub, however deep, also in errors", () => {
  const error = Object.assign(new Error("x"), { member: stubOf(() => 1) });
  const value = inward({ list: [{ inner: stubOf(() => 1) }], error, at: new Date(0) });
  assert(!hasStub(value) && !hasStub(error));
  assertEquals(Object.getPrototypeOf(near(stubOf(() => 1))), Object.getPrototypeOf(async () => {}));
});

Deno.test("near() calls through, and neither answers, failures nor arguments of callbacks are stubs", async () => {
  const seen: unknown[] = [];
  const call = near(stubOf((callback: (value: unknown) => unknown) => callback({ f: () => 2 })));
  const answer = await call(async ({ f }: { f: () => Promise<number> }) => {
    seen.push(f);
    const two = await f();
    return { g: () => two + 1 };
  });
  assert(!hasStub(seen) && !hasStub(answer));
  assertEquals(await answer.g(), 3);
  const failing = near(stubOf(() => Promise.reject(new Error("as told"))));
  await assertRejects(() => failing(), Error, "as told");
});

Deno.test("outward() gives a stub back that it knows, and copies everything else once", () => {
  const stub = stubOf(() => 1);
  assertStrictEquals(outward(near(stub)), stub);
  let reads = 0;
  const changing = {
    get value() {
      return reads++ === 0 ? 1 : { __proto__: null, toJSON: () => "x" };
    },
  };
  const copy = outward([changing]);
  assertEquals([JSON.stringify(copy), JSON.stringify(copy), reads], ['[{"value":1}]', '[{"value":1}]', 1]);
  const own = outward(JSON.parse('{"__proto__":{"admin":true}}')) as object;
  assertStrictEquals(Object.getPrototypeOf(own), Object.prototype);
  const circle: unknown[] = [];
  circle.push(circle);
  assertThrows(() => outward(circle), TypeError, "in a circle");
});

Deno.test("crossing() turns failures into text", async () => {
  const failing = crossing(() => Promise.reject(Object.assign(new Error("boom"), { member: () => 1 })));
  const error = await assertRejects(failing, Error, "Error: boom");
  assertEquals(Object.keys(error), []);
});
