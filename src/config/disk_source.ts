import { commandRunner } from "./disk_exec.ts";
import { expandGlob } from "./glob.ts";
import type { Source } from "./source.ts";

/** Milliseconds that the commands of one reading have together, when nobody says otherwise. */
export const DEFAULT_EXEC_MS = 3_000;

/**
 * The files of this machine, for one reading.
 *
 * Reads only regular files: a device or a pipe might never end. `exec` needs the permission to run `/bin/sh` and a
 * temporary directory.
 *
 * @param directory What relative names are resolved against; absolute names are taken as they are.
 * @param execMs Milliseconds that all commands of `#exec` have together.
 */
export function diskSource(directory: string, execMs: number = DEFAULT_EXEC_MS): Source {
  return { directory, read, glob: (pattern) => expandGlob(pattern, list), isDirectory, exec: commandRunner(execMs) };
}

function read(path: string): Uint8Array | undefined {
  return attempt(() => Deno.statSync(path).isFile ? Deno.readFileSync(path) : undefined);
}

function list(directory: string): string[] | undefined {
  return attempt(() => Array.from(Deno.readDirSync(directory), (each) => each.name));
}

function isDirectory(path: string): boolean {
  return attempt(() => !Deno.statSync(path).isFile) ?? false;
}

/** Whatever the system refuses counts as not there: the reader says so where the name stands. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
