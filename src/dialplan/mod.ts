/**
 * The dialplan: contexts, extensions, variables and expressions, and the calls that run through it. Asterisk's PBX core.
 *
 * @module
 */
export { type CallOptions, HostCall } from "./call.ts";
export { type ActiveCall, type Beginning, Pbx, type PbxOptions, type Peer } from "./pbx.ts";
export type { Holder, Reference, References, Seeker } from "./references.ts";
export { ExtensionPattern } from "./pattern.ts";
export type { Addition, ContextEntry, Dialed, DialplanTable, ExtensionEntry, FoundPriority, Removal } from "./table.ts";
export { MAX_TEXT } from "./substitute.ts";
