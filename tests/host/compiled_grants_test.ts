import { assertEquals } from "@std/assert";
import { formatGrant, parseGrants } from "../../src/host/compiled_grants.ts";

Deno.test("parseGrants() reads the flags of Deno, long and short", () => {
  const cases: [flags: string[], shown: Record<string, string>][] = [
    [["--allow-read=/a,/b", "-R=/c", "--deny-read=/a/x"], { read: "/a, /b, /c without /a/x" }],
    [["--allow-net", "-E", "--deny-env=SECRET"], { net: "all", env: "all without SECRET" }],
    [["--deny-run"], { run: "none" }],
    [["--allow-import=a.b", "--allow-ffi=/x", "--no-prompt", "--allow-hrtime", ""], { import: "a.b", ffi: "/x" }],
  ];
  for (const [flags, shown] of cases) {
    const grants = [...parseGrants(flags)].map(([kind, grant]) => [kind, formatGrant(grant)]);
    assertEquals(Object.fromEntries(grants), shown, flags.join(" "));
  }
  for (const flag of ["-A", "--allow-all"]) {
    const grants = parseGrants(["--deny-run=sh", flag]);
    assertEquals([formatGrant(grants.get("ffi")), formatGrant(grants.get("run"))], ["all", "all without sh"]);
  }
  assertEquals(formatGrant(parseGrants([]).get("read")), "none");
});
