import type { SettingsGroup } from "../console/mod.ts";
import { DENO_KINDS, EVERYTHING, type PermissionLine, permissionSet } from "../permission/mod.ts";
import type { Policy } from "../policy/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { compiledGrants, formatGrant } from "./compiled_grants.ts";
import { hasWhole, programLacks } from "./program_permissions.ts";

/** What `core show settings` shows: the program, its directories and options, and what it was granted itself. */
export function settingsFacts(
  { settings, policy, version, build }: { settings: Settings; policy: Policy; version: string; build: string },
): SettingsGroup[] {
  return [
    {
      title: "Core settings",
      facts: [
        ["Version", version],
        ["Build", build],
        ["Process", String(Deno.pid)],
        ["Configuration", settings.file],
        ["Modules configuration", policy.file],
        ...Object.entries(settings.options).map(([name, value]) => [spaced(name), shown(value)] as const),
      ],
    },
    { title: "Directories", facts: Object.entries(settings.directories) },
    { title: "Granted to this program", facts: programGrants(policy) },
  ];
}

/**
 * Per kind, whether the program has all of it, else what it was compiled with. Deno cannot be asked for a list of parts;
 * so of what `modules.conf` grants each value is asked for, too.
 */
function programGrants(policy: Policy): [string, string][] {
  const compiled = compiledGrants();
  const lines = [policy.defaultGrant, ...policy.grants.values()].flatMap((grant) => grant.lines);
  return DENO_KINDS.map((kind) => {
    const own = compiled.size === 0 ? undefined : formatGrant(compiled.get(kind));
    if (hasWhole(kind)) return [kind, own ?? "all"];
    const granted = lines.filter((line) => line.kind === kind);
    const lacking = new Set(programLacks(permissionSet(granted)).map(({ value }) => value));
    const has = unique(granted).filter((value) => !lacking.has(value) && value !== EVERYTHING);
    const parts = [
      has.length > 0 ? `has ${has.join(", ")}` : "",
      lacking.size > 0 ? `lacks ${[...lacking].join(", ")}` : "",
    ].filter((part) => part !== "");
    const shown = own ?? "not all";
    return [kind, parts.length === 0 ? shown : `${shown}; of what modules.conf grants it ${parts.join(" and ")}`];
  });
}

function unique(lines: readonly PermissionLine[]): string[] {
  return [...new Set(lines.map(({ value }) => value))].sort();
}

/** `loadTimeout` as `load timeout`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}
