/**
 * Prometheus' text exposition format 0.0.4, and what of it tells about modules.
 *
 * @module
 */
import type { ModuleRow } from "asterism";

/** Content type of the format. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One value of a metric. */
export interface Sample {
  /** Labels by name. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its values. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function formatSample(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

/** The text of metrics, in the order given. */
export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics.map(({ name, help, type, samples }) => {
    const helpText = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
    const lines = samples.map((sample) => formatSample(name, sample));
    return `# HELP ${name} ${helpText}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

/** What the module table says, as metrics. */
export function moduleMetrics(rows: readonly ModuleRow[]): Metric[] {
  return [
    {
      name: "asterism_module_state",
      help: "State of a module; the one it is in has the value 1.",
      type: "gauge",
      samples: rows.map(({ name, state }) => ({ labels: { module: name, state }, value: 1 })),
    },
    {
      name: "asterism_module_use_count",
      help: "Number of users of a module.",
      type: "gauge",
      samples: rows.map(({ name, useCount }) => ({ labels: { module: name }, value: useCount })),
    },
  ];
}
