/**
 * manager.conf: settings of the interface and its users.
 *
 * @module
 */
import type { ConfigEntry, ConfigSection, ModuleConfig } from "asterism";
import { type AclRule, readAclRules } from "./_manager_acl.ts";
import { readBoolean, readClasses } from "./_manager_classes.ts";

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
  acl: AclRule[];
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
  readonly warnings: string[];
}

const USER: Record<string, Reader<UserDraft>> = {
  secret: ({ user }, { value }) => void (user.secret = value),
  read: (draft, entry) => void (draft.user.read = classes(draft, entry)),
  write: (draft, entry) => void (draft.user.write = classes(draft, entry)),
  permit: ({ user }, entry) => addRules(user, entry, true),
  deny: ({ user }, entry) => addRules(user, entry, false),
  allowmultiplelogin: ({ user }, entry) => void (user.allowmultiplelogin = boolean(entry)),
  displayconnects: ({ user }, entry) => void (user.displayconnects = boolean(entry)),
};

/** Asterisk's keys for what this module has not; a file that turns them off asks for nothing. */
const UNSUPPORTED = new Set([
  ...["webenabled", "httptimeout", "channelvars", "debug", "brokeneventsaction", "acl", "setvar", "eventfilter"],
  ...["tlsenable", "tlsbindaddr", "tlscertfile", "tlsprivatekey", "tlscipher", "tlscafile", "tlscapath", "setvar"],
]);

/**
 * Reads manager.conf. Without the file, or without `enabled`, there is no interface, as in Asterisk.
 *
 * @throws {SyntaxError} for a value that its key does not take, naming file and line
 */
export function readManagerConfig(config: ModuleConfig | undefined): ManagerConfig {
  const warnings: string[] = [];
  const settings = defaults(config?.file ?? "manager.conf");
  const general = (config?.sections ?? []).filter(isGeneral);
  for (const section of general) readSection(section, { readers: GENERAL, target: settings, warnings });
  const users = new Map<string, ManagerUser>();
  for (const section of config?.sections ?? []) {
    if (isGeneral(section)) continue;
    const key = section.name.toLowerCase();
    const { allowmultiplelogin, displayconnects } = settings;
    const user = users.get(key) ??
      { name: section.name, secret: undefined, read: 0, write: 0, acl: [], allowmultiplelogin, displayconnects };
    users.set(key, user);
    readSection(section, { readers: USER, target: { user, warnings }, warnings });
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

function readSection<T>(
  section: ConfigSection,
  { readers, target, warnings }: { readers: Record<string, Reader<T>>; target: T; warnings: string[] },
): void {
  for (const entry of section.entries) {
    const key = entry.key.toLowerCase();
    const at = `${entry.file}:${entry.line}`;
    if (Object.hasOwn(readers, key)) readers[key]?.(target, entry);
    else if (!UNSUPPORTED.has(key)) {
      warnings.push(`${at}: Invalid keyword <${entry.key}>: there are ${Object.keys(readers).join(", ")}`);
    } else if (readBoolean(entry.value) !== false) {
      warnings.push(`${at}: "${entry.key}" is not supported and has no effect`);
    }
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
