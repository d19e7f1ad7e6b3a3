import { HostError } from "../fault/mod.ts";

/**
 * The states of a module's instance: one row each, with the states that may follow, the status that `module show`
 * prints and the word for other tables. No other file decides any of this.
 *
 * - installed: known by its manifest · loaded: imported into its realm · starting: its `load` runs · running
 * - stopping: its `unload` runs · stopped: gone · declined: did not want to or may not run · failed: threw, hung, or its
 *   realm ended
 */
export const STATES: Record<InstanceState, { next: readonly InstanceState[]; status: "Running" | "Not Running" }> = {
  installed: { next: ["loaded", "declined", "failed"], status: "Not Running" },
  loaded: { next: ["starting", "declined", "failed", "stopped"], status: "Not Running" },
  starting: { next: ["running", "declined", "failed"], status: "Not Running" },
  running: { next: ["stopping", "failed"], status: "Running" },
  stopping: { next: ["stopped", "running", "failed"], status: "Running" },
  stopped: { next: [], status: "Not Running" },
  declined: { next: ["stopped"], status: "Not Running" },
  failed: { next: ["stopped"], status: "Not Running" },
};

/** A state of an instance. */
export type InstanceState =
  | "installed"
  | "loaded"
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "declined"
  | "failed";

/** A module that went from one state to another. */
export interface StateChange {
  /** The module's name. */
  readonly module: string;
  /** Where it was. */
  readonly from: InstanceState;
  /** Where it is now. */
  readonly to: InstanceState;
  /** Why it was declined or failed; empty otherwise. */
  readonly reason: string;
}

/**
 * Checks a step from one state to another.
 *
 * @throws {HostError} with code `state` when the table does not have it: a fault of the loader
 */
export function checkTransition(module: string, from: InstanceState, to: InstanceState): void {
  if (STATES[from].next.includes(to)) return;
  throw new HostError("state", `Cannot take module "${module}" from ${from} to ${to}`, { module });
}

/** The table for people: a line for each state with those that may follow, or a diagram as Mermaid draws it. */
export function stateTable(format: "text" | "mermaid"): string {
  const rows = Object.entries(STATES);
  if (format === "mermaid") {
    const edges = rows.flatMap(([from, { next }]) => next.map((to) => `  ${from} --> ${to}\n`));
    return `stateDiagram-v2\n  [*] --> installed\n${edges.join("")}  stopped --> [*]\n`;
  }
  const line = (state: string, status: string, next: string) => `${state.padEnd(10)} ${status.padEnd(11)} ${next}\n`;
  const lines = rows.map(([state, { status, next }]) => line(state, status, next.join(", ") || "(none)"));
  return line("State", "Status", "May become") + lines.join("");
}
