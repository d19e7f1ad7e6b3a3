/**
 * Everything that a module of a realm can reach is frozen, replaced, or excused with a reason. The walk finds out by itself
 * what there is: a newer Deno that brings more fails here.
 */
import { assert, assertEquals } from "@std/assert";
import { HostError } from "../../src/fault/mod.ts";
import { NO_PERMISSIONS, type PermissionSet, permissionSet } from "../../src/permission/mod.ts";
import { type HandleMethods, type RealmKind, startRealm, USUAL_REALM_LIMITS } from "../../src/realm/mod.ts";
import { EXCUSED } from "./walk/excused.ts";

/** A walk fills the log, opens many files and keeps its thread busy. */
const LIMITS = {
  ...USUAL_REALM_LIMITS,
  heartbeat: 60_000,
  output: 1_000_000,
  outputbytes: 1e9,
  files: 10_000,
  memory: 2 * 1024 ** 3,
};

const text = (name: string) => Deno.readTextFileSync(new URL(`./walk/${name}`, import.meta.url));

/** What a module finds, as lines of the log. */
const WALK = `
export default defineModule({ license: "MIT", description: "Module walk", async load(host) {
  const walker = new Walker();
  await walker.share(globalThis, "globalThis");
  await walker.share(asterism, "asterism");
  const recipes = GRANTED === null ? RECIPES : { ...RECIPES, ...GRANTED_RECIPES };
  for (const [name, make] of Object.entries(recipes)) await walker.cook(name, make);
  // Members of Deno have recipes; only what they throw is made without.
  await walker.callShared(/\\.Deno\\b(?!\\.errors)/);
  walker.inspect();
  for (const finding of walker.findings) host.log.notice("FINDING " + finding);
  host.log.notice("WALKED " + JSON.stringify({ shared: walker.shared.size, calls: walker.calls, asked: [...asked] }));
  host.log.notice("MEMBERS " + Object.keys(Deno).filter((name) => typeof Deno[name] === "function").join(" "));
  return 0;
} });`;

/** What a walk came to. */
interface Walk {
  readonly findings: readonly string[];
  readonly shared: number;
  readonly calls: number;
  /** Members of `Deno` that recipes have asked for. */
  readonly asked: readonly string[];
  /** Those that are functions. */
  readonly members: readonly string[];
}

async function walk(kind: RealmKind, permissions: PermissionSet, granted: unknown): Promise<Walk> {
  const lines: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<HostError>();
  const realm = startRealm(kind, {
    label: "test/1",
    permissions,
    directories: {},
    limits: LIMITS,
    events: { log: ({ message }) => void lines.push(message), ended: resolve },
  });
  const parts = ["walker.js", "recipes.js", "recipes_granted.js"].map(text).join("\n");
  const imports = `import { defineModule } from "asterism";\nimport * as asterism from "asterism";`;
  const source = `${imports}\nconst GRANTED = ${JSON.stringify(granted)};\n${parts}\n${WALK}`;
  const outcomes: unknown[] = [];
  const request = { name: "walk", source, generation: 1, license: "MIT", description: "Module walk" };
  await realm.start(request, {
    handle: {} as HandleMethods,
    deadline: 240_000,
    onImported: (outcome) => void ("fault" in outcome && outcomes.push(outcome)),
    onLoaded: (outcome) => void outcomes.push(outcome),
  });
  await realm.heartbeat();
  realm.end(new HostError("realm-ended", "the test is over"));
  assertEquals([outcomes, (await ended).message], [[{ result: 0 }], "the test is over"]);
  await realm.gone;
  const starting = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const [members = ""] = starting("MEMBERS");
  return { ...JSON.parse(starting("WALKED")[0] ?? "{}"), findings: starting("FINDING"), members: members.split(" ") };
}

/** Findings that nobody has excused. */
function faults({ findings }: Walk): string[] {
  return findings.filter((finding) => !EXCUSED.some(([excused]) => excused.test(finding)));
}

for (const kind of ["shared", "dedicated", "process"] as const) {
  Deno.test(`everything reachable in a realm is locked (${kind})`, async () => {
    const found = await walk(kind, NO_PERMISSIONS, null);
    assertEquals(faults(found), []);
    // A walk that went nowhere would find nothing.
    assert(found.shared > 1_500 && found.calls > 20_000, `${found.shared} shared objects, ${found.calls} calls`);
    const idle = EXCUSED.filter(([excused]) => !found.findings.some((finding) => excused.test(finding)));
    assertEquals(idle, [], "excuses for what is not there");
  });
}

for (const kind of ["shared", "process"] as const) {
  Deno.test(`everything that members of Deno hand out is locked (${kind})`, async () => {
    const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-walk-" }));
    try {
      await Deno.writeTextFile(`${directory}/file.txt`, "x".repeat(100));
      const program = await Deno.realPath("/bin/cat");
      const permissions = permissionSet([
        ...(["read", "write"] as const).map((kind) => ({ kind, value: directory })),
        ...[{ kind: "net", value: "127.0.0.1" }, { kind: "run", value: program }, { kind: "ffi", value: "*" }] as const,
        ...[{ kind: "env", value: "HOME" }, { kind: "sys", value: "networkInterfaces" }] as const,
      ]);
      const [certificate, key] = [text("local.pem"), text("local.key")];
      const found = await walk(kind, permissions, { directory, program, library: "libc.so.6", certificate, key });
      assertEquals(faults(found), []);
      const left = found.members.filter((name) => !found.asked.includes(name) && !DATA_REGEXP.test(name));
      assertEquals(left, [], "members of Deno without a recipe");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

/** Members of `Deno` that answer with texts, numbers, bytes or nothing. */
const DATA_REGEXP = new RegExp(
  `^(?:${
    [
      ...[
        "(?:read|write)(?:Text)?File",
        "ch(?:mod|own)",
        "copyFile",
        "cwd",
        "makeTemp(?:Dir|File)",
        "mkdir",
        "readLink",
      ],
      ...["realPath", "remove", "rename", "l?stat", "truncate", "(?:sym)?link", "utime", "(?:un)?refTimer", "inspect"],
      ...["osRelease", "osUptime", "hostname", "[gu]id"],
    ].join("|")
  })(?:Sync)?$`,
);
