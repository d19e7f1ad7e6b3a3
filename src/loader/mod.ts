/**
 * The life of modules: states, users, start, stop, reload.
 *
 * @module
 */
export { Activity } from "./activity.ts";
export type { AdminServices } from "./admin_services.ts";
export type { ModuleDetail, RealmRow } from "./inspect.ts";
export type { GrantedLink, Learning, LoaderOptions } from "./context.ts";
export type { HoldRequest } from "./referring.ts";
export type { PermissionRow } from "./permission_rows.ts";
export { Life, type LifeListener } from "./life.ts";
export type { Supervision } from "./supervisor.ts";
export { type BootResult, Loader } from "./loader.ts";
export { moduleRate } from "./limits.ts";
export { ModuleLogs, type ModuleLogsOptions } from "./module_logs.ts";
export type { RefreshResult, ReloadResult, UnloadForce, UnloadResult } from "./results.ts";
export { type InstanceState, type StateChange, stateTable } from "./states.ts";
