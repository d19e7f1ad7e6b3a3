import type { Link } from "../plan/mod.ts";
import type { Context } from "./context.ts";

/** The uses in force: of every running module what it is bound to. */
export function linksOf({ instances }: Pick<Context, "instances">): Link[] {
  return [...instances.values()].filter(({ state }) => state === "running").flatMap(({ name, bindings }) =>
    bindings.map(({ need: { type, name: thing }, provider }) => ({ user: name, need: { type, name: thing }, provider }))
  );
}
