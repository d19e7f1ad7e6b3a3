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

Deno.test("CliPermissions leaves out what is wrong, and says where", () => {
  const { permissions, warnings } = read("[nobody there]\npermit = all\n[@nogroup]\n[root]\nallow = all\ndeny = a(\n");
  assertEquals(
    warnings,
    [
      "cli_permissions.conf:1:1: Unknown user 'nobody there'",
      "cli_permissions.conf:3:1: Unknown group 'nogroup'",
      'cli_permissions.conf:5:1: unknown key "allow": expected permit or deny',
    ].map((line) => line),
  );
  // What is no expression is the beginning of commands.
  assertEquals(permissions.permits({ uid: 0, gid: 0 }, "a(b"), false);
  assertEquals(permissions.permits({ uid: 0, gid: 0 }, "ab"), true);
});

Deno.test("CliPermissions is not held up by an expression", () => {
  const { permissions } = read(`[joe]\ndeny = ^(a|aa)+(a*)*b$\n`);
  assertEquals(permissions.permits(JOE, "a".repeat(400)), true);
});
