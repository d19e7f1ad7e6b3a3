import { diskSource, type Source } from "../config/mod.ts";
import { HostError } from "../fault/mod.ts";
import type { Options } from "../settings/mod.ts";

/**
 * The bytes of a file, or undefined when there is none. Other faults are thrown.
 *
 * @throws {HostError} with code `config` when this user may not read it
 */
export function readFileIfAny(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    const why = `Cannot read ${path}: permission denied; run this as a user who may read it`;
    throw new HostError("config", why, { cause: error });
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
