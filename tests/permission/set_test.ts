import { assertEquals, assertThrows } from "@std/assert";
import {
  covers,
  DENO_KINDS,
  expandVariables,
  formatPermissions,
  intersect,
  isPermissionKind,
  NO_PERMISSIONS,
  normalizeScope,
  parseKind,
  permissionKey,
  type PermissionKind,
  type PermissionSet,
  permissionSet,
  subtract,
  SYSTEM_KINDS,
  unmet,
  workerPermissions,
} from "../../src/permission/mod.ts";

/** `read=/a net=h:1,h:2` as a set; values have no blanks here. */
function set(text: string): PermissionSet {
  return permissionSet(
    text.split(" ").filter((part) => part !== "").flatMap((part) => {
      const [kind, list = ""] = part.split("=");
      return list.split(",").map((value) => ({ kind: kind as PermissionKind, value }));
    }),
  );
}

/** What is normal for a value, or a part of what is said against it. */
const VALUES: [PermissionKind, string, { value: string } | { says: string }][] = [
  ["read", "/a/b/", { value: "/a/b" }],
  ["read", "/a//./b/../c", { value: "/a/c" }],
  ["read", "/", { value: "/" }],
  ["read", "/a b", { value: "/a b" }],
  ["read", "*", { value: "*" }],
  ["read", "a/b", { says: "not an absolute path" }],
  ["read", "/a/*", { says: "pattern" }],
  ["read", "", { says: "empty value" }],
  ["read", "/a,/b", { says: "comma" }],
  ["write", "/a\nread=/", { says: "control character" }],
  ["run", "sh\0", { says: "control character" }],
  ["ffi", "lib.so", { says: "not an absolute path" }],
  ["net", "Example.COM", { value: "example.com" }],
  ["net", "example.com.:80", { value: "example.com:80" }],
  ["net", "127.0.0.1:08088", { value: "127.0.0.1:8088" }],
  ["net", "h:0", { value: "h:0" }],
  ["net", "[::1]:80", { value: "[::1]:80" }],
  ["net", "*.example.com", { value: "*.example.com" }],
  ["net", "[0:0:0:0:0:0:0:1]:80", { value: "[::1]:80" }],
  ["net", "[::FFFF:127.0.0.1]", { value: "[::ffff:7f00:1]" }],
  ["net", "[::1", { says: "not a host" }],
  ["net", "[::g]", { says: "not a host" }],
  ["net", "[1:2]", { says: "not a host" }],
  ["net", "[fe80::]/10", { says: "not a host" }],
  ["net", "10.0.0.0/8", { value: "10.0.0.0/8" }],
  ["net", "10.1.2.3/8:080", { value: "10.0.0.0/8:80" }],
  ["net", "192.168.0.129/25", { value: "192.168.0.128/25" }],
  ["net", "1.2.3.4/0", { value: "0.0.0.0/0" }],
  ["net", "10.0.0.1/32", { value: "10.0.0.1" }],
  ["net", "10.0.0.1/33", { says: "not a host" }],
  ["net", "10.0.0.1/", { says: "not a host" }],
  ["net", "h/8", { says: "not a host" }],
  // What the system takes for an address must not pass for a name.
  ["net", "127.1", { says: "not a host" }],
  ["net", "2130706433", { says: "not a host" }],
  ["net", "0x7f.1", { says: "not a host" }],
  ["net", "127.0.0.01", { says: "not a host" }],
  ["net", "127.0.0.256", { says: "not a host" }],
  ["net", "127.0.0.1.", { says: "not a host" }],
  ["net", "h:65536", { says: "not a host" }],
  ["net", "::1", { says: "not a host" }],
  ["net", "http://h", { says: "not a host" }],
  ["net", "*:80", { says: "not a host" }],
  ["net", "a..b", { says: "not a host" }],
  ["net", "a b", { says: "not a host" }],
  ["import", "Jsr.io", { value: "jsr.io" }],
  ["env", "HOME", { value: "HOME" }],
  ["env", "LC_*", { value: "LC_*" }],
  ["env", "*_X", { says: "not a variable name" }],
  ["node", "node:fs/promises", { value: "fs/promises" }],
  ["node", "vm", { says: "no built-in module of Node that can be granted" }],
  ["sys", "hostname", { value: "hostname" }],
  ["sys", "host name", { says: "no kind of system information" }],
  ["sys", "hostnam", { says: "there are cpus, getPriority" }],
  ["sys", "username", { value: "userInfo" }],
  ["run", "curl", { value: "curl" }],
  ["run", "[", { value: "[" }],
  ["run", "/bin/../bin//sh", { value: "/bin/sh" }],
  ["run", "l*", { says: "pattern" }],
  ["run", "./prog", { says: "not an absolute path, nor the name of a program" }],
  ["run", "bin/prog", { says: "not an absolute path" }],
  ["host", "modules", { value: "modules" }],
  ["host", "everything", { says: "there are modules, command" }],
];

Deno.test("normalizeScope() brings values into one form or says what is wrong", () => {
  for (const [kind, value, expected] of VALUES) {
    const actual = normalizeScope(kind, value);
    const what = `${kind}=${JSON.stringify(value)} gave ${JSON.stringify(actual)}`;
    if ("says" in expected) assertEquals("fault" in actual && actual.fault.includes(expected.says), true, what);
    else assertEquals(actual, expected, what);
  }
});

// Whoever has everything is not asked what it is.
Deno.test("SYSTEM_KINDS are those that Deno knows", { permissions: "none" }, () => {
  for (const kind of SYSTEM_KINDS) Deno.permissions.querySync({ name: "sys", kind: kind as "hostname" });
  assertThrows(() => Deno.permissions.querySync({ name: "sys", kind: "nothing" as "hostname" }), TypeError);
});

Deno.test("permissionSet() drops duplicates and what others contain, and sorts", () => {
  assertEquals(set("read=/b,/a/c,/a,/b/").read, ["/a", "/b"]);
  assertEquals(set("net=h:2,h,g:1").net, ["g:1", "h"]);
  assertEquals(set("env=ABC,A*,AB*").env, ["A*"]);
  assertEquals(set("net=*,h").net, ["*"]);
  assertThrows(() => set("read=here"), TypeError, 'Cannot read the read permission: "here" is not an absolute path');
});

const CONTAINED: [string, string, boolean][] = [
  ["read=/a", "read=/a/b", true],
  ["read=/a", "read=/ab", false],
  ["read=/a", "read=/a/../b", false],
  ["read=/", "read=/a", true],
  ["read=/a", "write=/a", false],
  ["read=*", "read=/a", true],
  ["read=/", "read=*", false],
  ["net=h", "net=h:1", true],
  ["net=h:1", "net=h", false],
  ["net=h:1", "net=h:2", false],
  ["net=*.d.org", "net=a.b.d.org:1", true],
  ["net=*.d.org", "net=d.org", true],
  ["net=*.d.org", "net=*.b.d.org", true],
  ["net=*.d.org:1", "net=a.d.org", false],
  ["net=*.d.org", "net=ad.org", false],
  ["net=d.org", "net=*.d.org", false],
  ["net=10.0.0.0/8", "net=10.1.0.0/16:80,10.9.9.9", true],
  ["net=10.0.0.0/8", "net=11.0.0.1", false],
  ["net=10.0.0.0/16", "net=10.0.0.0/8", false],
  ["net=0.0.0.0/0", "net=255.255.255.255", true],
  ["net=0.0.0.0/0", "net=h", false],
  ["net=0.0.0.0/0", "net=[::1]", false],
  ["net=128.0.0.0/1", "net=192.168.0.1", true],
  ["net=128.0.0.0/1", "net=127.255.255.255", false],
  ["net=10.0.0.0/8:80", "net=10.0.0.1", false],
  ["net=[::1]", "net=[0::0:1]:5", true],
  ["net=[::ffff:10.0.0.1]", "net=10.0.0.1", false],
  ["net=*", "net=[::1],10.0.0.0/8,*.h", true],
  ["run=/bin/sh", "run=/bin/./sh", true],
  ["env=A*", "env=AB", true],
  ["env=AB*", "env=A*", false],
  ["env=A*", "env=A", true],
  ["run=sh", "run=/bin/sh", false],
  ["host=modules", "host=command", false],
  ["", "", true],
  ["", "host=modules", false],
];

Deno.test("covers() says whether all of one is in the other", () => {
  for (const [wide, narrow, expected] of CONTAINED) {
    assertEquals(covers(set(wide), set(narrow)), expected, `${wide} covers ${narrow}`);
  }
});

const MEETINGS: [string, string, string, string][] = [
  ["read=/a write=/w", "read=/a/b", "read=/a/b", "write=/w"],
  ["read=/a/b,/c", "read=/a", "read=/a/b", "read=/c"],
  ["net=h,g:1", "net=h:80,g:2", "net=h:80", "net=g:1"],
  ["net=*", "net=h", "net=h", ""],
  ["net=h", "net=*", "net=h", ""],
  ["env=A*", "env=AB*,C", "env=AB*", ""],
  ["net=10.0.0.0/8", "net=10.1.0.0/16,11.0.0.1", "net=10.1.0.0/16", ""],
  ["net=10.0.0.0/8:80", "net=10.0.0.0/9", "net=10.0.0.0/9:80", ""],
  ["net=10.0.0.1:80,h", "net=10.0.0.0/8:81", "", "net=10.0.0.1:80 net=h"],
  ["net=*.d.org:80", "net=d.org", "net=d.org:80", ""],
  [
    "read=* env=* sys=* run=* import=*",
    "read=/a env=A* sys=uid run=/bin/sh import=jsr.io",
    "read=/a env=A* sys=uid run=/bin/sh import=jsr.io",
    "",
  ],
  ["run=sh", "", "", "run=sh"],
];

Deno.test("intersect() keeps what both allow, unmet() what meets nothing", () => {
  for (const [asked, granted, both, missing] of MEETINGS) {
    assertEquals(formatPermissions(intersect(set(asked), set(granted))), both, `${asked} and ${granted}`);
    const lines = unmet(set(asked), set(granted)).map(({ kind, value }) => `${kind}=${value}`).join(" ");
    assertEquals(lines, missing, `${asked} without ${granted}`);
  }
});

Deno.test("permissionKey() tells a value that looks like two from two", () => {
  const pairs: [PermissionKind, string, string][] = [
    ["read", "/a write=/b", "read=/a write=/b"],
    ["run", "a run=b", "run=a,b"],
    ["run", '"a"', "run=a"],
  ];
  for (const [kind, value, other] of pairs) {
    assertEquals(permissionKey(permissionSet([{ kind, value }])) === permissionKey(set(other)), false, value);
  }
  assertEquals(permissionKey(set("net=h,h:1 read=/a/")), permissionKey(set("read=/a net=H")));
});

Deno.test("formatPermissions() writes what a person cannot misread", () => {
  assertEquals(formatPermissions(set("write=/b,/a net=h:1")), "write=/a,/b net=h:1");
  assertEquals(formatPermissions(permissionSet([{ kind: "read", value: "/a write=/b" }])), 'read="/a write=/b"');
  assertEquals(formatPermissions(NO_PERMISSIONS), "");
});

Deno.test("workerPermissions() names every kind of Deno and no other", () => {
  const worker = workerPermissions(set("net=h:1 read=* host=modules"));
  assertEquals(Object.keys(worker).sort(), [...DENO_KINDS].sort());
  assertEquals([worker.net, worker.read, worker.write], [["h:1"], true, false]);
  const given = worker.net as string[];
  given.push("evil");
  assertEquals(workerPermissions(set("net=h:1")).net, ["h:1"]);
});

Deno.test("expandVariables() replaces what is known and names what is", () => {
  const variables = { astlogdir: "/log", astdatadir: "/data" };
  assertEquals(expandVariables("${astlogdir}/x${astdatadir}", variables), "/log/x/data");
  assertThrows(
    () => expandVariables("${astlogdr}", variables),
    TypeError,
    'Cannot replace "${astlogdr}": there are astlogdir, astdatadir; did you mean "astlogdir"',
  );
  assertThrows(() => expandVariables("${constructor}", variables), TypeError, "Cannot replace");
});

Deno.test("isPermissionKind() takes the nine kinds and nothing inherited", () => {
  assertEquals(["read", "host", "toString", "NET", ""].filter(isPermissionKind), ["read", "host"]);
});

Deno.test("parseKind() reads kinds and their denials", () => {
  assertEquals(parseKind("Net"), { kind: "net", denied: false });
  assertEquals(parseKind("deny-read"), { kind: "read", denied: true });
  for (const word of ["deny", "deny-", "deny-all", "allow-net", "deny-deny-net"]) {
    assertEquals(parseKind(word), undefined);
  }
});

Deno.test("subtract() lets denials win, and says what it cannot take a part of", () => {
  const cases: [allowed: string, denied: string, kept: string, gone: string, cut: string][] = [
    ["net=a,b", "net=b", "net=a", "net=b", ""],
    ["net=a:1,a:2", "net=a", "", "net=a:1 net=a:2", ""],
    ["net=a", "net=a:22", "", "", "net=a:22 of net=a"],
    ["net=*", "net=10.0.0.1", "", "", "net=10.0.0.1 of net=*"],
    ["net=[::1]:80,a", "net=[0:0:0:0:0:0:0:1]", "net=a", "net=[::1]:80", ""],
    ["net=[::ffff:10.0.0.1]:80,a", "net=10.0.0.0/8", "net=a", "net=[::ffff:a00:1]:80", ""],
    ["net=10.0.0.1,11.0.0.1", "net=[::ffff:10.0.0.1]", "net=11.0.0.1", "net=10.0.0.1", ""],
    ["net=10.0.0.0/8,a", "net=10.0.0.0/7", "net=a", "net=10.0.0.0/8", ""],
    ["net=10.0.0.0/8", "net=10.0.0.1", "", "", "net=10.0.0.1 of net=10.0.0.0/8"],
    ["net=a.d.org:1,d.org", "net=*.d.org", "", "net=a.d.org:1 net=d.org", ""],
    ["sys=username,uid", "sys=userInfo", "sys=uid", "sys=userInfo", ""],
    ["run=/bin/sh", "run=/usr/bin/../bin/sh", "", "run=/bin/sh", ""],
    ["read=/a/b,/c", "read=/a", "read=/c", "read=/a/b", ""],
    ["read=/a", "read=/a/secret", "", "", "read=/a/secret of read=/a"],
    ["read=/a write=/a", "write=*", "read=/a", "write=/a", ""],
    ["run=/bin/sh,ls", "run=sh", "run=ls", "run=/bin/sh", ""],
    ["run=*", "run=sh", "", "", "run=sh of run=*"],
    ["env=A,B*", "env=BC", "env=A", "", "env=BC of env=B*"],
    ["host=modules,command node=fs,net", "host=command node=fs", "node=net host=modules", "node=fs host=command", ""],
  ];
  for (const [allowed, denied, kept, gone, cut] of cases) {
    const result = subtract(set(allowed), set(denied));
    assertEquals(formatPermissions(result.kept), kept, allowed);
    assertEquals(result.gone.map(({ kind, value }) => `${kind}=${value}`).join(" "), gone, allowed);
    const parts = result.cut.map((one) =>
      `${one.denied.kind}=${one.denied.value} of ${one.allowed.kind}=${one.allowed.value}`
    );
    assertEquals(parts.join(" "), cut, allowed);
  }
});

Deno.test("a right to all contexts has the right to each, letter by letter, and no right of another kind has", () => {
  const right = (value: string) => permissionSet([{ kind: "host", value }]);
  assertEquals(right("use:dialplan=In.coming").host, ["use:dialplan=In.coming"]);
  assertEquals(covers(right("use:dialplan"), right("use:dialplan=incoming")), true);
  assertEquals(covers(right("use:dialplan=incoming"), right("use:dialplan")), false);
  assertEquals(covers(right("use:dialplan=incoming"), right("use:dialplan=Incoming")), false);
  assertEquals(covers(right("use:dialplan=in"), right("use:dialplan=in=x")), false);
  assertEquals(covers(right("provide:dialplan"), right("use:dialplan=incoming")), false);
  assertEquals(intersect(right("use:dialplan"), right("use:dialplan=a")).host, ["use:dialplan=a"]);
  for (const value of ["use:dialplan=", "use:dialplan=a b", "provide:dialplan=a", "use:application=Goto"]) {
    assertThrows(() => right(value), TypeError, "is no host capability");
  }
});
