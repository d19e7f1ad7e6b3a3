import type { ModuleDetail } from "../../loader/mod.ts";
import { type Fact, showFacts } from "../facts.ts";

/** What `module show NAME` prints. */
export function formatDetail(module: ModuleDetail): string {
  const facts: (Fact | false)[] = [
    ["Module", module.name],
    ["Description", module.description],
    ["Status", `${module.status} (${module.state})`],
    module.reason !== "" && ["Reason", module.reason],
    ["Support level", module.supportLevel],
    ["Realm", module.realm || "none"],
    ["Permissions", module.permissions || "none"],
    ["Use count", `${module.useCount}${module.users.length > 0 ? ` (${module.users.join(", ")})` : ""}`],
    module.uses.length > 0 && ["Uses", module.uses.join(", ")],
    module.provides.length > 0 && ["Provides", module.provides.join(", ")],
    ["Calls in progress", `${module.calls} of ${module.limits.calls}`],
    ["Restart", restart(module)],
    module.supervision.splitFrom !== undefined &&
    ["Runs alone", `since ${module.supervision.splitFrom} ended and nobody knew through whom`],
  ];
  return showFacts(facts.filter((fact) => fact !== false));
}

function timesWord(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function restart({ supervision: { restart, restarts, waiting, spent } }: ModuleDetail): string {
  if (restart === "never") return restart;
  const now = spent
    ? ", no more: too often"
    : waiting === undefined
    ? ""
    : `, again in ${(waiting / 1000).toFixed(1)} s`;
  return `${restart}, ${timesWord(restarts)} within the window${now}`;
}
