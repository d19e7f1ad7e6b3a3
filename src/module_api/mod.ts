/**
 * What a module's author writes against: the bare specifier `asterism` inside a module.
 *
 * ```ts
 * import { defineModule, LoadResult } from "asterism";
 *
 * export default defineModule({
 *   license: "MIT",
 *   description: "Sample module",
 *   load(host) {
 *     host.log.notice("hello");
 *     return LoadResult.SUCCESS;
 *   },
 * });
 * ```
 *
 * Imports nothing outside its folder: it is loaded into every realm.
 *
 * @module
 */
export { defineModule, type ModuleDefinition } from "./define.ts";
export { LoadResult } from "./result.ts";
export { LOAD_PRIORITIES, loadPriority, type LoadPriorityName } from "./priority.ts";
export {
  type CallRow,
  type CommandOutput,
  type ConfigReading,
  type ConfigSectionFacts,
  type HostAdmin,
  type HostEvent,
  type HostStatus,
  type LogLine,
  type ModuleActivity,
  type ModuleOverview,
  type ModulePresence,
  type RealmRow,
  RELOAD_STATUS,
  type ReloadAnswer,
} from "./admin.ts";
export type {
  ManagerActionRegistration,
  ManagerActionRow,
  ManagerHeader,
  ManagerReply,
  ManagerRequest,
} from "./manager.ts";
export type { ConfigEntry, ConfigSection, ModuleConfig } from "./config.ts";
export type {
  ChannelHandle,
  ChannelOptions,
  ChannelPeer,
  DialplanContents,
  DialplanContext,
  DialplanPriority,
  LabelLocation,
  ModulePbx,
} from "./dialplan.ts";
export type {
  ApplicationHandler,
  Available,
  Call,
  CallLogLevel,
  Come,
  CommandAlias,
  CommandHandler,
  CommandRegistration,
  FunctionHandlers,
  Hold,
  HoldOptions,
  Leave,
  ModuleDatabase,
  ModuleHost,
  ModuleLog,
  ModuleRow,
  RealtimeDriver,
  RealtimeRequest,
  RealtimeRow,
  Reference,
  Remote,
  ServiceCaller,
  ServiceMethods,
  ServiceOptions,
} from "./host.ts";
export type { CallLocation, UserHandle } from "./shared.ts";
