import { assertEquals } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import { CliPermissions } from "../../src/console/mod.ts";

const ACCOUNTS = {
  uid: (name: string) => ({ root: 0, joe: 1000 })[name],
  gid: (name: string) => ({ adm: 4 })[name],
};

function read(text: string) {
  const warnings: string[] = [];
  const config = parse(text, { file: "cli_permissions.conf" });
  return { permissions: CliPermissions.parse(config, ACCOUNTS, (warning) => warnings.push(warning)), warnings };
}

const JOE = { uid: 1000, gid: 4 };

Deno.test("CliPermissions lets the last line that fits decide, a user's before a group's, then the default", () => {
  const { permissions, warnings } = read(
    "[general]\ndefault_perm = deny\n[@adm]\npermit = all\n[joe]\ndeny = core stop\ndeny = ^module (un)?load\npermit = MODULE load x\n",
  );
  assertEquals(warnings, []);
  const may = (command: string, who = JOE) => permissions.permits(who, command);
  assertEquals(
    ["core stop now", "Core Stop now", "core show version", "module unload a", "module load a", "module load x"].map((
      one,
    ) => may(one)),
    [false, false, true, false, false, true],
  );
  assertEquals(may("core show version", { uid: 7, gid: 4 }), true);
  assertEquals(may("core show version", { uid: -1, gid: -1 }), false);
  assertEquals([permissions.isEverything, CliPermissions.everything.isEverything], [false, true]);
  assertEquals(CliPermissions.nothing.permits(JOE, "core ping"), false);
});

Deno.test("CliPermissions permits nothing by what is wrong, and says where", () => {
  const { permissions, warnings } = read(
    "[nobody there]\npermit = all\n[@nogroup]\n[root]\nallow = all\npermit = a(\n[joe]\ndeny = module (unload\n",
  );
  assertEquals(
    warnings,
    [
      "cli_permissions.conf:1:1: Unknown user 'nobody there'",
      "cli_permissions.conf:3:1: Unknown group 'nogroup'",
      'cli_permissions.conf:5:1: unknown key "allow": expected permit or deny; the line denies everything',
      'cli_permissions.conf:8:1: "module (unload" is no regular expression; the line denies everything',
    ],
  );
  // What is no expression is the beginning of commands.
  assertEquals(permissions.permits({ uid: 0, gid: 0 }, "a(b"), true);
  assertEquals(permissions.permits({ uid: 0, gid: 0 }, "ab"), false);
  assertEquals(permissions.permits(JOE, "module unload x"), false);
});

Deno.test("CliPermissions takes a default that it does not know for deny", () => {
  for (
    const [general, permits, warned] of [
      ["", true, 0],
      ["default_perm = Permit", true, 0],
      ["default_perm = deny", false, 0],
      ["default_perm = dney", false, 1],
      ["default_prem = deny", false, 1],
      ["default_perm = permit\n[general]\ndefault_perm = deny", false, 0],
    ] as const
  ) {
    const { permissions, warnings } = read(`[general]\n${general}\n`);
    assertEquals([permissions.permits(JOE, "core ping"), warnings.length], [permits, warned], general);
  }
});

Deno.test("CliPermissions is not held up by an expression", () => {
  const { permissions } = read(`[joe]\ndeny = ^(a|aa)+(a*)*b$\n`);
  assertEquals(permissions.permits(JOE, "a".repeat(400)), true);
});
