import { nameKey } from "../../manifest/mod.ts";
import { relationsOf } from "../../plan/mod.ts";
import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import { describeRelation, formatDot, formatMermaid, formatText } from "../graph/formats.ts";
import { aroundModule, type ModuleGraph } from "../graph/model.ts";
import type { CatalogView, CoreServices } from "../services.ts";
import { takeJson, toJson } from "../table.ts";
import { printable } from "../../fault/mod.ts";

/** Formats of `module graph`. The library that draws is loaded only for a picture. */
const FORMATS: Readonly<Record<string, (graph: ModuleGraph) => string | Promise<string>>> = {
  text: formatText,
  mermaid: formatMermaid,
  dot: (graph) => formatDot(graph),
  svg: async (graph) => {
    const { drawSvg } = await import("../graph/svg.ts");
    const few = graph.nodes.length <= FEW && graph.relations.length <= FEW;
    return await drawSvg(formatDot(graph, few ? {} : QUICKLY));
  },
};

/** Most modules, and most relations between them, in a picture: the time to place them grows with more than their square. */
const MAX_DRAWN = 150;

/** As many are placed with care. */
const FEW = 25;

/** How more are placed: straight lines, and little search for fewer crossings. */
const QUICKLY = { splines: "line", nslimit: 0.2, nslimit1: 0.2, mclimit: 0.1, searchsize: 5 } as const;

/** `module graph` and `module show dependencies`. */
export function moduleGraphCommands({ catalog, modules }: CoreServices): ConsoleCommand[] {
  if (catalog === undefined) return [];
  const names = () => catalog.entries().map(({ manifest }) => manifest.name);
  const graph = () => graphOf(catalog, modules.rows());
  return [
    {
      command: "module graph",
      summary: "Draw modules and what they use",
      usage: "module graph [--format text|mermaid|dot|svg] [module]\n" +
        "       Shows all modules, or what one needs and what needs it, as text, for Mermaid or Graphviz,\n" +
        "       or as a picture for a browser.",
      run: (run) => drawGraph(graph(), run),
      complete: ({ args, word }) => completeGraph(args, word, names),
    },
    {
      command: "module show dependencies",
      summary: "Show what a module uses and what uses it",
      usage: "module show dependencies <module>\n" +
        "       Shows what a module needs, who provides it, down to modules that need nothing,\n" +
        "       and which modules use it.",
      run: (run) => showDependencies(graph(), run),
      complete: ({ args, word }) => word.startsWith("-") ? ["--json"] : args.length === 0 ? names() : [],
    },
  ];
}

function graphOf(catalog: CatalogView, rows: readonly { name: string; state: string }[]): ModuleGraph {
  const states = new Map(rows.map(({ name, state }) => [nameKey(name), state]));
  const running = new Set([...states].filter(([, state]) => state === "running").map(([key]) => key));
  const entries = catalog.entries();
  return {
    nodes: entries.map(({ manifest: { name } }) => ({ name, state: states.get(nameKey(name)) ?? "not loaded" })),
    relations: relationsOf(entries, catalog.links(), running),
  };
}

function completeGraph(args: readonly string[], word: string, names: () => string[]): string[] {
  if (args.at(-1) === "--format") return Object.keys(FORMATS);
  return word.startsWith("-") ? ["--format"] : names();
}

async function drawGraph(whole: ModuleGraph, { args, print }: CommandRun): Promise<CommandOutcome> {
  const rest = [...args];
  const flag = rest.indexOf("--format");
  const [, format = "text"] = flag < 0 ? [] : rest.splice(flag, 2);
  const draw = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  const [typed, ...more] = rest;
  if (draw === undefined || more.length > 0 || typed?.startsWith("-")) return "usage";
  const name = typed === undefined ? undefined : nameIn(whole, typed);
  if (typed !== undefined && name === undefined) return noSuch(typed, print);
  const graph = name === undefined ? whole : aroundModule(whole, name);
  const [modules, relations] = [graph.nodes.length, graph.relations.filter(({ to }) => to !== undefined).length];
  if (format === "svg" && (modules > MAX_DRAWN || relations > MAX_DRAWN)) {
    print(
      `Cannot draw ${modules} modules and ${relations} relations: a picture has ${MAX_DRAWN} of each at most. ` +
        "Name a module that has fewer around it, or take --format dot and draw it with Graphviz.\n",
    );
    return "failure";
  }
  print(await draw(graph));
  return "success";
}

function showDependencies(graph: ModuleGraph, { args, print }: CommandRun): CommandOutcome {
  const { json, rest: [typed, ...more] } = takeJson(args);
  if (typed === undefined || more.length > 0) return "usage";
  const name = nameIn(graph, typed);
  if (name === undefined) return noSuch(typed, print);
  const users = graph.relations.filter(({ to, from, kind }) => to === name && from !== name && kind !== "conflicts");
  if (json) {
    const part = aroundModule(graph, name);
    print(toJson(part.relations.map((relation) => ({ ...relation, to: relation.to ?? null }))));
    return "success";
  }
  const stateOf = statesOf(graph);
  const state = stateOf(name);
  const lines = [`${name} (${state})`, ...treeOf(graph, name)];
  if (users.length > 0) {
    lines.push(
      "Used by:",
      ...users.map(({ from, kind, what }) => `    ${from} (${stateOf(from)}): ${kind} ${printable(what)}`),
    );
  }
  print(`${lines.join("\n")}\n`);
  return "success";
}

/** Deepest that lines are set in: deeper ones stand below each other, or what is printed would grow with the square. */
const MAX_INDENT = 32;

/** What a module needs, and below each what that needs; what stands above already is not opened again. */
function treeOf(graph: ModuleGraph, name: string): string[] {
  const stateOf = statesOf(graph);
  const needs = Map.groupBy(graph.relations, ({ from }) => from);
  const above = new Set([name]);
  const lines: string[] = [];
  // A stack of its own: how deep it goes is up to manifests.
  const open = [{ relations: needs.get(name) ?? [], next: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const relation = top.relations[top.next++];
    if (relation === undefined) {
      open.pop();
      continue;
    }
    const { to, kind } = relation;
    const indent = "    ".repeat(Math.min(open.length, MAX_INDENT));
    lines.push(`${indent}${describeRelation(relation)}${to === undefined ? "" : ` (${stateOf(to)})`}`);
    if (to === undefined || above.has(to) || kind === "conflicts" || kind === "canuse") continue;
    above.add(to);
    open.push({ relations: needs.get(to) ?? [], next: 0 });
  }
  return lines;
}

function statesOf({ nodes }: ModuleGraph): (name: string) => string {
  const states = new Map(nodes.map(({ name, state }) => [name, state]));
  return (name) => states.get(name) ?? "not installed";
}

function nameIn({ nodes }: ModuleGraph, typed: string): string | undefined {
  return nodes.find(({ name }) => nameKey(name) === nameKey(typed))?.name;
}

function noSuch(typed: string, print: (text: string) => void): "failure" {
  print(`No such module '${printable(typed)}'\n`);
  return "failure";
}
