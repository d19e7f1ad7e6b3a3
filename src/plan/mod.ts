/**
 * The plan: a pure function of catalog, policy and what is running; and the sequence in which it is carried out.
 *
 * @module
 */
export { components, cycleThrough, EdgeList, type Graph } from "./graph.ts";
export { describeRefused, type DescribeRefusedOptions } from "./describe_refused.ts";
export { lateProblems, type OpenedModule } from "./late.ts";
export { loadList } from "./load_list.ts";
export type { Binding, Plan, PlanInput, PlanStep, Refusal, Wanted } from "./model.ts";
export { bannedModules } from "./node.ts";
export { type CoreNames, type NameOwners, type OwnersInput, ownNames, type Refused } from "./owners.ts";
export { plan, refusalsOf } from "./plan.ts";
export { type Link, type Relation, type RelationKind, relationsOf } from "./relations.ts";
export { type SequenceOptions, type StartReport, StartSequence } from "./sequence.ts";
