/**
 * What the console shows of the manager interface, laid out as Asterisk's.
 *
 * @module
 */
import type { Session } from "./_manager_action.ts";
import { formatClasses, formatUserClasses } from "./_manager_classes.ts";
import type { ManagerSettings, ManagerUser } from "./_manager_config.ts";
import type { ListedAction } from "./_manager_core_actions.ts";

/** Width of Asterisk's terminal. */
const WIDTH = 80;

function cell(text: string, width: number): string {
  return text.slice(0, width).padEnd(width);
}

function yesNo(value: boolean): string {
  return value ? "Yes" : "No";
}

/** `manager show commands`. */
export function formatActions(actions: readonly ListedAction[]): string {
  const width = Math.max(6, ...actions.map(({ name }) => name.length));
  const row = (name: string, synopsis: string) => `  ${cell(name, width)}  ${synopsis.slice(0, WIDTH - width - 4)}\n`;
  const rows = actions.map(({ name, synopsis }) => row(name, synopsis));
  return row("Action", "Synopsis") + row("------", "--------") + rows.join("");
}

/** `manager show command`. */
export function formatAction({ name, synopsis, description, syntax, classes }: ListedAction): string {
  const sections = [
    ["Syntax", [`Action: ${name}`, "[ActionID:] <value>", ...syntax].join("\n")],
    ["Synopsis", synopsis],
    ["Description", description || "Not available"],
    ["Privilege", formatClasses(classes)],
  ];
  return sections.map(([title, text]) => `[${title}]\n${text}\n`).join("\n");
}

/** `manager show users`. */
export function formatUsers(users: readonly ManagerUser[]): string {
  if (users.length === 0) return "There are no manager users.\n";
  const names = users.map(({ name }) => `${name}\n`).join("");
  return `\nusername\n--------\n${names}-------------------\n${users.length} manager users configured.\n`;
}

/** `manager show user`. */
export function formatUser(user: ManagerUser): string {
  const rows = [
    ["username", user.name],
    ["secret", user.secret ? "<Set>" : "<N/A>"],
    ["ACL", user.acl.length + user.named.length > 0 ? "yes" : "no"],
    ["read perm", formatUserClasses(user.read)],
    ["write perm", formatUserClasses(user.write)],
    ["displayconnects", user.displayconnects ? "yes" : "no"],
    ["allowmultiplelogin", user.allowmultiplelogin ? "yes" : "no"],
  ];
  return `\n${rows.map(([title = "", text]) => `${title.padStart(19)}: ${text}\n`).join("")}`;
}

const CONNECTED_WIDTHS = [15, 55, 10, 10, 8, 8, 10, 10];

/** `manager show connected`. */
export function formatConnected(sessions: readonly Session[], now: number): string {
  const row = (cells: readonly string[]) =>
    `  ${cells.map((text, column) => cell(text, CONNECTED_WIDTHS[column] ?? 0)).join("  ")}\n`;
  const header = row(["Username", "IP Address", "Start", "Elapsed", "FileDes", "HttpCnt", "ReadPerms", "WritePerms"]);
  const rows = sessions.map(({ user, address, startedAt }) => {
    const [start, elapsed] = [startedAt / 1000, (now - startedAt) / 1000].map((time) => String(Math.floor(time)));
    return row([user!.name, address, start!, elapsed!, "-1", "0", ...[user!.read, user!.write].map(permissions)]);
  });
  return `${header}${rows.join("")}${sessions.length} users connected.\n`;
}

/** Asterisk prints the bits as a number, at least ten digits. */
function permissions(mask: number): string {
  return String(mask).padStart(10, "0");
}

/** `manager show settings`. */
export function formatSettings(settings: ManagerSettings, address: string | undefined): string {
  const rows = [
    ["Manager (AMI)", yesNo(address !== undefined)],
    ["Web Manager (AMI/HTTP)", "No"],
    ["TCP Bindaddress", address ?? "Disabled"],
    ["TLS Enable", "No"],
    ["Allow multiple login", yesNo(settings.allowmultiplelogin)],
    ["Display connects", yesNo(settings.displayconnects)],
    ["Timestamp events", yesNo(settings.timestampevents)],
    ["Disabled events", [...settings.disabledevents].join(",") || "None"],
    ["Sessions (most)", String(settings.maxsessions)],
    ["Unauthenticated (most)", String(settings.authlimit)],
    ["Login within (seconds)", String(settings.authtimeout / 1000)],
    ["Idle timeout (seconds)", settings.idletimeout === 0 ? "None" : String(settings.idletimeout / 1000)],
    ["Write timeout (ms)", String(settings.writetimeout)],
  ];
  return `\nGlobal Settings:\n----------------\n${
    rows.map(([title = "", text]) => `  ${`${title}:`.padEnd(26)} ${text}\n`).join("")
  }`;
}
