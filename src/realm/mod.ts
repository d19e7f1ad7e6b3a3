/**
 * Realms: Workers with one permission set each, home of one or more modules.
 *
 * @module
 */
export { withDeadline } from "./deadline.ts";
export { type PoolEvents, type PoolOptions, type RealmKind, RealmPool } from "./pool.ts";
export {
  type FollowOptions,
  type Realm,
  type RealmEvents,
  type RealmOptions,
  type RealmState,
  type RealmTimes,
  WorkerRealm,
} from "./realm.ts";
export {
  type Crossing,
  type DatabaseMethods,
  type GuestMain,
  type HandleMethods,
  type ImportedModule,
  type ImportOutcome,
  type ImportRequest,
  type RealmMain,
  type RunResult,
  type WireConfig,
  type WireLog,
  type WireLogLevel,
} from "./wire.ts";
