import { type ByteEre, compileEre, type ConfigFile, type Entry } from "../config/mod.ts";
import { formatPosition } from "../fault/mod.ts";
import type { ConsoleSession } from "../registry/mod.ts";

/** Finds users and groups of the system. */
export interface Accounts {
  /** The number of a user, by name; undefined when there is none. */
  uid(name: string): number | undefined;
  /** The number of a group, by name. */
  gid(name: string): number | undefined;
}

/** A line of a user or group. */
export interface PermissionRule {
  /** Whether it permits or denies. */
  readonly permit: boolean;
  /** The beginning of commands, an extended regular expression, or `all`. */
  readonly text: string;
  /** The expression, when it is one. */
  readonly expression: ByteEre | undefined;
}

/** The rules of one user or group. */
export interface PermissionRow {
  /** Name of the user or group. */
  readonly name: string;
  /** Whether it is a group. */
  readonly group: boolean;
  /** Its number. */
  readonly id: number;
  /** What it may and may not, in the order of the file. */
  readonly rules: readonly PermissionRule[];
}

/** Longest work on one expression; one that takes more does not match. */
const MAX_STEPS = 1_000_000;

/** Who may run which console command: `cli_permissions.conf`. */
export class CliPermissions {
  /** Everybody may do everything, as without the file. */
  static readonly everything: CliPermissions = new CliPermissions([], true);

  /** Nobody may do anything. */
  static readonly nothing: CliPermissions = new CliPermissions([], false);

  /** The rules, in the order of the file. */
  readonly rows: readonly PermissionRow[];
  /** What those may who are not named. */
  readonly otherwise: boolean;

  private constructor(rows: readonly PermissionRow[], otherwise: boolean) {
    this.rows = rows;
    this.otherwise = otherwise;
  }

  /**
   * Reads the file. What is wrong in it permits nothing: a line that nobody understands may have been there to deny.
   *
   * @param warn told what is wrong, with its place
   */
  static parse(config: ConfigFile, accounts: Accounts, warn: (message: string) => void): CliPermissions {
    const otherwise = config.sectionsNamed("general").flatMap(({ entries }) => entries)
      .map((entry) => readDefault(entry, warn)).every((permits) => permits);
    const rows: PermissionRow[] = [];
    for (const { name: title, template, position, entries } of config.sections) {
      if (template || title.toLowerCase() === "general") continue;
      const group = title.startsWith("@");
      const name = group ? title.slice(1) : title;
      const id = group ? accounts.gid(name) : accounts.uid(name);
      if (id === undefined) warn(`${formatPosition(position)}: Unknown ${group ? "group" : "user"} '${name}'`);
      else rows.push({ name, group, id, rules: entries.flatMap((entry) => readRule(entry, warn)) });
    }
    return new CliPermissions(rows, otherwise);
  }

  /** Whether nobody is kept from anything, so that nobody need be asked for. */
  get isEverything(): boolean {
    return this.otherwise && this.rows.length === 0;
  }

  /** Whether somebody may run a command. Of the rules that fit, the last decides; a user's go before a group's. */
  permits({ uid, gid }: NonNullable<ConsoleSession["user"]>, command: string): boolean {
    const decide = (group: boolean, id: number) =>
      this.rows.filter((row) => row.group === group && row.id === id).flatMap(({ rules }) => rules)
        .findLast((rule) => fits(rule, command.toLowerCase()))?.permit;
    return decide(false, uid) ?? decide(true, gid) ?? this.otherwise;
  }
}

/** Whether a line of `[general]` leaves those who are not named everything. */
function readDefault({ key, value, position }: Entry, warn: (message: string) => void): boolean {
  const known = key.toLowerCase() === "default_perm";
  const word = value.toLowerCase();
  if (known && (word === "permit" || word === "deny")) return word === "permit";
  const what = known ? `"${value}" is neither permit nor deny` : `unknown key "${key}": expected default_perm`;
  warn(`${formatPosition(position)}: ${what}; who is not named below may do nothing`);
  return false;
}

/** What is no line of the file, or denies by an expression that is none, denies all. */
function readRule(entry: Entry, warn: (message: string) => void): PermissionRule[] {
  const key = entry.key.toLowerCase();
  const expression = expressionOf(entry.value.toLowerCase());
  const fault = key !== "permit" && key !== "deny"
    ? `unknown key "${entry.key}": expected permit or deny`
    : key === "deny" && expression === undefined
    ? `"${entry.value}" is no regular expression`
    : undefined;
  if (fault === undefined) return [{ permit: key === "permit", text: entry.value, expression }];
  warn(`${formatPosition(entry.position)}: ${fault}; the line denies everything`);
  return [{ permit: false, text: "all", expression: undefined }];
}

/** What is no expression is only the beginning of commands, as in Asterisk. */
function expressionOf(text: string): ByteEre | undefined {
  try {
    return compileEre(text);
  } catch {
    return undefined;
  }
}

/** A rule that takes too long to compare is taken as it restricts: what denies fits. */
function fits({ permit, text, expression }: PermissionRule, command: string): boolean {
  const beginning = text.toLowerCase();
  if (beginning === "all" || command.startsWith(beginning)) return true;
  let steps = 0;
  try {
    return expression?.test(command, (spent) => {
      steps += spent;
      if (steps > MAX_STEPS) throw new RangeError("the expression takes too long");
    }) ?? false;
  } catch {
    return !permit;
  }
}
