/**
 * Realms: Workers and processes with one permission set each, home of one or more modules.
 *
 * @module
 */
export { BOUNDS, type Bounds, type Cost, type Made, QUOTAS } from "./bounds.ts";
export type { Carrier, CarrierInit } from "./carrier.ts";
export { type PausableTime, Pauses, withDeadline } from "./deadline.ts";
export { LineMeter, type LineRate, type MeterVerdict, utf8Length } from "./meter.ts";
export { type PoolEvents, type PoolOptions, RealmPool, type RealmRequest } from "./pool.ts";
export { rateWords } from "./realm_lines.ts";
export { endUnserved, serveRealmProcess, unservedProcesses } from "./process_child.ts";
export {
  type FollowOptions,
  type LoadOptions,
  type Realm,
  type RealmEvents,
  type RealmHealth,
  type RealmKind,
  type RealmLimits,
  type RealmOptions,
  type RealmStartOptions,
  type RealmState,
  USUAL_REALM_LIMITS,
} from "./realm.ts";
export type { Misfit, Shape } from "./shape.ts";
export { startRealm } from "./start.ts";
export {
  type AdminMethods,
  type Crossing,
  type DatabaseMethods,
  type DraftMethods,
  goesOn,
  type GuestHealth,
  type GuestMain,
  type HandleMethods,
  type ImportedModule,
  type ImportOutcome,
  type ImportRequest,
  type LinkInit,
  type PbxMethods,
  type RealmInit,
  type RealmMain,
  type ReferenceMethods,
  type RunResult,
  type StartRequest,
  type TextPort,
  type UsedService,
  type WireConfig,
  type WireHeader,
  type WireLog,
  type WireLogLevel,
} from "./wire.ts";
