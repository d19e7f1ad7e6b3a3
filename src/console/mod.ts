/**
 * The console: runs and completes typed lines, over commands that the core and modules register. It asks the loader and
 * the host through the interfaces in `services.ts` and knows neither.
 *
 * @module
 */
export { type Accounts, CliPermissions, type PermissionRow, type PermissionRule } from "./cli_permissions.ts";
export {
  addCoreCommands,
  cliPermissionCommands,
  type CliPermissionControl,
  configCommands,
  type ConfigControl,
  type ConfigUse,
  loggerCommands,
  registerCoreCommands,
  restartCommands,
} from "./commands/mod.ts";
export { type Completion, Interpreter, type InterpreterOptions } from "./interpreter.ts";
export { type LineHandler, type LocalConsole, type LocalConsoleOptions, openLocalConsole } from "./local.ts";
export { ProgressLine } from "./progress.ts";
export type { Fact } from "./facts.ts";
export type {
  CatalogView,
  CoreServices,
  DebugControl,
  Dialplan,
  DialplanEntry,
  Inspection,
  Lifetime,
  LogControl,
  ModuleControl,
  SettingsGroup,
  StopRequest,
} from "./services.ts";
export { cell, type CellOptions, takeJson, toJson } from "./table.ts";
