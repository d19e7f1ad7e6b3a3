import { DENO_KINDS, type DenoKind } from "../permission/mod.ts";

/** Beside the program in a compiled binary: the flags of permissions that it was compiled with, one in each line. */
const FILE = "granted.txt";

/** What a program was granted and denied of a kind, as it was written. */
export interface CompiledGrant {
  /** Values of `--allow-…`. */
  readonly allowed: readonly string[];
  /** Values of `--deny-…`; `*` for all. */
  readonly denied: readonly string[];
}

const ALL_REGEXP = /^(?:--allow-all|-A)$/;

const SHORT: Readonly<Record<string, DenoKind>> = {
  R: "read",
  W: "write",
  N: "net",
  E: "env",
  S: "sys",
  I: "import",
};

const FLAG_REGEXP = /^(?:--(allow|deny)-([a-z]+)|-([RWNESI]))(?:=(.*))?$/;

/** Reads flags of Deno. Kinds that none of them names are left out. */
export function parseGrants(flags: readonly string[]): ReadonlyMap<DenoKind, CompiledGrant> {
  const grants = new Map<DenoKind, { allowed: string[]; denied: string[] }>();
  const all = flags.some((flag) => ALL_REGEXP.test(flag));
  for (const kind of all ? DENO_KINDS : []) grants.set(kind, { allowed: ["*"], denied: [] });
  for (const flag of flags) {
    const [, verb = "allow", long = "", short = "", values = "*"] = FLAG_REGEXP.exec(flag) ?? [];
    const kind = SHORT[short] ?? DENO_KINDS.find((one) => one === long);
    if (kind === undefined) continue;
    const grant = grants.get(kind) ?? { allowed: [], denied: [] };
    (verb === "allow" ? grant.allowed : grant.denied).push(...values.split(","));
    grants.set(kind, grant);
  }
  return grants;
}

/** What a program was compiled with of a kind, for people. */
export function formatGrant({ allowed, denied }: CompiledGrant = { allowed: [], denied: [] }): string {
  if (allowed.length === 0) return "none";
  const own = allowed.includes("*") ? "all" : allowed.join(", ");
  return denied.length === 0 ? own : `${own} without ${denied.join(", ")}`;
}

/** What this program was compiled with; empty when it was not compiled, or is a program of somebody else. */
export function compiledGrants(): ReadonlyMap<DenoKind, CompiledGrant> {
  if (!Deno.build.standalone) return new Map();
  try {
    return parseGrants(Deno.readTextFileSync(new URL(`./${FILE}`, import.meta.url)).trim().split("\n"));
  } catch {
    return new Map();
  }
}
