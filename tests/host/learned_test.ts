import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PermissionLine } from "../../src/permission/mod.ts";
import { askingFor, formatLearned, newLines, parseDenial } from "../../src/host/learned.ts";

const PLACES = { cwd: "/srv/here", tmp: "/tmp" };
const ADVICE = ", specify the required permissions during compilation using `deno compile --allow-read`";

Deno.test("parseDenial() reads what Deno says when it denies something, in both modes", () => {
  const cases: [string, string | undefined][] = [
    [`Requires read access to "/etc/hosts"${ADVICE}`, "read=/etc/hosts"],
    [`Requires read access to "data/in.txt"${ADVICE}`, "read=/srv/here/data/in.txt"],
    ['Requires net access to "127.0.0.1:80", run again with the --allow-net flag', "net=127.0.0.1:80"],
    ['Requires net access to "[::1]:80", run again with the --allow-net flag', "net=[::1]:80"],
    [`Requires env access${ADVICE}`, "env=*"],
    [`Requires write access to <TMP>${ADVICE}`, "write=/tmp"],
    [`Requires read access to <CWD>${ADVICE}`, "read=/srv/here"],
    [`Requires read access to "/a, b"${ADVICE}`, undefined],
    [`Requires sys access to "hostname"${ADVICE}`, "sys=hostname"],
    ["Requires all access", undefined],
    ["something else", undefined],
  ];
  for (const [message, expected] of cases) {
    const line = parseDenial(message, PLACES);
    assertEquals(line === undefined ? undefined : `${line.kind}=${line.value}`, expected, message);
  }
});

Deno.test("newLines() keeps each permission once, without those known", () => {
  const read = { kind: "read", value: "/a" } as const;
  const net = { kind: "net", value: "a:1" } as const;
  assertEquals(newLines([read, net, read], [net]), [read]);
});

Deno.test("formatLearned() has the lines of both files, directories as variables", () => {
  const directories = { astdatadir: "/var/lib/a", astetcdir: "/var", relative: "." };
  const none = { needed: [], implied: [], unneeded: [], denied: [] };
  const needed: PermissionLine[] = [
    { kind: "read", value: "/var/lib/a/x" },
    { kind: "read", value: "/variable" },
    { kind: "env", value: "HOME" },
    { kind: "write", value: "/var" },
  ];
  const text = formatLearned("m", { ...none, needed }, directories);
  assertStringIncludes(
    text,
    "[permissions]\nenv = HOME\nread = ${astdatadir}/x\nread = /variable\nwrite = ${astetcdir}\n",
  );
  assertStringIncludes(text, "m = env=HOME\nm = read=${astdatadir}/x\nm = read=/variable\nm = write=${astetcdir}\n");
  assertEquals(formatLearned("m", none, directories), "; m needs no permissions\n");
  const line = (kind: PermissionLine["kind"], value: string): PermissionLine => ({ kind, value });
  assertEquals(
    formatLearned("m", {
      needed: [line("env", "A;B")],
      implied: [line("host", "provide:command")],
      unneeded: [line("net", "x:1")],
      denied: [{ kind: "net", value: "y:1", denied: true }],
    }, directories),
    "; for m.manifest\n[permissions]\ndeny-net = y:1\nenv = A\\;B\n\n" +
      "; for modules.conf\n[permissions]\nm = env=A\\;B\nm = host=provide:command\n" +
      "; m.manifest asks for this, too, which nothing has needed: grant it, or take it out there; else m is declined\n" +
      "m = net=x:1\n",
  );
});

Deno.test("askingFor() replaces what a manifest asks for", () => {
  const manifest =
    "[module]\nname = m\n[Permissions]\nread = /everything\nnet = x:1\ndeny-net = y:1\n[uses]\nmodule = a\n";
  assertEquals(
    askingFor(manifest, [{ kind: "env", value: "HOME" }]),
    "[module]\nname = m\n[uses]\nmodule = a\n\n[permissions]\ndeny-net = y:1\nenv = HOME\n",
  );
});
