import type { ReloadAnswer } from "../module_api/mod.ts";

/** How hard an unload tries; Asterisk's soft, firm (`-f`) and hard (`-h`). */
export type UnloadForce = "soft" | "firm" | "hard";

/** What a reload of one module came to; Asterisk's seven answers. */
export type ReloadResult = ReloadAnswer;

/**
 * What an unload came to. `released`: the administrator's use is given up, and the module stops by itself when its last
 * user goes (seed 003).
 */
export type UnloadResult = "unloaded" | "released" | "failed";

/** What `module refresh` came to; the halves are those that Asterisk's answer names. */
export type RefreshResult = "refreshed" | "unload-failed" | "load-failed";

/** What `module load` came to. */
export type LoadOutcome = "success" | "decline" | "failure";
