/**
 * Asterism as a library: the same host in any Deno program.
 *
 * ```ts ignore
 * import { createHost } from "@asterism/asterism";
 *
 * await using host = await createHost({
 *   modules: ["./plugins"],
 *   policy: { modules: { autoload: true }, permissions: { app_note: "read=/srv/notes" } },
 * });
 * await host.boot();
 * const { output } = await host.call("application=Note", "today");
 * ```
 *
 * @module
 */
export {
  type ApplicationResult,
  createHost,
  type Host,
  type HostEvents,
  type HostListener,
  type HostOptions,
  type Provided,
  serveRealmProcess,
  type SettingsInput,
  type StopMode,
  type StopRequest,
} from "./src/host/mod.ts";
export * from "./src/module_api/mod.ts";
export { ConfigError, HostError, type HostErrorCode, type Position } from "./src/fault/mod.ts";
export type { ConfigObject, ConfigValue } from "./src/config/mod.ts";
export { type MemoryModule, MemorySource, type ModuleFile, type ModuleSource } from "./src/manifest/mod.ts";
export {
  DebugLevels,
  type GatedLine,
  type LineGate,
  type LineOptions,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type LogOf,
  type LogRecord,
  type LogSink,
} from "./src/log/mod.ts";
export type { ControlFile, Directories, Options, Settings } from "./src/settings/mod.ts";
export type { Completion, Interpreter, InterpreterOptions } from "./src/console/mod.ts";
export type { CommandOutcome, ConsoleSession } from "./src/registry/mod.ts";
export type { BootResult, InstanceState, ReloadResult, StateChange, UnloadForce } from "./src/loader/mod.ts";
