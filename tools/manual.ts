/**
 * Writes `docs/asterism.8`, the manual page, from the flags. Why it exists: a page that is written by hand tells of flags
 * that are gone. A test compares it with what this would write.
 *
 * @module
 */
import { join } from "@std/path";
import { VERSION } from "../src/host/mod.ts";
import { manualPage } from "../src/program/mod.ts";
import { ROOT, runTool } from "./process.ts";

/** Where the page is. */
export const MANUAL_FILE: string = join(ROOT, "docs/asterism.8");

if (import.meta.main) {
  await runTool(async () => {
    await Deno.writeTextFile(MANUAL_FILE, manualPage(VERSION));
    return 0;
  });
}
