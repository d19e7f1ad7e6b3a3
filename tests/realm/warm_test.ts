import { assertEquals } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { NO_PERMISSIONS, permissionSet } from "../../src/permission/mod.ts";
import { type ImportOutcome, startRealm, USUAL_REALM_LIMITS } from "../../src/realm/mod.ts";
import { WarmWorkers } from "../../src/realm/warm.ts";

/** Waits until so many are ready. */
async function ready(warm: WarmWorkers, count: number): Promise<void> {
  while (warm.count < count) await new Promise((resolve) => setTimeout(resolve, 10));
}

Deno.test("WarmWorkers keeps as many ready as wanted, for modules without permissions only", async () => {
  const warm = new WarmWorkers(2);
  assertEquals(warm.take(NO_PERMISSIONS), undefined);
  warm.run();
  await ready(warm, 2);
  assertEquals(warm.take(permissionSet([{ kind: "env", value: "HOME" }])), undefined);
  // What a module may do to the host is no matter of the Worker.
  const carrier = warm.take(permissionSet([{ kind: "host", value: "modules" }]));
  assertEquals([carrier?.sound, warm.count], [true, 1]);
  await ready(warm, 2);
  carrier?.end();
  warm.end();
  warm.end();
  assertEquals([warm.count, warm.take(NO_PERMISSIONS)], [0, undefined]);
});

Deno.test("WarmWorkers starts the first at once when one is about to be needed", () => {
  const warm = new WarmWorkers(1);
  warm.first();
  warm.first();
  assertEquals(warm.count, 1);
  warm.take(NO_PERMISSIONS)?.end();
  warm.end();
  const none = new WarmWorkers(0);
  none.first();
  assertEquals(none.count, 0);
});

Deno.test("a realm in a warm Worker is as any other", async () => {
  const warm = new WarmWorkers(1);
  warm.run();
  await ready(warm, 1);
  const realm = startRealm("dedicated", {
    label: "test/1",
    permissions: NO_PERMISSIONS,
    directories: {},
    limits: USUAL_REALM_LIMITS,
    events: { log: () => {}, ended: () => {} },
  }, warm.take(NO_PERMISSIONS));
  const outcomes: ImportOutcome[] = [];
  const source = `export default { license: "MIT", description: "d", load: () => 0 }`;
  await realm.importAll([{ name: "a", source, generation: 1 }], {
    deadline: () => 10_000,
    onOutcome: (_, outcome) => void outcomes.push(outcome),
  });
  assertEquals(outcomes.length === 1 && "module" in (outcomes[0] as ImportOutcome), true);
  realm.end(new HostError("realm-ended", "the test is over"));
  warm.end();
});
