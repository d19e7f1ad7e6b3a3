/**
 * The plan: a pure function of catalog, policy and what is running.
 *
 * @module
 */
export { loadList } from "./load_list.ts";
export { type Binding, type Plan, plan, type PlanInput, type PlanStep, type Refusal, type Wanted } from "./plan.ts";
