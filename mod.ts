/**
 * Asterism as a library: the same host in any Deno program.
 *
 * ```ts ignore
 * import { createHost } from "@asterism/asterism";
 *
 * await using host = await createHost({ config: "/etc/asterism/asterism.conf" });
 * await host.boot();
 * console.log((await host.execute("module show")).output);
 * ```
 *
 * @module
 */
export { createHost, type Host, type HostOptions, type StopMode } from "./src/host/mod.ts";
export {
  defineModule,
  LoadResult,
  type ModuleDefinition,
  type ModuleHost,
  type ModuleRow,
} from "./src/module_api/mod.ts";
export { ConfigError, HostError, type HostErrorCode, type Position } from "./src/fault/mod.ts";
export type { LogLevel, LogRecord, LogSink } from "./src/log/mod.ts";
export type { Settings } from "./src/settings/mod.ts";
export type { BootResult } from "./src/loader/mod.ts";
