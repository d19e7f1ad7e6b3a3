/**
 * Permission sets: read, compare, intersect, print. Pure.
 *
 * Effective permissions of a module are what its manifest asks for, what the administrator grants and what the program
 * itself has, intersected.
 *
 * @module
 */
export { isConfigName } from "./config_name.ts";
export { expandVariables } from "./expand.ts";
export {
  DENO_KINDS,
  type DenoKind,
  HOST_CAPABILITIES,
  type HostCapability,
  isNameRight,
  isPermissionKind,
  KIND_WORDS,
  type KindWord,
  kindWord,
  NODE_BUILTINS,
  parseKind,
  PERMISSION_KINDS,
  type PermissionKind,
  SYSTEM_KINDS,
} from "./kind.ts";
export { EVERYTHING, normalizeScope, scopeContains } from "./scope.ts";
export {
  covers,
  denials,
  formatPermissions,
  intersect,
  NO_PERMISSIONS,
  permissionKey,
  type PermissionLine,
  type PermissionRequest,
  type PermissionSet,
  permissionSet,
  type Remainder,
  subtract,
  union,
  unmet,
  withoutNameRights,
  type WorkerPermissions,
  workerPermissions,
} from "./set.ts";
