/**
 * The life of modules: states, users, start, stop, reload.
 *
 * @module
 */
export { HostCall } from "./call.ts";
export type { LoaderOptions } from "./context.ts";
export { type BootResult, Loader } from "./loader.ts";
export type { ReloadResult, UnloadForce } from "./results.ts";
export type { InstanceState, StateChange } from "./states.ts";
