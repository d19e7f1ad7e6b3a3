/**
 * What `asterism new` writes: a module with manifest data, configuration and test.
 *
 * @module
 */
export { newModule, type NewModuleOptions } from "./disk_new.ts";
export { moduleFiles, type NewFile, trialCommand } from "./templates.ts";
