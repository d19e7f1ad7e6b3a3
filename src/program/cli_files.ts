import { join } from "@std/path";
import { type Accounts, type CliPermissionControl, CliPermissions } from "../console/mod.ts";
import { formatPosition, messageOf } from "../fault/mod.ts";
import { readConfigIfAny } from "../host/mod.ts";
import type { ConfigFile } from "../config/mod.ts";
import type { Settings } from "../settings/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { ConsoleSession } from "../registry/mod.ts";
import { findGroup, findUser } from "./accounts.ts";

/** When a command of `cli.conf` runs. */
export type StartupPhase = "pre-init" | "pre-module" | "fully-booted";

/** Users and groups of this system. */
const ACCOUNTS: Accounts = {
  uid: (name) => findUser(name)?.uid,
  gid: (name) => findGroup(name)?.gid,
};

/** What a console may do whose owner the system did not tell. */
export const NOBODY: NonNullable<ConsoleSession["user"]> = { uid: -1, gid: -1 };

/** `cli_permissions.conf` while the program runs. */
export class PermissionFile implements CliPermissionControl {
  permissions: CliPermissions = CliPermissions.everything;
  readonly accounts: Accounts = ACCOUNTS;
  readonly #settings: Settings;
  #log: Logger | undefined;

  /** The file in the program's `astetcdir`; it is not read yet. */
  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Reads the file for the first time. One that cannot be read permits nobody but the program's own console anything. */
  open(log: Logger): void {
    this.#log = log.child({ area: "asterism" });
    try {
      this.reload();
    } catch (error) {
      this.permissions = CliPermissions.nothing;
      this.#log.error(`${messageOf(error)}; remote consoles may do nothing until 'cli reload permissions'`);
    }
  }

  reload(): void {
    const warnings: string[] = [];
    const config = readCliFile("cli_permissions.conf", this.#settings, warnings);
    const warn = (message: string) => void warnings.push(message);
    this.permissions = config === undefined ? CliPermissions.everything : CliPermissions.parse(config, ACCOUNTS, warn);
    for (const warning of warnings) this.#log?.warning(warning);
  }

  /** Whether a console may run a command. The program's own may run everything. */
  permits(session: ConsoleSession, words: readonly string[]): boolean {
    return session.user === undefined || this.permissions.permits(session.user, words.join(" "));
  }
}

/**
 * Reads `[startup_commands]` of `cli.conf`: `command = pre-init`, `pre-module` or `fully-booted`; `yes` is the last.
 *
 * @throws {ConfigError} when the file cannot be read as configuration
 */
export function startupCommands(settings: Settings, log: Logger): Record<StartupPhase, string[]> {
  const warnings: string[] = [];
  const commands: Record<StartupPhase, string[]> = { "pre-init": [], "pre-module": [], "fully-booted": [] };
  const section = readCliFile("cli.conf", settings, warnings)?.section("startup_commands");
  for (const { key, value, position } of section?.entries ?? []) {
    const word = value.toLowerCase();
    const phase = /^(?:yes|true|y|t|1|on)$/.test(word) ? "fully-booted" : word;
    if (phase === "pre-init" || phase === "pre-module" || phase === "fully-booted") commands[phase].push(key);
    else if (!/^(?:no|false|n|f|0|off)$/.test(word)) {
      warnings.push(`${formatPosition(position)}: "${value}" is no time: expected pre-init, pre-module, fully-booted`);
    }
  }
  for (const warning of warnings) log.child({ area: "asterism" }).warning(warning);
  return commands;
}

function readCliFile(
  name: string,
  { directories: { astetcdir }, options }: Settings,
  warnings: string[],
): ConfigFile | undefined {
  return readConfigIfAny(join(astetcdir, name), { warnings, exec: options });
}
