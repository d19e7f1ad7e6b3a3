/**
 * The composition root: everything put together as one host.
 *
 * @module
 */
export type { ApplicationResult } from "./call.ts";
export type { HostEvents, HostListener, StopMode } from "./events.ts";
export type { CommandResult } from "./command_result.ts";
export { runSubcommand, type Subcommand } from "./subcommands.ts";
export { createHost, Host } from "./host.ts";
export {
  type HostInput,
  type HostOptions,
  readConfigIfAny,
  type ReadingOptions,
  type SettingsInput,
} from "./options.ts";
export { findProgramConfig, type ProgramConfig } from "./program.ts";
export type { Provided } from "./provide.ts";
export { serveRealmProcess } from "../realm/mod.ts";
export type { StopRequest } from "../console/mod.ts";
export { VERSION } from "./version.ts";
