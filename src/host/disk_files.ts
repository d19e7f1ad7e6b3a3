import { diskSource, type Source } from "../config/mod.ts";
import type { Options } from "../settings/mod.ts";

/** The bytes of a file, or undefined when there is none. Other faults are thrown. */
export function readFileIfAny(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What the settings say of running commands while files are read. */
export type ExecOptions = Pick<Options, "execIncludes" | "execTimeout">;

/** What one reading of a file in a directory may do: include files, and run commands if the settings allow it. */
export function readingIn(
  directory: string,
  { execIncludes, execTimeout }: ExecOptions,
): { source: Source; execIncludes: boolean } {
  return { source: diskSource(directory, execTimeout), execIncludes };
}
