/**
 * What modules provide at run time: applications, functions, services, console commands, manager actions. Knows owners only as tokens.
 *
 * @module
 */
export {
  type CommandOutcome,
  type CommandRun,
  type CompletionQuery,
  type ConsoleCommand,
  type ConsoleSession,
  detachedSession,
  fixedWords,
} from "./command.ts";
export { CommandTable } from "./command_table.ts";
export type { ManagerAction } from "./manager_action.ts";
export {
  checkFirstWord,
  checkPattern,
  type CommandWords,
  commandWords,
  enough,
  fixedPart,
  overlap,
  parsePattern,
  type PatternWord,
} from "./pattern.ts";
export { Registry } from "./registry.ts";
export { CORE_CALLER, isToldCaller, methodsFor, tellingCaller } from "./service.ts";
export { CORE, type Owner, type Registration, RegistrationTable } from "./table.ts";
export { type Path, WordTree } from "./word_tree.ts";
