import { printable } from "../../fault/mod.ts";
import type { Relation, RelationKind } from "../../plan/mod.ts";
import type { GraphNode, ModuleGraph } from "./model.ts";

/** How a line between two modules looks: a use is drawn through, what need not be there is not. */
const STYLES: Readonly<Record<RelationKind, { dot: string; mermaid: string }>> = {
  uses: { dot: "", mermaid: "-->" },
  enhances: { dot: "arrowhead=empty", mermaid: "-->" },
  optional: { dot: "style=dashed", mermaid: "-.->" },
  canuse: { dot: "style=dotted", mermaid: "-.->" },
  conflicts: { dot: "color=red, dir=none", mermaid: "x--x" },
};

/** Lines for people: each module, below it what it needs and who provides that. */
export function formatText({ nodes, relations }: ModuleGraph): string {
  const byModule = Map.groupBy(relations, ({ from }) => from);
  return nodes.map(({ name, state }) => {
    const lines = (byModule.get(name) ?? []).map((one) => `    ${describeRelation(one)}\n`);
    return `${printable(name)} (${state})\n${lines.join("")}`;
  }).join("");
}

/** `uses application=Gosub: app_stack`. */
export function describeRelation({ kind, what, to }: Relation): string {
  const self = to === undefined ? "" : what.toLowerCase() === `module=${to.toLowerCase()}`;
  // Of "any" there is no provider to name.
  const provider = what.endsWith("=*") ? "" : to === undefined ? ": nobody" : self ? "" : `: ${printable(to)}`;
  return `${kind} ${printable(what)}${provider}`;
}

/**
 * Graphviz.
 *
 * @param attributes of the whole graph, beside the usual ones
 */
export function formatDot(
  { nodes, relations }: ModuleGraph,
  attributes: Readonly<Record<string, string | number>> = {},
): string {
  const lines = [
    "digraph modules {",
    "  rankdir=LR;",
    ...Object.entries(attributes).map(([name, value]) => `  ${name}=${value};`),
    '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...nodes.map((node) => `  ${quote(node.name)} [${dotStyle(node)}];`),
    ...relations.flatMap(({ from, to, kind, what }) => {
      if (to === undefined) return [];
      const label = what.startsWith("module=") ? [] : [`label=${quote(what)}`];
      const attributes = [...label, STYLES[kind].dot].filter((part) => part !== "").join(", ");
      return [`  ${quote(from)} -> ${quote(to)}${attributes === "" ? "" : ` [${attributes}]`};`];
    }),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Mermaid, as Markdown pages on many sites draw it. */
export function formatMermaid({ nodes, relations }: ModuleGraph): string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `m${index}`]));
  const lines = [
    "flowchart LR",
    ...nodes.map(({ name, state }) => `  ${ids.get(name)}["${name}"]${state === "running" ? ":::running" : ""}`),
    ...relations.flatMap(({ from, to, kind, what }) => {
      if (to === undefined) return [];
      const label = what.startsWith("module=") ? "" : `|"${what.replace(/["<>&#;]/g, (c) => `#${c.charCodeAt(0)};`)}"|`;
      return [`  ${ids.get(from)} ${STYLES[kind].mermaid}${label} ${ids.get(to)}`];
    }),
    "  classDef running fill:#dfd",
  ];
  return `${lines.join("\n")}\n`;
}

function dotStyle({ state }: GraphNode): string {
  if (state === "running") return 'fillcolor="#ddffdd"';
  if (state === "failed" || state === "declined") return 'fillcolor="#ffdddd"';
  return 'fontcolor="#777777", color="#999999"';
}

function quote(text: string): string {
  return `"${printable(text).replace(/[\\"]/g, "\\$&")}"`;
}
