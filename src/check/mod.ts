/**
 * What can be said of an installation without running any of it: `asterism check`. Pure.
 *
 * @module
 */
export { check } from "./check.ts";
export {
  type CheckScope,
  countFindings,
  errorAt,
  type Finding,
  findingOf,
  formatReport,
  reportJson,
  type Severity,
} from "./finding.ts";
export type { CheckedConfig, CheckInput } from "./input.ts";
