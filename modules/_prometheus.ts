/**
 * Prometheus' text exposition format 0.0.4, and what of it tells about modules.
 *
 * @module
 */
import { printableText } from "../src/fault/printable.ts";
import type { HostStatus, ModuleOverview, RealmRow } from "asterism";

/** Content type of the format. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One value of a metric. */
export interface Sample {
  /** What follows the metric's name: `_bucket`, `_sum` or `_count` of a histogram. */
  readonly suffix?: string;
  /** Labels by name. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its values. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
}

function escapeLabel(value: string): string {
  return printableText(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function formatSample(name: string, { suffix = "", labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

/** The text of metrics, in the order given. */
export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics.map(({ name, help, type, samples }) => {
    const helpText = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
    const lines = samples.map((sample) => formatSample(name, sample));
    return `# HELP ${name} ${helpText}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

/** The host's own. */
export function hostMetrics({ version, startedAt, processedCalls }: HostStatus, now: number): Metric[] {
  return [
    gauge("asterism_info", "Version of Asterism, as a label.", [{ labels: { version }, value: 1 }]),
    gauge("asterism_uptime_seconds", "Seconds since the host started.", [{ value: (now - startedAt) / 1000 }]),
    {
      name: "asterism_calls_total",
      help: "Calls that the host has processed, active ones included.",
      type: "counter",
      samples: [{ value: processedCalls }],
    },
  ];
}

/** What modules are and have done. */
export function moduleMetrics(modules: readonly ModuleOverview[]): Metric[] {
  const total = (name: string, help: string, value: (module: ModuleOverview) => number): Metric => ({
    ...{ name, help, type: "counter" },
    samples: modules.map((module) => ({ labels: { module: module.name }, value: value(module) })),
  });
  return [
    gauge(
      "asterism_module_state",
      "State of a module; the one it is in has the value 1.",
      modules.map(({ name, state }) => ({ labels: { module: name, state }, value: 1 })),
    ),
    gauge(
      "asterism_module_use_count",
      "Number of users of a module.",
      modules.map(({ name, users }) => ({ labels: { module: name }, value: users.length })),
    ),
    total("asterism_module_starts_total", "How often a module began to run.", ({ activity }) => activity.starts),
    total(
      "asterism_module_restarts_total",
      "How often a module began to run after the first time.",
      ({ activity }) => Math.max(0, activity.starts - 1),
    ),
    total(
      "asterism_module_call_failures_total",
      "Calls into a module that failed.",
      ({ activity }) => activity.failures,
    ),
    {
      name: "asterism_module_call_seconds",
      help: "How long calls into a module took.",
      type: "histogram",
      samples: modules.filter(({ activity }) => activity.calls > 0).flatMap(callSamples),
    },
  ];
}

function callSamples({ name, activity: { buckets, calls, seconds } }: ModuleOverview): Sample[] {
  let count = 0;
  return [
    ...buckets.map((bucket) => {
      count += bucket.count;
      return { suffix: "_bucket", labels: { module: name, le: String(bucket.limit) }, value: count };
    }),
    { suffix: "_bucket", labels: { module: name, le: "+Inf" }, value: calls },
    { suffix: "_sum", labels: { module: name }, value: seconds },
    { suffix: "_count", labels: { module: name }, value: calls },
  ];
}

/** What realms hold. */
export function realmMetrics(realms: readonly RealmRow[]): Metric[] {
  return [
    gauge(
      "asterism_realm_modules",
      "Number of modules in a realm.",
      realms.map(({ realm, modules }) => ({ labels: { realm }, value: modules.length })),
    ),
    gauge(
      "asterism_realm_heap_bytes",
      "Bytes in use on the heap of a realm at its last heartbeat.",
      realms.filter(({ memory }) => memory > 0).map(({ realm, memory }) => ({ labels: { realm }, value: memory })),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: "gauge", samples };
}
