import { assertEquals, assertStringIncludes } from "@std/assert";
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
  const text = formatLearned("m", [
    { kind: "read", value: "/var/lib/a/x" },
    { kind: "read", value: "/variable" },
    { kind: "env", value: "HOME" },
    { kind: "write", value: "/var" },
  ], directories);
  assertStringIncludes(
    text,
    "[permissions]\nenv = HOME\nread = ${astdatadir}/x\nread = /variable\nwrite = ${astetcdir}\n",
  );
  assertStringIncludes(text, "m = env=HOME\nm = read=${astdatadir}/x\nm = read=/variable\nm = write=${astetcdir}\n");
  assertEquals(formatLearned("m", [], directories), "; m needs no permissions\n");
});

Deno.test("askingFor() replaces what a manifest asks for", () => {
  const manifest = "[module]\nname = m\n[Permissions]\nread = /everything\nnet = x:1\n[uses]\nmodule = a\n";
  assertEquals(
    askingFor(manifest, [{ kind: "env", value: "HOME" }]),
    "[module]\nname = m\n[uses]\nmodule = a\n\n[permissions]\nenv = HOME\n",
  );
});
