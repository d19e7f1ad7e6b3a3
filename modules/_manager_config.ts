/**
 * manager.conf: settings of the interface and its users.
 *
 * @module
 */
import type { ConfigEntry, ConfigSection, ModuleConfig } from "asterism";
import { type AclRule, type NamedAcl, namedAcls, readAclRules, readNamedAcls } from "./_manager_acl.ts";
import { readBoolean, readClasses } from "./_manager_classes.ts";
import { type EventFilter, isEventFilter, readEventFilter } from "./_manager_filter.ts";

/** `[general]`. Times are in seconds in the file, in milliseconds here. */
export interface ManagerSettings {
  /** Whether there is an interface at all. */
  enabled: boolean;
  bindaddr: string;
  bindport: number;
  /** Where the port is written. */
  place: string;
  /** Most sessions at once. */
  maxsessions: number;
  /** Most sessions at once that have not logged in. */
  authlimit: number;
  /** Time to log in. */
  authtimeout: number;
  /** Time without a message after which a session ends; 0 for none. */
  idletimeout: number;
  /** Time a client may leave what it is sent unread. */
  writetimeout: number;
  /** Whether one user may have several sessions. */
  allowmultiplelogin: boolean;
  /** Whether logins and logoffs are told on the console. */
  displayconnects: boolean;
  /** Whether events carry a header `Timestamp`. */
  timestampevents: boolean;
  /** Names of events that nobody is sent, in lower case. */
  disabledevents: ReadonlySet<string>;
}

/** A section of its own: somebody who may log in. */
export interface ManagerUser {
  readonly name: string;
  secret: string | undefined;
  /** Classes of events. */
  read: number;
  /** Classes of actions. */
  write: number;
  /** Of `permit` and `deny`. */
  acl: AclRule[];
  /** Lists of acl.conf that must let the client pass, too. */
  named: NamedAcl[];
  /** Which of the events that the user may read are sent. */
  filters: EventFilter[];
  /** Time a client may leave what it is sent unread. */
  writetimeout: number;
  /** Why nobody may log in, with file and line: a line that may restrict the user cannot be done. */
  refused: string | undefined;
  allowmultiplelogin: boolean;
  displayconnects: boolean;
}

/** manager.conf as a whole. */
export interface ManagerConfig {
  readonly settings: ManagerSettings;
  readonly users: readonly ManagerUser[];
  /** What is wrong without being a fault, with file and line. */
  readonly warnings: readonly string[];
}

type Reader<T> = (target: T, entry: ConfigEntry) => void;

const GENERAL: Record<string, Reader<ManagerSettings>> = {
  enabled: (settings, entry) => void (settings.enabled = boolean(entry)),
  bindaddr(settings, entry) {
    if (!/^[\w.:-]+$/.test(entry.value)) fail(entry, "an address such as 127.0.0.1");
    settings.bindaddr = entry.value;
  },
  port(settings, entry) {
    settings.bindport = number(entry, 65_535, "a port from 0 to 65535");
    settings.place = `${entry.file}:${entry.line}`;
  },
  maxsessions: (settings, entry) => void (settings.maxsessions = number(entry, 10_000, "a number up to 10000")),
  authlimit: (settings, entry) => void (settings.authlimit = number(entry, 10_000, "a number up to 10000")),
  authtimeout: (settings, entry) => void (settings.authtimeout = seconds(entry)),
  idletimeout: (settings, entry) => void (settings.idletimeout = seconds(entry)),
  writetimeout: (settings, entry) => void (settings.writetimeout = number(entry, 600_000, "milliseconds")),
  allowmultiplelogin: (settings, entry) => void (settings.allowmultiplelogin = boolean(entry)),
  displayconnects: (settings, entry) => void (settings.displayconnects = boolean(entry)),
  timestampevents: (settings, entry) => void (settings.timestampevents = boolean(entry)),
  disabledevents(settings, { value }) {
    const names = value.split(",").map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
    settings.disabledevents = new Set([...settings.disabledevents, ...names]);
  },
};

/** What a user's line may also need: where to put warnings. */
interface UserDraft {
  readonly user: ManagerUser;
  readonly acls: ReadonlyMap<string, NamedAcl>;
  readonly warnings: string[];
}

const USER: Record<string, Reader<UserDraft>> = {
  secret: ({ user }, { value }) => void (user.secret = value),
  read: (draft, entry) => void (draft.user.read = classes(draft, entry)),
  write: (draft, entry) => void (draft.user.write = classes(draft, entry)),
  permit: ({ user }, entry) => addRules(user, entry, true),
  deny: ({ user }, entry) => addRules(user, entry, false),
  acl: ({ user, acls }, entry) => void user.named.push(...namedAcls(entry.value, acls, placeOf(entry))),
  eventfilter: (draft, entry) => addFilter(draft, entry),
  writetimeout: ({ user }, entry) => void (user.writetimeout = number(entry, 600_000, "milliseconds")),
  allowmultiplelogin: ({ user }, entry) => void (user.allowmultiplelogin = boolean(entry)),
  displayconnects: ({ user }, entry) => void (user.displayconnects = boolean(entry)),
};

/** Asterisk's keys for what this module has not; a file that turns them off asks for nothing. */
const UNSUPPORTED = new Set([
  ...["webenabled", "httptimeout", "channelvars", "debug", "brokeneventsaction", "setvar"],
  ...["tlsenable", "tlsbindaddr", "tlscertfile", "tlsprivatekey", "tlscipher", "tlscafile", "tlscapath"],
]);

/** What restricts users, and means nothing where it would be for all of them. */
const OF_USERS = new Set(["acl", "permit", "deny"]);

/**
 * Reads manager.conf. Without the file, or without `enabled`, there is no interface, as in Asterisk. A user with a line that
 * cannot be done may not log in: the line may have been there to restrict the user.
 *
 * @param lists acl.conf, whose lists `acl` of a user names
 *
 * @throws {SyntaxError} for a value that its key does not take, naming file and line
 */
export function readManagerConfig(config: ModuleConfig | undefined, lists?: ModuleConfig): ManagerConfig {
  const { acls, warnings: faults } = readNamedAcls(lists);
  const warnings: string[] = [...faults];
  const settings = defaults(config?.file ?? "manager.conf");
  const general = (config?.sections ?? []).filter(isGeneral);
  for (const section of general) readGeneral(section, settings, warnings);
  const users = new Map<string, ManagerUser>();
  for (const section of config?.sections ?? []) {
    if (isGeneral(section)) continue;
    const key = section.name.toLowerCase();
    const user = users.get(key) ?? newUser(section.name, settings);
    users.set(key, user);
    readUser(section, { user, acls, warnings });
  }
  for (const { name, secret } of users.values()) {
    if (!secret) warnings.push(`${config?.file}: user "${name}" has no secret and cannot log in`);
  }
  const sorted = [...users.values()].sort((a, b) => a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
  return { settings, users: sorted, warnings };
}

function defaults(file: string): ManagerSettings {
  return {
    enabled: false,
    bindaddr: "127.0.0.1",
    bindport: 5038,
    place: file,
    maxsessions: 100,
    authlimit: 50,
    authtimeout: 30_000,
    idletimeout: 0,
    writetimeout: 10_000,
    allowmultiplelogin: true,
    displayconnects: true,
    timestampevents: false,
    disabledevents: new Set(),
  };
}

function isGeneral({ name }: ConfigSection): boolean {
  return name.toLowerCase() === "general";
}

function newUser(name: string, { allowmultiplelogin, displayconnects, writetimeout }: ManagerSettings): ManagerUser {
  const given = { allowmultiplelogin, displayconnects, writetimeout };
  return { name, secret: undefined, read: 0, write: 0, acl: [], named: [], filters: [], refused: undefined, ...given };
}

function placeOf({ file, line }: ConfigEntry): string {
  return `${file}:${line}`;
}

function invalidKeyword(entry: ConfigEntry, readers: Readonly<Record<string, unknown>>): string {
  return `${placeOf(entry)}: Invalid keyword <${entry.key}>: there are ${Object.keys(readers).join(", ")}`;
}

/** What a key says that Asterisk has and this module has not; undefined when it asks for nothing. */
function unsupported(entry: ConfigEntry): string | undefined {
  if (readBoolean(entry.value) === false) return undefined;
  return `${placeOf(entry)}: "${entry.key}" is not supported and has no effect`;
}

function readGeneral({ entries }: ConfigSection, settings: ManagerSettings, warnings: string[]): void {
  for (const entry of entries) {
    const key = entry.key.toLowerCase();
    if (Object.hasOwn(GENERAL, key)) GENERAL[key]?.(settings, entry);
    else if (OF_USERS.has(key) || isEventFilter(key)) {
      throw new SyntaxError(
        `${placeOf(entry)}: "${entry.key}" restricts nobody here: it belongs to the section of a user`,
      );
    } else {warnings.push(
        ...(UNSUPPORTED.has(key) ? [unsupported(entry) ?? []].flat() : [invalidKeyword(entry, GENERAL)]),
      );}
  }
}

function readUser({ entries }: ConfigSection, draft: UserDraft): void {
  for (const entry of entries) {
    const key = isEventFilter(entry.key) ? "eventfilter" : entry.key.toLowerCase();
    if (Object.hasOwn(USER, key)) USER[key]?.(draft, entry);
    else if (UNSUPPORTED.has(key)) draft.warnings.push(...[unsupported(entry) ?? []].flat());
    else refuse(draft, invalidKeyword(entry, USER));
  }
}

/** Keeps a user out, for a line may restrict what nobody can tell. */
function refuse({ user, warnings }: UserDraft, reason: string): void {
  user.refused ??= reason;
  warnings.push(`${reason}; user "${user.name}" cannot log in`);
}

function addFilter(draft: UserDraft, entry: ConfigEntry): void {
  try {
    draft.user.filters.push(readEventFilter(entry.key, entry.value));
  } catch (error) {
    refuse(draft, `${placeOf(entry)}: ${entry.key}: ${(error as Error).message}`);
  }
}

function classes({ warnings }: UserDraft, entry: ConfigEntry): number {
  const { mask, unknown } = readClasses(entry.value);
  for (const word of unknown) warnings.push(`${entry.file}:${entry.line}: "${word}" is no class and is left out`);
  return mask;
}

function addRules(user: ManagerUser, entry: ConfigEntry, permit: boolean): void {
  try {
    user.acl.push(...readAclRules(permit, entry.value));
  } catch (error) {
    throw new SyntaxError(`${entry.file}:${entry.line}: ${entry.key}: ${(error as Error).message}`);
  }
}

function boolean(entry: ConfigEntry): boolean {
  return readBoolean(entry.value) ?? fail(entry, "yes or no");
}

function seconds(entry: ConfigEntry): number {
  return number(entry, 1_000_000, "seconds") * 1000;
}

function number(entry: ConfigEntry, most: number, expected: string): number {
  if (!/^\d{1,9}$/.test(entry.value) || Number(entry.value) > most) fail(entry, expected);
  return Number(entry.value);
}

function fail(entry: ConfigEntry, expected: string): never {
  throw new SyntaxError(
    `${entry.file}:${entry.line}: "${entry.value}" is no value of ${entry.key}: expected ${expected}`,
  );
}
