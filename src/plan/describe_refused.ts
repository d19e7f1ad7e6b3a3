import { type Policy, sectionLine } from "../policy/mod.ts";
import type { Refused } from "./owners.ts";

/** Most names that one warning has. */
const MAX_TOLD = 10;

/** Options of {@linkcode describeRefused}. */
export interface DescribeRefusedOptions {
  /** What modules.conf says. */
  readonly policy: Pick<Policy, "file" | "sections">;
  /** What stands before each line of modules.conf. @default {a line end and four blanks} */
  readonly separator?: string;
}

/** What is said of a module whose lines have no effect, with the lines of modules.conf that would give it the names. */
export function describeRefused(
  module: string,
  refused: readonly Refused[],
  { policy, separator = "\n    " }: DescribeRefusedOptions,
): string {
  const told = refused.slice(0, MAX_TOLD).map(describe);
  if (refused.length > MAX_TOLD) told.push(`and ${refused.length - MAX_TOLD} more`);
  const about = `Module '${module}' provides less than its manifest says: ${told.join("; ")}`;
  const lines = givingLines(module, refused, policy);
  return lines.length === 0
    ? about
    : `${about}; ${policy.file} would give it to '${module}' with${
      lines.map((line) => `${separator}${line}`).join("")
    }`;
}

function describe({ type, name, owners, disputed }: Refused): string {
  const what = `${type}=${name}`;
  if (owners.includes("core")) return `${what} is the core's`;
  const whose = owners.slice(0, MAX_TOLD).map((owner) => `'${owner}'`).join(", ");
  if (owners.length === 0) return `${what} is excluded`;
  return disputed ? `${what} is claimed by ${whose}, too, so no module has it` : `${what} belongs to ${whose}`;
}

/** None for the core's names, which cannot be given away. */
function givingLines(
  module: string,
  refused: readonly Refused[],
  policy: Pick<Policy, "sections">,
): string[] {
  const free = refused.slice(0, MAX_TOLD).filter(({ owners, name }) =>
    owners.length > 0 && !owners.includes("core") && isKey(name)
  );
  const byType = Map.groupBy(free, ({ type }) => type);
  if (byType.size === 0) return [];
  const lines = [...byType].flatMap(([type, list]) => [
    `type = ${type}`,
    ...list.map(({ name }) => `${name.replaceAll(";", "\\;")} = ${module}`),
  ]);
  return [sectionLine(policy, "provides"), ...lines];
}

/** Whether a name is one at the beginning of a line: the lines are pasted, and must not make a section or another value. */
function isKey(name: string): boolean {
  return !/^[[#]|=/.test(name);
}
