/** Catalogs, policies and plans from as little text as possible. */
import { parse } from "../../src/config/mod.ts";
import { type CatalogEntry, type CatalogFault, DiskSource, parseManifest } from "../../src/manifest/mod.ts";
import { loadList, type Plan, plan, type PlanInput } from "../../src/plan/mod.ts";
import { parsePolicy, type Policy } from "../../src/policy/mod.ts";

/** What a plan is made from, as text. */
export interface Scene {
  /** Per module what its manifest has besides the name: lines of `[module]`, then sections. */
  readonly modules: Readonly<Record<string, string>>;
  /** Content of modules.conf. @default {"[modules]\nautoload = yes"} */
  readonly policy?: string;
  /** Keys of running modules. */
  readonly running?: readonly string[];
  /** Keys of modules that failed. */
  readonly failed?: readonly string[];
  /** Names wanted instead of the load list, as the console wants them. */
  readonly wanted?: readonly string[];
  /** Names of manifests that cannot be used. */
  readonly faults?: readonly string[];
}

/** Never read from: a plan knows files by their manifests alone. */
const NOWHERE = new DiskSource("/nowhere");

/** A catalog in the order given. */
export function catalogOf(modules: Readonly<Record<string, string>>): CatalogEntry[] {
  return Object.entries(modules).map(([name, body]) => ({
    manifest: parseManifest(`[module]\nname = ${name}\n${body}\n`, `${name}.manifest`),
    source: NOWHERE,
  }));
}

/** A policy from the text of modules.conf. */
export function policyOf(text: string): Policy {
  return parsePolicy(parse(text, { file: "modules.conf" }), { astdatadir: "/data" });
}

/** All that `plan` takes. */
export function inputOf(scene: Scene): PlanInput {
  const { modules, policy: text = "[modules]\nautoload = yes", running = [], failed = [], wanted, faults = [] } = scene;
  const catalog = catalogOf(modules);
  const policy = policyOf(text);
  return {
    catalog,
    policy,
    faults: faults.map((name): CatalogFault => ({ name, error: new SyntaxError(`${name}.manifest:7: it is broken`) })),
    running: new Set(running),
    failed: new Map(failed.map((key) => [key, "it failed"])),
    wanted: wanted?.map((name) => ({ name, required: false, preload: false })) ?? loadList(policy, catalog),
  };
}

/** The plan of a scene. */
export function planOf(scene: Scene): Plan {
  return plan(inputOf(scene));
}

/** Names in order, with a blank between. */
export function order({ steps }: Plan): string {
  return steps.map(({ name }) => name).join(" ");
}

/** Reasons by name. */
export function reasons({ refused }: Plan): Record<string, string> {
  return Object.fromEntries(refused.map(({ name, reason }) => [name, reason]));
}

/** Providers by name of user, as `type=name:provider`. */
export function bindings({ steps }: Plan): Record<string, string> {
  const used = steps.filter((step) => step.bindings.length > 0);
  return Object.fromEntries(used.map((step) => [
    step.name,
    step.bindings.map(({ need, provider }) => `${need.type}=${need.name}:${provider}`).join(" "),
  ]));
}
