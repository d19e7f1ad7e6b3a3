/** Catalogs, policies and plans from as little text as possible. */
import { parse } from "../../src/config/mod.ts";
import { type CatalogEntry, type CatalogFault, DiskSource, nameKey, parseManifest } from "../../src/manifest/mod.ts";
import { loadList, plan, type PlanInput, type PlanStep, type Refusal, StartSequence } from "../../src/plan/mod.ts";
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
  /** Names of modules that are shipped with the program. */
  readonly shipped?: readonly string[];
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
  const catalog = catalogOf(modules).map((entry) => ({
    ...entry,
    shipped: scene.shipped?.includes(entry.manifest.name) === true,
  }));
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

/** A plan carried out as though every start succeeds. */
export interface Made {
  /** What starts, in order. */
  readonly steps: readonly PlanStep[];
  /** What does not, with the reason. */
  readonly refused: readonly Refusal[];
}

/** Carries a plan out, with every module tried: later by command nothing is fatal. */
export function make(input: PlanInput): Made {
  const made = plan(input);
  const { policy: { loadUses }, failed } = input;
  const opened = ({ name }: PlanStep) => failed?.has(nameKey(name)) !== true;
  const sequence = new StartSequence(made, { opened, mode: "runtime", strict: !loadUses });
  const steps = sequence.peek(Infinity);
  const started = new Set(steps);
  const declined = new Set(sequence.declined());
  const left = made.steps.filter((step) => !started.has(step) && opened(step))
    .filter((step) => step.reason !== undefined || declined.has(step))
    .map(({ name, required, reason = "" }) => ({ name, required, reason }));
  return { steps, refused: [...made.refused, ...left] };
}

/** The plan of a scene, carried out. */
export function planOf(scene: Scene): Made {
  return make(inputOf(scene));
}

/** Names in order, with a blank between. */
export function order({ steps }: Pick<Made, "steps">): string {
  return steps.map(({ name }) => name).join(" ");
}

/** Reasons by name. */
export function reasons({ refused }: Pick<Made, "refused">): Record<string, string> {
  return Object.fromEntries(refused.map(({ name, reason }) => [name, reason]));
}

/** Providers by name of user, as `type=name:provider`. */
export function bindings({ steps }: Pick<Made, "steps">): Record<string, string> {
  const used = steps.filter((step) => step.bindings.length > 0);
  return Object.fromEntries(used.map((step) => [
    step.name,
    step.bindings.map(({ need, provider }) => `${need.type}=${need.name}:${provider}`).join(" "),
  ]));
}
