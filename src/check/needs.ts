import { nearest } from "../fault/mod.ts";
import { type CatalogEntry, type Manifest, nameKey, type Need } from "../manifest/mod.ts";
import { components, cycleThrough, EdgeList, refusalsOf } from "../plan/mod.ts";
import { errorAt, type Finding, warningAt } from "./finding.ts";
import type { Scene } from "./input.ts";

/** What a module cannot do without, manifest and modules.conf together. */
function needsOf(scene: Scene, { name, uses, enhances }: Manifest): readonly Need[] {
  const admin = scene.input.policy?.uses.filter(({ user }) => nameKey(user) === nameKey(name)) ?? [];
  return [...uses, ...enhances, ...admin];
}

/** Things that are used and that no module provides. */
export function checkProviders(scene: Scene): Finding[] {
  return scene.input.catalog.flatMap(({ manifest }) =>
    needsOf(scene, manifest).flatMap((need) => {
      const { type, name, position } = need;
      if (name === "*" || scene.providersOf(type, name).length > 0) return [];
      const near = nearest(name, scene.namesOf(type));
      const what = `"${manifest.name}" uses ${type}=${name}, which no module provides` +
        (near === undefined ? "" : `; did you mean "${near}"`);
      // What nobody starts hurts nobody yet.
      return [(scene.starting.has(nameKey(manifest.name)) ? errorAt : warningAt)(position, what, manifest.name)];
    })
  );
}

/** Cycles of uses among all that is installed, each once, at the line that could break it. */
export function checkCycles(scene: Scene): Finding[] {
  const { catalog } = scene.input;
  const indexes = new Map(catalog.map((entry, index) => [entry, index]));
  const edges = new EdgeList();
  const lines = new Map<string, Need>();
  catalog.forEach((entry, index) => {
    for (const need of needsOf(scene, entry.manifest)) {
      const providers = scene.providersOf(need.type, need.name);
      // With a choice of providers there is a way out; the plan finds it.
      const [provider] = providers;
      const target = provider === undefined || providers.length > 1 ? undefined : indexes.get(provider);
      if (target === undefined) continue;
      edges.add(index, target);
      lines.set(`${index} ${target}`, need);
    }
  });
  const graph = edges.toGraph(catalog.length);
  const { of } = components(graph);
  const told = new Set<number>();
  return catalog.flatMap((_, index) => {
    const cycle = told.has(index) ? [] : cycleThrough(index, graph, of);
    for (const member of cycle) told.add(member);
    if (cycle.length === 0) return [];
    const names = [...cycle, index].map((member) => (catalog[member] as CatalogEntry).manifest.name);
    const need = lines.get(`${cycle.at(-1)} ${index}`) as Need;
    const cure = "none of them can start; one must only [canuse] the next";
    const found = errorAt(need.position, `a cycle of uses: ${names.join(" -> ")}: ${cure}`, names[0]);
    return [{ ...found, also: names.slice(1, -1) }];
  });
}

/** Modules that are to start although they conflict, and conflicts with what is not installed. */
export function checkConflicts(scene: Scene): Finding[] {
  return scene.input.catalog.flatMap(({ manifest }) =>
    manifest.conflicts.flatMap(({ name, position }) => {
      const both = scene.starting.has(nameKey(manifest.name)) && scene.starting.has(nameKey(name)) &&
        scene.entries.has(nameKey(name));
      if (!both) return [];
      const cure = `one of them does not start; add noload = ${name} or noload = ${manifest.name}`;
      return [
        errorAt(position, `"${manifest.name}" conflicts with "${name}" and both are to start: ${cure}`, manifest.name),
      ];
    })
  );
}

/**
 * What a start would refuse, as the plan has it. The other checks say the same of single modules with more precise
 * places; what they have said already is left out.
 */
export function checkPlan(scene: Scene, told: readonly Finding[]): Finding[] {
  const known = new Set(
    told.filter(({ severity }) => severity === "error").flatMap(({ module = "", also = [] }) => [module, ...also])
      .map(nameKey),
  );
  return refusalsOf(scene.plan).filter(({ name }) => !known.has(nameKey(name))).map(({ name, reason }) => {
    // Reasons begin with the place they speak of when there is one.
    const [, file, line, column, rest] = /^(\/[^:]+):(\d+):(\d+): (.*)$/s.exec(reason) ?? [];
    const position = file === undefined
      ? { file: scene.entries.get(nameKey(name))?.manifest.file ?? scene.input.policy?.file ?? "", line: 1 }
      : { file, line: Number(line), column: Number(column) };
    return errorAt(position, `"${name}" would not start: ${rest ?? reason}`, name);
  });
}
