/** What the tests of the console share: tables with commands in them, services that record, a run as text. */
import { Logger } from "../../src/log/mod.ts";
import { Pbx } from "../../src/dialplan/mod.ts";
import { DiskStore } from "../../src/store/mod.ts";
import {
  type CoreServices,
  type DialplanEntry,
  Interpreter,
  type InterpreterOptions,
  type ModuleControl,
  registerCoreCommands,
} from "../../src/console/mod.ts";
import type { RefreshResult, ReloadResult, UnloadForce, UnloadResult } from "../../src/loader/mod.ts";
import type { ModuleRow } from "../../src/module_api/mod.ts";
import { type CommandRun, type ConsoleCommand, CORE, type Owner, Registry } from "../../src/registry/mod.ts";

/** A row of the module table. */
export function row(name: string, changes: Partial<ModuleRow> = {}): ModuleRow {
  return {
    name,
    description: `Test module ${name}`,
    useCount: 0,
    status: "Running",
    state: "running",
    supportLevel: "core",
    permissions: "",
    realm: "shared/1",
    ...changes,
  };
}

/** A loader that answers as it is told and keeps what it was asked. */
export class FakeModules implements ModuleControl {
  readonly asked: string[] = [];
  refused: string[] = [];
  used: string[] = [];
  cause: string | undefined;
  table: ModuleRow[] = [];
  reloadResult: ReloadResult = "success";

  rows(): ModuleRow[] {
    return this.table;
  }
  async explained<T>(_name: string, work: () => Promise<T>): Promise<{ result: T; cause: string | undefined }> {
    return { result: await work(), cause: this.cause };
  }
  load(name: string): Promise<boolean> {
    this.asked.push(`load ${name}`);
    return Promise.resolve(!this.refused.includes(`load ${name}`));
  }
  unload(name: string, force: UnloadForce): Promise<UnloadResult> {
    this.asked.push(`unload ${name} ${force}`);
    if (this.used.includes(name)) return Promise.resolve("released");
    return Promise.resolve(this.refused.includes(`unload ${name}`) ? "failed" : "unloaded");
  }
  refresh(name: string, { recursively }: { recursively: boolean }): Promise<RefreshResult> {
    this.asked.push(`refresh ${name}${recursively ? " recursively" : ""}`);
    if (this.refused.includes(`unload ${name}`)) return Promise.resolve("unload-failed");
    return Promise.resolve(this.refused.includes(`load ${name}`) ? "load-failed" : "refreshed");
  }
  reload(name: string): Promise<ReloadResult> {
    this.asked.push(`reload ${name}`);
    return Promise.resolve(this.reloadResult);
  }
  reloadAll(): Promise<void> {
    this.asked.push("reload all");
    return Promise.resolve();
  }
  loadable(): string[] {
    return ["t_p50", "t_p10", "app_x"];
  }
  unloadable(): string[] {
    return ["t_reload", "t_req", "cdr"];
  }
  reloadable(): string[] {
    return ["cel", "t_reload", "cdr"];
  }
}

/** The core's commands over fakes. */
export function setUp(options: InterpreterOptions = {}, more: Partial<CoreServices> = {}) {
  const registry = new Registry();
  const modules = new FakeModules();
  const applications: DialplanEntry[] = [];
  const functions: DialplanEntry[] = [];
  const stopped: string[] = [];
  const lifetime = { startedAt: 0, reloadedAt: 0, version: "0.1.0", build: "deno 2.7.11 x86_64-unknown-linux-gnu" };
  const clock = { now: 0 };
  const services: CoreServices = {
    modules,
    lifetime: {
      ...lifetime,
      stop: (how) => stopped.push(how),
      abort: () => stopped.push("abort") > 1,
      booted: Promise.resolve(),
    },
    dialplan: {
      applications: () => applications,
      functions: () => functions,
      evaluate: (expression) => expression === "BAD()" ? Promise.reject(new Error("no")) : Promise.resolve(expression),
      execute: (application, args, print) => {
        print(`${application}|${args}`);
        return Promise.resolve(application === "Hangup" ? -1 : 0);
      },
    },
    // Nothing is made there before something is kept.
    database: new DiskStore("/nonexistent/astdb.sqlite3"),
    pbx: new Pbx({ registry, log: new Logger([]), refusesCalls: () => false }),
    now: () => clock.now,
    ...more,
  };
  const registered = registerCoreCommands(registry, services);
  const interpreter = new Interpreter(registry.commands, options);
  return { registry, modules, applications, functions, stopped, clock, registered, interpreter };
}

/** Adds a command; of a module unless told otherwise. */
export function add(
  registry: Registry,
  changes: Partial<ConsoleCommand> & { command: string },
  owner?: Owner,
): Disposable {
  const value = {
    summary: "",
    usage: changes.command,
    run: ({ args, print }: CommandRun) => echo(args, print),
    ...changes,
  };
  return registry.commands.add({ name: value.command, owner: owner ?? { module: "t_module" }, value, priority: 0 });
}

/** Runs a line; what it prints, in one text. */
export async function run(interpreter: Interpreter, line: string): Promise<string> {
  let text = "";
  await interpreter.execute(line, (part) => text += part);
  return text;
}

/** The core as an owner, for commands that tests add beside the core's own. */
export const core: Owner = CORE;

function echo(args: readonly string[], print: (text: string) => void): "success" {
  print(`${JSON.stringify(args)}\n`);
  return "success";
}
