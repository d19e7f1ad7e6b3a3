import { printable } from "../../fault/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { Accounts, CliPermissions } from "../cli_permissions.ts";
import { takeJson, toJson } from "../table.ts";

/** Who may run which command, at present. */
export interface CliPermissionControl {
  /** The rules. */
  readonly permissions: CliPermissions;
  /** Users and groups. */
  readonly accounts: Accounts;
  /** Reads `cli_permissions.conf` anew. Throws when it cannot be read; the rules then stay. */
  reload(): void;
}

/** `cli show permissions`, `cli reload permissions`, `cli check permissions`. */
export function cliPermissionCommands(control: CliPermissionControl): ConsoleCommand[] {
  return [
    {
      command: "cli show permissions",
      summary: "Show CLI permissions",
      usage: "cli show permissions\n       Shows CLI configured permissions.",
      run: (run) => show(control, run),
      complete: ({ word }) => word.startsWith("-") ? ["--json"] : [],
    },
    {
      command: "cli reload permissions",
      summary: "Reload CLI permissions config",
      usage: "cli reload permissions\n       Reload the 'cli_permissions.conf' file.",
      run({ args }) {
        if (args.length > 0) return "usage";
        control.reload();
        return "success";
      },
    },
    {
      command: "cli check permissions",
      summary: "Try a permissions config for a user",
      usage: "cli check permissions {<username>|@<groupname>|<username>@<groupname>} [<command>]\n" +
        "       Check permissions config for a user@group or list the allowed commands for the specified user.\n" +
        "       The username or the groupname may be omitted.",
      run: (run) => check(control, run),
    },
  ];
}

function show({ permissions }: CliPermissionControl, { args, print }: CommandRun): CommandOutcome {
  const { json, rest } = takeJson(args);
  if (rest.length > 0) return "usage";
  const rows = permissions.rows.map(({ name, group, id, rules }) => ({
    type: group ? "group" : "user",
    name,
    id,
    rules: rules.map(({ permit, text }) => ({ permit, command: text })),
  }));
  const texts = rows.map(({ type, name, id, rules }) => {
    const lines = rules.map(({ permit, command }) => `\t${permit ? "permit" : "deny"} -> ${printable(command)}\n`);
    return `${type}: ${printable(name)} [${type === "group" ? "g" : "u"}id=${id}]\nPermissions:\n${lines.join("")}\n`;
  });
  print(json ? toJson(rows) : texts.join(""));
  return "success";
}

function check({ permissions, accounts }: CliPermissionControl, { args, print }: CommandRun): CommandOutcome {
  const [who = "", ...words] = args;
  const [, user = "", group] = /^([^@]*)(?:@(.*))?$/.exec(who) ?? [];
  if (words.length === 0 || (user === "" && group === undefined)) return "usage";
  const uid = user === "" ? -1 : accounts.uid(user);
  const gid = group === undefined ? -1 : accounts.gid(group);
  if (uid === undefined || gid === undefined) {
    print(uid === undefined ? `Unknown user '${printable(user)}'\n` : `Unknown group '${printable(group ?? "")}'\n`);
    return "failure";
  }
  const command = words.join(" ");
  const may = permissions.permits({ uid, gid }, command) ? "allowed" : "not allowed";
  print(`${uid >= 0 ? "User" : "Group"} '${printable(who)}' is ${may} to run command: '${printable(command)}'\n`);
  return "success";
}
