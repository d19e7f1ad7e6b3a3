import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { NO_PERMISSIONS, permissionSet } from "../../src/permission/mod.ts";
import {
  type HandleMethods,
  type ImportOutcome,
  type Realm,
  type RealmKind,
  type RealmLimits,
  RealmPool,
  startRealm,
  type StartRequest,
  USUAL_REALM_LIMITS,
} from "../../src/realm/mod.ts";

const LIMITS: RealmLimits = { ...USUAL_REALM_LIMITS, heartbeat: 1_000, message: 100_000, queue: 100, output: 5 };

/** A realm whose end is a promise. */
function open(kind: RealmKind) {
  const lines: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<HostError>();
  const realm: Realm = startRealm(kind, {
    label: "test/1",
    permissions: NO_PERMISSIONS,
    directories: {},
    limits: LIMITS,
    events: { log: ({ message }) => void lines.push(message), ended: resolve },
  });
  return {
    realm,
    ended,
    lines,
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

async function importAll(
  realm: Realm,
  sources: Record<string, string>,
  milliseconds = 300,
): Promise<Record<string, ImportOutcome>> {
  const outcomes: Record<string, ImportOutcome> = {};
  const requests = Object.entries(sources).map(([name, text]) => ({ name, source: text, generation: 1 }));
  await realm.importAll(requests, {
    deadline: () => milliseconds,
    onOutcome: (name, outcome) => void (outcomes[name] = outcome),
  });
  return outcomes;
}

/** Starts a module and gives back what was told of it, in order. */
async function start(
  realm: Realm,
  text: string,
  request: Partial<StartRequest> = {},
): Promise<unknown[]> {
  const told: unknown[] = [];
  await realm.start({
    name: "one",
    source: text,
    generation: ++generations,
    license: "MIT",
    description: "d",
    ...request,
  }, {
    handle: {} as HandleMethods,
    deadline: 300,
    onImported: (outcome) => void told.push(outcome),
    onLoaded: (outcome) => void told.push(outcome),
  });
  return told;
}

let generations = 0;

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
      () => test.realm.importAll(requests, { deadline: () => 300, onOutcome: (name) => void outcomes.push(name) }),
      HostError,
      "missed a heartbeat",
    );
    // What was imported before it went with the realm, untold: it is for the owner to import again.
    assertEquals(outcomes, ["loop"]);
    assertStringIncludes((await test.ended).message, "test/1");
  });

  Deno.test(`start() tells of the import first, then of load (${kind})`, async () => {
    await using test = open(kind);
    const good = source("").replace("() => 0", "(_host, state) => state.result");
    assertEquals(await start(test.realm, good, { state: '{"result":7}' }), [
      { module: { license: "MIT", description: "d", has: { load: true, reload: false, unload: false } } },
      { result: 7 },
    ]);
  });

  Deno.test(`start() does not go on to load of a module that is not what it should be (${kind})`, async () => {
    await using test = open(kind);
    const loud = source("").replace("() => 0", `() => console.log("it was run")`);
    assertEquals((await start(test.realm, loud, { description: "another" })).length, 1);
    assertEquals((await start(test.realm, loud, { license: "" })).length, 1);
    assertEquals((await start(test.realm, "export default { license: 'MIT', description: 'd' }")).length, 1);
    assertStringIncludes(JSON.stringify(await start(test.realm, "this is no module")), "one.js:1:");
    await test.realm.heartbeat();
    assertEquals(test.lines, []);
  });

  Deno.test(`start() tells which of the two hangs (${kind})`, async () => {
    await using test = open(kind);
    const hung = "no answer within 0.3 s";
    assertEquals(await start(test.realm, "await new Promise(() => {})"), [{ fault: hung }]);
    const waiting = source("").replace("() => 0", "() => new Promise(() => {})");
    assertEquals((await start(test.realm, waiting)).slice(1), [{ thrown: hung }]);
    assertEquals(test.realm.state, "up");
    const looping = source("").replace("() => 0", "() => { for (;;); }");
    assertEquals((await start(test.realm, looping)).slice(1), [{ thrown: hung }]);
    assertStringIncludes((await test.ended).message, "missed a heartbeat");
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

  Deno.test(`importAll() of a realm that has ended fails at once (${kind})`, async () => {
    await using test = open(kind);
    await importAll(test.realm, { good: source("") });
    test.realm.end(new HostError("realm-ended", "enough"));
    await assertRejects(() => importAll(test.realm, { late: source("") }), HostError, "enough");
  });

  Deno.test(`a realm drops lines beyond its rate and says how many (${kind})`, async () => {
    await using test = open(kind);
    const talk = "for (let line = 0; line < 8; line++) console.log(`line ${line}`)";
    // A second that is over tells what it has dropped, although nothing more is written; lines at its end may fall into
    // the next one.
    const wait = "await new Promise((done) => setTimeout(done, 1100))";
    const outcomes = await importAll(test.realm, { talker: source(`${talk}; ${wait}`) }, 5_000);
    assertEquals("module" in (outcomes.talker ?? {}), true);
    const said = test.lines.map((line) => Number(/^(\d+) lines were dropped/.exec(line)?.[1] ?? 0));
    const dropped = said.reduce((sum, one) => sum + one, 0);
    assertEquals(dropped + test.lines.filter((line) => line.startsWith("line")).length, 8);
    assertEquals(test.realm.state, "up");
  });

  Deno.test(`a realm that sends too long a message is told, and none gets through (${kind})`, async () => {
    await using test = open(kind);
    await importAll(test.realm, { long: source(`console.log("x".repeat(200_000))`) });
    assertEquals(test.lines.map((line) => line.length), [8193]);
  });

  Deno.test(`a realm whose module gives away more than a message holds ends at once, and says why (${kind})`, async () => {
    await using test = open(kind);
    const text = source("").replace("() => 0", `(host) => host.execute("x".repeat(17_000_000))`);
    await assertRejects(() => start(test.realm, text), HostError, "its session broke off: Cannot send 1700");
    assertStringIncludes((await test.ended).message, "16777216 at most");
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
  const pool = new RealmPool({ directories: {} }, {
    log: () => {},
    ended: (realm) => void ended.push(realm.label),
  });
  const wide = permissionSet([{ kind: "env", value: "HOME" }]);
  const a = pool.admit("a", { kind: "shared", permissions: NO_PERMISSIONS, limits: LIMITS });
  assertEquals(pool.admit("b", { kind: "shared", permissions: permissionSet([]), limits: LIMITS }), a);
  assertEquals(pool.admit("c", { kind: "shared", permissions: wide, limits: LIMITS }) === a, false);
  const own = pool.admit("d", { kind: "dedicated", permissions: NO_PERMISSIONS, limits: LIMITS });
  assertEquals(own === a, false);
  assertEquals(pool.list().map(({ residents }) => [...residents]), [["a", "b"], ["c"], ["d"]]);
  pool.dismiss("a", a);
  assertEquals(a.state, "starting");
  pool.dismiss("b", a);
  assertEquals(a.state, "ended");
  assertEquals(pool.admit("e", { kind: "shared", permissions: NO_PERMISSIONS, limits: LIMITS }) === a, false);
  await pool.end(new HostError("realm-ended", "the test is over"));
  assertEquals([pool.list(), ended], [[], []]);
});
