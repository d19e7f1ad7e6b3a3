import { HostError } from "../fault/mod.ts";
import type { ApplicationResult, Host } from "../host/mod.ts";
import type { ReloadResult, UnloadForce } from "../loader/mod.ts";
import type { ModuleRow } from "../module_api/mod.ts";
import type { Directories } from "../settings/mod.ts";
import { writeFiles } from "./files.ts";
import { type RecordingSink, whyNot } from "./recording.ts";

/** Everything a {@linkcode ModuleUnderTest} is made from. */
interface Parts {
  readonly name: string;
  readonly host: Host;
  readonly log: RecordingSink;
  readonly directories: Directories;
  readonly directory: string;
}

/** A module that runs for a test. Made by {@linkcode startModule}. */
export class ModuleUnderTest implements AsyncDisposable {
  /** The module's name. */
  readonly name: string;
  /** The host it runs in, for whatever is not offered here. */
  readonly host: Host;
  /** Directories of the host, below a temporary one that goes at the end. */
  readonly directories: Directories;
  readonly #log: RecordingSink;
  readonly #directory: string;

  /** @internal Use {@linkcode startModule}. */
  constructor({ name, host, log, directories, directory }: Parts) {
    this.name = name;
    this.host = host;
    this.directories = directories;
    this.#log = log;
    this.#directory = directory;
  }

  /** Its row in the module table: state, use count, permissions, realm. */
  get row(): ModuleRow | undefined {
    return this.host.modules().find(({ name }) => name === this.name);
  }

  /** What it has said to the log: `level: message`, oldest first. */
  get said(): string[] {
    return this.#log.records.filter(({ module }) => module === this.name).map(({ level, message }) =>
      `${level}: ${message}`
    );
  }

  /** Runs an application in a call of its own. */
  run(application: string, args: string = ""): Promise<ApplicationResult> {
    return this.host.call(`application=${application}`, args);
  }

  /** Evaluates a function in a call of its own. */
  read(functionName: string, args: string = ""): Promise<string> {
    return this.host.call(`function=${functionName}`, args);
  }

  /** Calls a method of a service that the module provides. */
  call(service: string, method: string, ...args: unknown[]): Promise<unknown> {
    return this.host.call(`service=${service}`, method, ...args);
  }

  /** Runs a console command. */
  execute(line: string): Promise<{ output: string; ok: boolean }> {
    return this.host.execute(line);
  }

  /** Writes a configuration file anew and has the module reload. */
  async reload(configs: Readonly<Record<string, string>> = {}): Promise<ReloadResult> {
    await writeFiles(this.directories.astetcdir, configs);
    return await this.host.reload(this.name);
  }

  /** Unloads the module. Says whether it is gone. */
  unload(force: UnloadForce = "soft"): Promise<boolean> {
    return this.host.unload(this.name, force);
  }

  /** Waits until the module has said something that matches, and gives that message. */
  async logged(pattern: RegExp): Promise<string> {
    return await this.#log.wait(
      (record) => record.module === this.name && pattern.test(record.message),
      `like ${pattern}`,
    );
  }

  /**
   * Stops the module and removes its directories.
   *
   * @throws {HostError} when it did not stop in order: its `unload` threw, refused or hung
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const before = this.#log.records.length;
    // Users are asked to let go, but a module that says it cannot stop is believed: a stop would go on over that.
    if (this.row?.status === "Running") await this.unload("firm");
    await this.host.stop("gracefully");
    await Deno.remove(this.#directory, { recursive: true });
    const faults = this.#log.records.slice(before).filter(({ level }) => level === "error" || level === "warning");
    if (faults.length > 0) {
      throw new HostError("module", whyNot(this.name, this.#log.records.slice(before), "did not stop in order"));
    }
  }
}
