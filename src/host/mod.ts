/**
 * The composition root: everything put together as one host.
 *
 * @module
 */
export { createHost, Host, type HostOptions, type StopMode } from "./host.ts";
export { findProgramConfig, type ProgramConfig } from "./program.ts";
export { VERSION } from "./version.ts";
