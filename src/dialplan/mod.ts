/**
 * The dialplan: contexts, extensions, variables and expressions, and the calls that run through it. Asterisk's PBX core.
 *
 * @module
 */
export { ActingCall } from "./acting_call.ts";
export { BUILTIN_NAMES } from "./builtins.ts";
export { type CallOptions, HostCall } from "./call.ts";
export type { Beginning, Peer } from "./beginning.ts";
export { type ActiveCall, Pbx, type PbxOptions } from "./pbx.ts";
export type { Holder, Reference, References, Seeker } from "./references.ts";
export type { Quota } from "./quota.ts";
export { ExtensionPattern } from "./pattern.ts";
export type { Context, ExtensionEntry, Put } from "./context.ts";
export { type Charge, DIALPLAN_LIMITS, type Share, type TableLimits } from "./share.ts";
export type { SortedList } from "./sorted_list.ts";
export type { Added, Addition, Dialed, DialplanTable, Draft, FoundPriority, Removal, Replaced } from "./table.ts";
export type { Acting, Asking, Doer, Naming, Rights, Thing } from "./rights.ts";
export type { Guard, GuardOptions } from "./guard.ts";
export { MAX_TEXT } from "./substitute.ts";
