import { ConfigError, messageOf } from "../fault/mod.ts";
import { isOwnConfig, type Manifest, nameKey, type Need } from "../manifest/mod.ts";
import {
  covers,
  denials,
  EVERYTHING,
  expandVariables,
  formatPermissions,
  intersect,
  normalizeScope,
  type PermissionLine,
  type PermissionSet,
  permissionSet,
  type Remainder,
  scopeContains,
  subtract,
  union,
  unmet,
} from "../permission/mod.ts";
import type { Grant, Policy } from "./model.ts";

/** What a module may do, and what it asked for in vain. */
export interface GrantDecision {
  /** What the manifest asks for. */
  readonly asked: PermissionSet;
  /** What the administrator grants, asked for or not. */
  readonly granted: PermissionSet;
  /** What the manifest, the module's lines or those of `default` take away. */
  readonly denied: PermissionSet;
  /** What both allow and nothing denies: what the module may do. */
  readonly effective: PermissionSet;
  /** What was asked and meets nothing in the grant. */
  readonly missing: readonly PermissionLine[];
  /** What cannot be had because a part of it is denied. */
  readonly cut: Remainder["cut"];
}

/** What {@linkcode decideGrant} has to know. */
export interface GrantScene {
  /** Directories that `${name}` stands for. */
  readonly variables: Readonly<Record<string, string>>;
  /** The path without symbolic links, as far as it exists. @default {the path as written} */
  resolve?(path: string): string;
}

/**
 * Decides a module's permissions: what its manifest asks, intersected with what the administrator grants, without what
 * either denies. Denials of `default` are for all modules, whatever else these are granted.
 *
 * Paths are compared without their symbolic links. Where one was written with a link, the module may use it as written,
 * too: Deno checks the path that a module names.
 *
 * @throws {ConfigError} at the line of the manifest that asks for something that cannot be read
 */
export function decideGrant(manifest: Manifest, policy: Policy, scene: GrantScene): GrantDecision {
  const asking = readAsked(manifest, scene.variables);
  const own = policy.grants.get(nameKey(manifest.name));
  const grant = grantFor(policy, manifest.name);
  const granting = grant.asAsked ? [...asking, ...grant.lines] : grant.lines;
  const resolved = (lines: readonly PermissionLine[]) => lines.map((line) => resolveLine(line, scene));
  const asked = permissionSet(resolved(asking));
  const granted = permissionSet(resolved(granting));
  const denying = [...asking, ...own?.lines ?? [], ...policy.defaultGrant.lines];
  const denied = denials([...denying, ...resolved(denying)]);
  const { kept, cut } = subtract(intersect(asked, granted), denied);
  const effective = withAliases(kept, [...asking, ...granting], scene);
  return { asked, granted, denied, effective, missing: unmet(asked, granted), cut };
}

/**
 * Whether a module may read a configuration file: one of its own that its manifest names and nobody denies it, or one that
 * it asks for and was granted.
 */
export function mayReadConfig(
  { name, configs }: Manifest,
  { denied, effective }: GrantDecision,
  file: string,
): boolean {
  const key = file.toLowerCase();
  const within = (set: PermissionSet) => set.config.some((scope) => scopeContains("config", scope, key));
  return within(effective) || (configs.includes(file) && isOwnConfig(name, file) && !within(denied));
}

/** Which lines of the policy say what a module is granted: its own, or those of `default` when its own only deny. */
export function grantFor({ grants, defaultGrant }: Policy, name: string): Grant {
  const own = grants.get(nameKey(name));
  return own?.decides ? own : defaultGrant;
}

const PATH_KINDS: readonly string[] = ["read", "write", "ffi"];

function resolveLine(line: PermissionLine, { resolve }: GrantScene): PermissionLine {
  if (resolve === undefined || !PATH_KINDS.includes(line.kind) || line.value === EVERYTHING) return line;
  return { ...line, value: resolve(line.value) };
}

/** Adds the paths as written that lead to nothing but what is allowed already. */
function withAliases(allowed: PermissionSet, lines: readonly PermissionLine[], scene: GrantScene): PermissionSet {
  const aliases = lines.filter((line) => {
    const target = resolveLine(line, scene);
    return !line.denied && target.value !== line.value && covers(allowed, permissionSet([target]));
  });
  return aliases.length === 0 ? allowed : union(allowed, permissionSet(aliases));
}

/**
 * The line that takes a permission, or a part of it, away from a module: of its manifest, of its own lines in modules.conf
 * or of `default`; undefined when none does.
 */
export function denialOf(
  line: PermissionLine,
  { manifest, policy, scene }: { manifest: Manifest; policy: Policy; scene: GrantScene },
): PermissionLine | undefined {
  const own = policy.grants.get(nameKey(manifest.name))?.lines ?? [];
  const denying = [...readAsked(manifest, scene.variables), ...own, ...policy.defaultGrant.lines]
    .filter(({ denied = false }) => denied);
  const wanted = permissionSet([line, resolveLine(line, scene)]);
  return denying.find((one) => {
    const { gone, cut } = subtract(wanted, denials([one, resolveLine(one, scene)]));
    return gone.length + cut.length > 0;
  });
}

/**
 * What a manifest asks for beside its `[permissions]`: the files that it names and that are not its own, and rights to all
 * names of a type. Only modules.conf can grant them; no line of `[permissions]` is needed to ask.
 */
export function impliedLines(manifest: Manifest): PermissionLine[] {
  const foreign = manifest.configs.filter((config) => !isOwnConfig(manifest.name, config));
  return [...foreign.map((value): PermissionLine => ({ kind: "config", value })), ...nameRights(manifest)];
}

/** The right to all names of a type, for a line such as `command = *`; and to every context of others that is named. */
function nameRights({ uses, canUse, provides }: Manifest): PermissionLine[] {
  const line = ({ position }: Need, value: string): PermissionLine => ({ kind: "host", value, position });
  const all = (needs: readonly Need[], verb: string) =>
    needs.filter(({ type, name }) => name === "*" && type !== "module")
      .map((need) => line(need, `${verb}:${need.type}`));
  const using = [...uses, ...canUse];
  const contexts = using.filter(({ type, name }) => type === "dialplan" && name !== "*")
    .map((need) => line(need, `use:dialplan=${need.name}`));
  return [...all(provides, "provide"), ...all(using, "use"), ...contexts];
}

/**
 * What the manifest asks for: its `[permissions]`, the files that it names and that are not its own, and rights to all names
 * of a type.
 */
function readAsked(
  manifest: Manifest,
  variables: Readonly<Record<string, string>>,
): readonly PermissionLine[] {
  const { file, permissions } = manifest;
  return [...permissions, ...impliedLines(manifest)].map((line) => {
    try {
      const normal = normalizeScope(line.kind, expandVariables(line.value, variables));
      if ("fault" in normal) throw new TypeError(normal.fault);
      return { ...line, value: normal.value };
    } catch (cause) {
      throw new ConfigError(messageOf(cause), { position: line.position ?? { file, line: 1 }, cause });
    }
  });
}

/** The line that begins a section, at the end of a file that may have it: a section that stands twice is an error. */
export function sectionLine({ sections }: Pick<Policy, "sections">, name: string): string {
  return sections.has(name) ? `[${name}](+)` : `[${name}]`;
}

/** The lines that grant what is missing; at the end of the policy's file they make the module load. */
export function grantingLines(
  policy: Pick<Policy, "sections">,
  module: string,
  missing: readonly PermissionLine[],
): string[] {
  return [
    sectionLine(policy, "permissions"),
    ...missing.map(({ kind, value }) => `${module} = ${kind}=${value.replaceAll(";", "\\;")}`),
  ];
}

/** Permissions as people read them: `none` when there are none. */
export function showPermissions(set: PermissionSet): string {
  return formatPermissions(set) || "none";
}
