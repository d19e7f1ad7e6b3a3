import { assert, assertEquals } from "@std/assert";
import {
  covers,
  intersect,
  PERMISSION_KINDS,
  permissionKey,
  type PermissionLine,
  type PermissionSet,
  permissionSet,
  subtract,
  unmet,
} from "../../src/permission/mod.ts";
import { forSeeds } from "../config/support.ts";

const RUNS = 3000;

type Random = (limit: number) => number;

/** Values per kind that meet each other often. */
const VALUES: Record<string, readonly string[]> = {
  read: ["/", "/a", "/a/b", "/a/b/c", "/ab", "/a b", "/a write=/b", '/a"', "/x/../a", "*"],
  write: ["/", "/a", "/a/", "/b", "/b/c", "*"],
  net: [
    "h",
    "H:1",
    "h:01",
    "h:2",
    "d.org",
    "*.d.org",
    "*.d.org:1",
    "a.d.org",
    "a.d.org:1",
    "*.a.d.org",
    "[::1]:1",
    "[0::1]",
    "10.0.0.0/8",
    "10.1.0.0/16:1",
    "10.1.2.3",
    "0.0.0.0/0:1",
    "*",
  ],
  env: ["A", "AB", "A*", "AB*", "ABC", "B", "*"],
  sys: ["hostname", "cpus", "*"],
  run: ["sh", "/bin/sh", "/bin/./sh", "sh -c", "*"],
  ffi: ["/lib", "/lib/x.so", "*"],
  import: ["jsr.io", "jsr.io:443", "*"],
  node: ["fs", "node:fs", "net", "*"],
  host: ["modules", "command", "*"],
  config: ["a.conf", "A.conf", "b.conf", "*"],
};

function randomSet(random: Random): PermissionSet {
  const lines = Array.from({ length: random(7) }, (): PermissionLine => {
    const kind = PERMISSION_KINDS[random(PERMISSION_KINDS.length)] ?? "read";
    const values = VALUES[kind] ?? [];
    return { kind, value: values[random(values.length)] ?? "" };
  });
  return permissionSet(lines);
}

Deno.test("intersect() is never wider than either side, and keeps all that both have", () => {
  forSeeds(RUNS, (random) => {
    const [a, b, c] = [randomSet(random), randomSet(random), randomSet(random)];
    const both = intersect(a, b);
    assert(covers(a, both), "wider than the first");
    assert(covers(b, both), "wider than the second");
    if (covers(a, c) && covers(b, c)) assert(covers(both, c), "lost something that both have");
  });
});

Deno.test("intersect() is idempotent, commutative and associative", () => {
  forSeeds(RUNS, (random) => {
    const [a, b, c] = [randomSet(random), randomSet(random), randomSet(random)];
    assertEquals(intersect(a, a), a);
    assertEquals(intersect(a, b), intersect(b, a));
    assertEquals(intersect(intersect(a, b), c), intersect(a, intersect(b, c)));
  });
});

Deno.test("covers() is a partial order in which intersect() is the meet", () => {
  forSeeds(RUNS, (random) => {
    const [a, b, c] = [randomSet(random), randomSet(random), randomSet(random)];
    assert(covers(a, a));
    if (covers(a, b) && covers(b, c)) assert(covers(a, c), "not transitive");
    assertEquals(covers(a, b), permissionKey(intersect(a, b)) === permissionKey(b));
  });
});

Deno.test("unmet() names a value exactly when nothing of it is granted", () => {
  forSeeds(RUNS, (random) => {
    const [asked, granted] = [randomSet(random), randomSet(random)];
    const missing = new Set(unmet(asked, granted).map(({ kind, value }) => `${kind} ${value}`));
    for (const kind of PERMISSION_KINDS) {
      for (const value of asked[kind]) {
        const met = intersect(permissionSet([{ kind, value }]), granted)[kind].length > 0;
        assertEquals(missing.has(`${kind} ${value}`), !met, `${kind}=${value}`);
      }
    }
    if (covers(granted, asked)) assertEquals(missing.size, 0);
  });
});

Deno.test("permissionKey() is equal exactly for sets that cover each other", () => {
  forSeeds(RUNS, (random) => {
    const [a, b] = [randomSet(random), randomSet(random)];
    assertEquals(permissionKey(a) === permissionKey(b), covers(a, b) && covers(b, a));
    const again = PERMISSION_KINDS.flatMap((kind) => a[kind].map((value) => ({ kind, value }))).reverse();
    assertEquals(permissionKey(permissionSet(again)), permissionKey(a));
  });
});

Deno.test("subtract() keeps nothing that a denial touches, and all that none does", () => {
  forSeeds(RUNS, (random) => {
    const [allowed, denied] = [randomSet(random), randomSet(random)];
    const { kept, gone, cut } = subtract(allowed, denied);
    assert(covers(allowed, kept), "wider than it was");
    for (const kind of PERMISSION_KINDS) assertEquals(intersect(kept, denied)[kind], [], `${kind} is denied and kept`);
    for (const kind of PERMISSION_KINDS) {
      for (const value of allowed[kind]) {
        const taken = [...gone, ...cut.map((one) => one.allowed)].some((one) =>
          one.kind === kind && one.value === value
        );
        assertEquals(taken, !kept[kind].includes(value), `${kind}=${value}`);
      }
    }
    const whole = gone.map((line) => permissionSet([line]));
    for (const one of whole) assert(covers(denied, one) || one.run.length > 0, "gone, but not denied");
  });
});

Deno.test("what is asked, granted and the program's own, without what is denied, is wider than none of them", () => {
  forSeeds(RUNS, (random) => {
    const [asked, granted, own, denied] = [randomSet(random), randomSet(random), randomSet(random), randomSet(random)];
    const effective = subtract(intersect(intersect(asked, granted), own), denied).kept;
    for (const limit of [asked, granted, own]) assert(covers(limit, effective));
    for (const kind of PERMISSION_KINDS) assertEquals(intersect(effective, denied)[kind], []);
  });
});
