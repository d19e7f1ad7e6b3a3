import type { Entry } from "../config/mod.ts";
import { nearest } from "../fault/mod.ts";
import { baseName, nameKey } from "../manifest/mod.ts";
import { permissionSet, unmet } from "../permission/mod.ts";
import { describeRefused } from "../plan/mod.ts";
import { decideGrant, grantingLines, type Policy } from "../policy/mod.ts";
import { errorAt, type Finding, findingOf, warningAt } from "./finding.ts";
import type { Scene } from "./input.ts";

/** Sections of modules.conf whose keys are names of modules; `default` is for all others. */
const SECTIONS_BY_MODULE = ["permissions", "realms", "limits"];

/** modules.conf against the catalog: modules that there are not, and lines that contradict each other. */
export function checkPolicy(scene: Scene): Finding[] {
  const { policy } = scene.input;
  if (policy === undefined) return [];
  const findings: Finding[] = [];
  if (scene.contradiction !== undefined) findings.push(findingOf(scene.contradiction, policy.file));
  for (const { directive, name, position } of policy.lines) {
    if (isKnown(scene, name)) continue;
    const bans = directive === "noload" || directive === "neverload";
    const what = `${directive} = ${name}: there is no module of that name${suggestion(scene, name)}`;
    findings.push(bans ? warningAt(position, what) : errorAt(position, what, baseName(name)));
  }
  for (const { user, position } of policy.uses) {
    if (!isKnown(scene, user)) {
      findings.push(
        warningAt(position, `[uses] of "${user}": there is no module of that name${suggestion(scene, user)}`),
      );
    }
  }
  findings.push(...provisions(scene, policy));
  for (const { section, entry } of linesByModule(scene)) {
    if (isKnown(scene, entry.key)) continue;
    const what = `[${section}] of "${entry.key}": there is no module of that name${suggestion(scene, entry.key)}`;
    findings.push(warningAt(entry.position, what));
  }
  return findings;
}

/** Lines of `[provides]` that give nothing: there is no such module, or it does not provide that name. */
function provisions(scene: Scene, { provides }: Policy): Finding[] {
  return provides.flatMap(({ type, name, module, position }) => {
    const entry = scene.entries.get(nameKey(module));
    const lacks = entry?.manifest.provides.some((one) =>
      one.type === type && (one.name === "*" || one.name.toLowerCase() === name.toLowerCase())
    ) !== true;
    if (entry !== undefined && !lacks) {
      return [];
    }
    const why = entry === undefined
      ? `there is no module "${module}"${suggestion(scene, module)}`
      : `"${module}" does not provide it`;
    return [warningAt(position, `[provides] of ${type}=${name}: ${why}, so no module has it`)];
  });
}

/** Names that modules which are to start do not get. */
export function checkOwners(scene: Scene): Finding[] {
  const { policy, catalog } = scene.input;
  if (policy === undefined) return [];
  return catalog.flatMap(({ manifest: { name } }) => {
    const [first, ...more] = scene.refused.get(nameKey(name)) ?? [];
    if (first === undefined || !scene.starting.has(nameKey(name))) return [];
    return [
      warningAt(first.position, describeRefused(name, [first, ...more], { policy, separator: " " }), name),
    ];
  });
}

/** Permissions that modules which are to start ask for in vain, and grants that nobody asks for. */
export function checkGrants(scene: Scene): Finding[] {
  const { policy, variables } = scene.input;
  if (policy === undefined) return [];
  return scene.input.catalog.flatMap(({ manifest }) => {
    const { name, file } = manifest;
    try {
      const { asked, missing, cut } = decideGrant(manifest, policy, { variables });
      const lines = policy.grants.get(nameKey(name))?.lines ?? [];
      const idle = unmet(permissionSet(lines), asked).map(({ kind, value }) => {
        const entry = grantLine(scene, name, kind);
        const what = `"${name}" is granted ${kind}=${value}, which it does not ask for; remove it`;
        return warningAt(entry?.position ?? { file: policy.file, line: 1 }, what, name);
      });
      idle.push(...cut.map(({ denied, allowed }) => {
        const what =
          `"${name}" asks for ${allowed.kind}=${allowed.value}, of which deny-${denied.kind}=${denied.value} ` +
          "takes a part; it does not start, for no realm can have the rest";
        return errorAt({ file, line: 1 }, what, name);
      }));
      if (missing.length === 0 || !scene.starting.has(nameKey(name))) return idle;
      const vain = missing.map(({ kind, value }) => `${kind}=${value}`).join(" ");
      const what = `"${name}" asks for ${vain}, which is not granted, and does not start; ${policy.file} needs`;
      return [{ ...errorAt({ file, line: 1 }, what, name), lines: grantingLines(policy, name, missing) }, ...idle];
    } catch (error) {
      return [findingOf(error, file, name)];
    }
  });
}

function grantLine(scene: Scene, module: string, kind: string): Entry | undefined {
  return linesByModule(scene).map(({ entry }) => entry)
    .find(({ key, value }) => nameKey(key) === nameKey(module) && value.toLowerCase().startsWith(kind));
}

function linesByModule({ input: { configs, policy } }: Scene): { section: string; entry: Entry }[] {
  const config = configs.find(({ path }) => path === policy?.file)?.config;
  return SECTIONS_BY_MODULE.flatMap((section) =>
    (config?.section(section)?.entries ?? [])
      .filter(({ key }) => key.toLowerCase() !== "default").map((entry) => ({ section, entry }))
  );
}

function isKnown({ entries, input: { faults } }: Scene, name: string): boolean {
  const key = nameKey(name);
  return entries.has(key) || faults.some((fault) => nameKey(fault.name) === key);
}

function suggestion(scene: Scene, name: string): string {
  const near = nearest(baseName(name), scene.namesOf("module"));
  return near === undefined ? "" : `; did you mean "${near}"`;
}
