/**
 * What the program does instead of running a host. Loaded when it is asked for: a host that starts needs none of it.
 */
export { completionScript } from "./completions.ts";
export { runRemote } from "./remote_run.ts";
