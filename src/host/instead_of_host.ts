/**
 * Subcommands that the program runs instead of a host. Loaded when one is asked for: a host that starts needs none of them.
 */
export { checkCommand } from "./check.ts";
export { learnCommand } from "./learn.ts";
export { newCommand } from "./new.ts";
