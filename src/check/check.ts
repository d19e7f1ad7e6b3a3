import { checkConfigs, checkMissingConfigs } from "./configs.ts";
import { type Finding, sortFindings } from "./finding.ts";
import { type CheckInput, Scene } from "./input.ts";
import { checkFiles, checkLicenses, checkManifests } from "./manifests.ts";
import { checkConflicts, checkCycles, checkPlan, checkProviders } from "./needs.ts";
import { checkGrants, checkOwners, checkPolicy } from "./policy.ts";

/**
 * Checks an installation: every manifest, every configuration file, modules.conf against the catalog, checksums, cycles,
 * missing providers, conflicts and grants. Runs nothing of any module.
 *
 * @returns all that was found, by file and line
 */
export function check(input: CheckInput): Finding[] {
  const scene = new Scene(input);
  const findings = [
    checkManifests,
    checkFiles,
    checkLicenses,
    checkProviders,
    checkCycles,
    checkConflicts,
    checkPolicy,
    checkGrants,
    checkOwners,
    checkConfigs,
    checkMissingConfigs,
  ].flatMap((one) => one(scene));
  return sortFindings([...findings, ...checkPlan(scene, findings)]);
}
