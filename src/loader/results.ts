import type { ReloadAnswer } from "../module_api/mod.ts";

/** How hard an unload tries; Asterisk's soft, firm (`-f`) and hard (`-h`). */
export type UnloadForce = "soft" | "firm" | "hard";

/** What a reload of one module came to; Asterisk's seven answers. */
export type ReloadResult = ReloadAnswer;
