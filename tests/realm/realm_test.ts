import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { NO_PERMISSIONS, permissionSet } from "../../src/permission/mod.ts";
import { type ImportOutcome, type Realm, type RealmKind, RealmPool, startRealm } from "../../src/realm/mod.ts";

/** A realm whose end is a promise. */
function open(kind: RealmKind) {
  const { promise: ended, resolve } = Promise.withResolvers<HostError>();
  const realm: Realm = startRealm(kind, {
    label: "test/1",
    permissions: NO_PERMISSIONS,
    directories: {},
    times: { start: 10_000, heartbeat: 1_000 },
    events: { log: () => {}, ended: resolve },
  });
  return {
    realm,
    ended,
    async [Symbol.asyncDispose]() {
      realm.end(new HostError("realm-ended", "the test is over"));
      await realm.gone;
    },
  };
}

function source(body: string): string {
  return `import { defineModule } from "asterism"; ${body};
    export default defineModule({ license: "MIT", description: "d", load: () => 0 });`;
}

async function importAll(realm: Realm, sources: Record<string, string>): Promise<Record<string, ImportOutcome>> {
  const outcomes: Record<string, ImportOutcome> = {};
  const requests = Object.entries(sources).map(([name, text]) => ({ name, source: text, generation: 1 }));
  await realm.importAll(requests, { milliseconds: 300, onOutcome: (name, outcome) => void (outcomes[name] = outcome) });
  return outcomes;
}

const KINDS: readonly RealmKind[] = ["dedicated", "process"];

for (const kind of KINDS) {
  Deno.test(`importAll() tells of each module, faulty ones included (${kind})`, async () => {
    await using test = open(kind);
    const outcomes = await importAll(test.realm, {
      good: source(""),
      broken: "this is no module",
      empty: "export const a = 1",
      node: 'import "./neighbor.js"; export default {}',
      thrower: source(`throw new RangeError("at the top")`),
    });
    assertEquals(outcomes.good, {
      module: { license: "MIT", description: "d", has: { load: true, reload: false, unload: false } },
    });
    const faults = Object.fromEntries(
      Object.entries(outcomes).map(([name, outcome]) => [name, "fault" in outcome ? outcome.fault : ""]),
    );
    assertStringIncludes(faults.broken ?? "", "broken.js:1:");
    assertStringIncludes(faults.empty ?? "", "no default export");
    assertStringIncludes(faults.node ?? "", "neighbor.js");
    assertStringIncludes(faults.thrower ?? "", "RangeError: at the top (thrower.js:1:");
  });

  Deno.test(`importAll() gives up on one that hangs and goes on with the next (${kind})`, async () => {
    await using test = open(kind);
    const outcomes = await importAll(test.realm, {
      first: source(""),
      hang: "await new Promise(() => {})",
      last: source(""),
    });
    assertStringIncludes(JSON.stringify(outcomes.hang), "no answer within 0.3 s");
    assertEquals(["first" in outcomes, "module" in (outcomes.last ?? {})], [true, true]);
    assertEquals(test.realm.state, "up");
  });

  Deno.test(`importAll() names the one that loops, and ends with its realm (${kind})`, async () => {
    await using test = open(kind);
    const outcomes: string[] = [];
    const requests = ["first", "loop", "last"].map((name) => ({
      name,
      source: name === "loop" ? "for (;;);" : source(""),
      generation: 1,
    }));
    await assertRejects(
      () => test.realm.importAll(requests, { milliseconds: 300, onOutcome: (name) => void outcomes.push(name) }),
      HostError,
      "missed a heartbeat",
    );
    // What was imported before it went with the realm, untold: it is for the owner to import again.
    assertEquals(outcomes, ["loop"]);
    assertStringIncludes((await test.ended).message, "test/1");
  });

  Deno.test(`end() settles every call that waits, and can be called twice (${kind})`, async () => {
    await using test = open(kind);
    const importing = importAll(test.realm, { hang: "await new Promise(() => {})" });
    test.realm.end(new HostError("realm-ended", "enough"));
    test.realm.end(new HostError("realm-ended", "again"));
    await assertRejects(() => importing, HostError, "enough");
    assertEquals((await test.ended).message, "enough");
    assertEquals(await test.realm.heartbeat(), false);
  });

  Deno.test(`importAll() of a module that hung before is not taken for the earlier one (${kind})`, async () => {
    await using test = open(kind);
    const outcomes = await importAll(test.realm, { late: "await new Promise(() => {})" });
    assertStringIncludes(JSON.stringify(outcomes.late), "no answer within 0.3 s");
    assertEquals("module" in ((await importAll(test.realm, { late: source("") })).late ?? {}), true);
  });
}

Deno.test("RealmPool shares a realm by equal permission set and ends it with its last module", async () => {
  const ended: string[] = [];
  const pool = new RealmPool({ times: { start: 10_000, heartbeat: 1_000 }, directories: {} }, {
    log: () => {},
    ended: (realm) => void ended.push(realm.label),
  });
  const wide = permissionSet([{ kind: "env", value: "HOME" }]);
  const a = pool.admit("a", "shared", NO_PERMISSIONS);
  assertEquals(pool.admit("b", "shared", permissionSet([])), a);
  assertEquals(pool.admit("c", "shared", wide) === a, false);
  const own = pool.admit("d", "dedicated", NO_PERMISSIONS);
  assertEquals(own === a, false);
  assertEquals(pool.list().map(({ residents }) => [...residents]), [["a", "b"], ["c"], ["d"]]);
  pool.dismiss("a", a);
  assertEquals(a.state, "starting");
  pool.dismiss("b", a);
  assertEquals(a.state, "ended");
  assertEquals(pool.admit("e", "shared", NO_PERMISSIONS) === a, false);
  await pool.end(new HostError("realm-ended", "the test is over"));
  assertEquals([pool.list(), ended], [[], []]);
});
