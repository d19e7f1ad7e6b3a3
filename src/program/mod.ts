/**
 * The program: command line to exit status. It runs a host with its consoles, or a console of another process.
 *
 * @module
 */
export { manualPage } from "./manual.ts";
export { serveRealmProcess } from "../host/mod.ts";
export { runProgram } from "./program.ts";
export { expandPrompt, type PromptFacts } from "./prompt.ts";
