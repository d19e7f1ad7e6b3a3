import { HostError, type Position } from "../fault/mod.ts";
import { type Manifest, nameKey } from "../manifest/mod.ts";
import { type PermissionLine, scopeContains } from "../permission/mod.ts";
import { denialOf, type Grant, type GrantScene, type Policy } from "../policy/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { resolvePath } from "./disk_links.ts";
import type { ProgramConfig } from "./program.ts";

/** What of the host changes nothing and tells little, so that a trial may have it without a question. */
const HARMLESS_HOST = ["modules", "status", "events", "db"];

/** What the administrator allows a module that is tried: his lines of modules.conf hold for a trial, too. */
export class Allowed {
  readonly #manifest: Manifest;
  readonly #policy: Policy;
  readonly #settings: Settings;
  readonly #embedded: boolean;

  /** @param policy what modules.conf says */
  constructor(
    manifest: Manifest,
    policy: Policy,
    { settings, embedded }: Pick<ProgramConfig, "settings" | "embedded">,
  ) {
    this.#manifest = manifest;
    this.#policy = policy;
    this.#settings = settings;
    this.#embedded = embedded;
  }

  /** What decisions about grants have to know. */
  get scene(): GrantScene {
    return { variables: { ...this.#settings.directories }, resolve: resolvePath };
  }

  /** @throws {HostError} when a line of modules.conf says that the module is not to run, or is to have nothing */
  checkWanted(): void {
    const { name } = this.#manifest;
    const key = nameKey(name);
    const ban = this.#policy.lines.find((line) => line.directive === "neverload" && nameKey(line.name) === key);
    if (ban !== undefined) this.#refuse(`neverload = ${ban.name}`, ban.position);
    const none = this.#policy.grants.get(key)?.none;
    if (none !== undefined) this.#refuse(`${name} = none`, none);
  }

  #refuse(line: string, position: Position): never {
    throw new HostError(
      "permission",
      `${this.#manifest.name} is not tried: ${this.place(position)} says ${line}; change that line first`,
    );
  }

  /** A place, without the path of what only the program itself can read. */
  place(position: Position): string {
    const { astetcdir } = this.#settings.directories;
    const text = `${position.file}:${position.line}`;
    return this.#embedded ? text.replace(`${astetcdir}/`, "the embedded configuration, ") : text;
  }

  /** The line that takes a permission or a part of it away, or undefined. */
  denied(line: PermissionLine): string | undefined {
    const denial = denialOf(line, { manifest: this.#manifest, policy: this.#policy, scene: this.scene });
    return denial && `denied by ${denial.position === undefined ? "a line" : this.place(denial.position)}`;
  }

  /**
   * Whether somebody has to agree before a trial is given a permission. Only this needs no word: variables by their names,
   * what is built in, facts of the system and of the host, files below `astdatadir` and `astlogdir`, and to read modules.
   */
  needsYes({ kind, value }: PermissionLine): boolean {
    const { astdatadir, astlogdir, astmoddir } = this.#settings.directories;
    const below = (...directories: string[]) =>
      directories.some((directory) => scopeContains("read", resolvePath(directory), resolvePath(value)));
    switch (kind) {
      case "config":
      case "node":
      case "sys":
        return false;
      case "env":
        return value.endsWith("*");
      case "read":
        return value === "*" || !below(astdatadir, astlogdir, astmoddir);
      case "write":
        return value === "*" || !below(astdatadir, astlogdir);
      case "host":
        return !HARMLESS_HOST.includes(value) && !value.startsWith("provide:");
      default:
        return true;
    }
  }

  /** What the module is granted while it is tried: all that its manifest, made for the trial, asks for, but denials. */
  trialGrant(): Grant {
    const own = this.#policy.grants.get(nameKey(this.#manifest.name))?.lines ?? [];
    return { asAsked: true, lines: own.filter(({ denied = false }) => denied), decides: true };
  }
}
