/**
 * What the administrator wants: `modules.conf`, read and checked.
 *
 * @module
 */
export { parseExtconfig, type RealtimeMapping } from "./extconfig.ts";
export type { ByModule } from "./assignments.ts";
export {
  decideGrant,
  denialOf,
  type GrantDecision,
  grantFor,
  grantingLines,
  type GrantScene,
  impliedLines,
  mayReadConfig,
  sectionLine,
  showPermissions,
} from "./grant.ts";
export { type Limits, type SomeLimits } from "./limits.ts";
export {
  type AdminProvision,
  type AdminUse,
  type Grant,
  MODULE_DIRECTIVES,
  type ModuleDirective,
  type Policy,
  type PolicyLine,
  REALM_CHOICES,
  type RealmChoice,
} from "./model.ts";
export { parsePolicy } from "./parse.ts";
export { NO_RESTART, RESTART_WORDS, type RestartPolicy, type RestartWord } from "./restart.ts";
