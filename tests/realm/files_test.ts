/** Descriptors of a realm: how many it may have open, and what the host knows of them. */
import { assertEquals, assertMatch } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { permissionSet } from "../../src/permission/mod.ts";
import { type HandleMethods, type Realm, startRealm, USUAL_REALM_LIMITS } from "../../src/realm/mod.ts";

const LIMIT = 40;

/** Runs code as the `load` of a module; what it throws is the answer. */
async function run(code: string, imports = ""): Promise<{ text: string; realm: Realm; ended: Promise<HostError> }> {
  const { promise: ended, resolve } = Promise.withResolvers<HostError>();
  const realm = startRealm("dedicated", {
    label: "dedicated/1",
    permissions: permissionSet([
      { kind: "read", value: "/dev" },
      { kind: "write", value: "/dev/null" },
      { kind: "net", value: "127.0.0.1" },
      { kind: "run", value: "/bin/sleep" },
      { kind: "node", value: "fs" },
    ]),
    directories: {},
    limits: { ...USUAL_REALM_LIMITS, files: LIMIT },
    events: { log: () => {}, ended: resolve },
  });
  const source = `${imports}
const listen = () => Deno.listen({ hostname: "127.0.0.1", port: 0 });
export default { license: "MIT", description: "d", async load() { ${code} } };`;
  const deadline = () => 10_000;
  await realm.importAll([{ name: "a", source, generation: 1 }], {
    deadline,
    onOutcome: (_, outcome) => assertEquals("module" in outcome, true, JSON.stringify(outcome)),
  });
  let text = "";
  await realm.loadAll(new Map([["a", {} as HandleMethods]]), {
    deadline,
    onOutcome: (_, outcome) => text = "thrown" in outcome ? outcome.thrown : `result ${outcome.result}`,
  });
  return { text, realm, ended };
}

const OPENERS: Readonly<Record<string, string>> = {
  "files, one by one": `for (;;) kept.push(await Deno.open("/dev/null"));`,
  "files, all at once": `kept.push(...await Promise.all(Array.from({ length: 5000 }, () => Deno.open("/dev/null"))));`,
  "files, synchronously": `for (;;) kept.push(Deno.openSync("/dev/null"));`,
  "watchers": `for (;;) kept.push(Deno.watchFs("/dev/shm"));`,
  "listeners": `for (;;) kept.push(listen());`,
  "connections": `const { addr } = kept[0] = listen(); for (;;) kept.push(await Deno.connect(addr));`,
  "connections that are accepted": `const { port } = (kept[0] = listen()).addr;
    const other = kept[0]; for (;;) { kept.push(await Deno.connect({ hostname: "127.0.0.1", port }), await other.accept()); }`,
  "requests": `const { addr } = kept[0] = listen();
    await Promise.all(Array.from({ length: 5000 }, () => fetch("http://127.0.0.1:" + addr.port)));`,
  "sockets of the web": `const { addr } = kept[0] = listen();
    for (;;) kept.push(new (kept.at(-1).constructor === WebSocket ? kept.at(-1).constructor : WebSocket)("ws://127.0.0.1:" + addr.port));`,
  "children":
    `for (;;) kept.push(new Deno.Command("/bin/sleep", { args: ["3"], stdin: "piped", stdout: "piped", stderr: "null" }).spawn());`,
};

for (const [what, code] of Object.entries(OPENERS)) {
  Deno.test(`a realm has no more than its number of ${what}`, async () => {
    const { text, realm } = await run(`const kept = []; globalThis.kept = kept; ${code}`);
    assertMatch(text, /Too many open files: this realm has 40, which is its limit \("files" in \[limits\]\)/);
    assertEquals(await realm.heartbeat(), true);
    const { files } = realm.health!;
    assertEquals(files <= LIMIT, true, `${files} are open`);
    realm.end(new HostError("realm-ended", "the test is over"));
  });
}

Deno.test("a realm may open anew what it closes", async () => {
  const { text, realm } = await run(`
    for (let round = 0; round < 3; round++) {
      const files = [];
      while (files.length < ${LIMIT}) files.push(await Deno.open("/dev/null"));
      for (const file of files) file.close();
    }
    await Promise.all(Array.from({ length: 30 }, () => Deno.readTextFile("/dev/null")));
    return (await Deno.open("/dev/null")).readable === undefined ? 1 : 0;
  `);
  assertEquals(text, "result 0");
  await realm.heartbeat();
  assertEquals([realm.health?.files, realm.health?.servers], [1, 0]);
  realm.end(new HostError("realm-ended", "the test is over"));
});

Deno.test("a realm tells of its servers, whose connections nobody counts", async () => {
  const { text, realm } = await run(
    `Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response()); return 0;`,
  );
  await realm.heartbeat();
  assertEquals([text, realm.health?.servers], ["result 0", 1]);
  realm.end(new HostError("realm-ended", "the test is over"));
});

Deno.test("a realm that gets past the count is ended at its next heartbeat", async () => {
  const { text, realm, ended } = await run(
    `for (let count = 0; count < 60; count++) fs.openSync("/dev/null", "r"); return 0;`,
    `import * as fs from "node:fs";`,
  );
  assertEquals([text, await realm.heartbeat()], ["result 0", false]);
  assertEquals(
    (await ended).message,
    "Realm dedicated/1 has ended: it has 60 descriptors open, more than its 40",
  );
});
