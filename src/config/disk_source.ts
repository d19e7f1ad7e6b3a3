import type { Source } from "./source.ts";

/**
 * The files of a directory.
 *
 * @param directory What relative names are resolved against; absolute names are taken as they are.
 */
export function diskSource(directory: string): Source {
  return {
    directory,
    read(path) {
      try {
        // Never anything but a regular file: reading a device or a pipe might not end.
        return Deno.statSync(path).isFile ? Deno.readFileSync(path) : undefined;
      } catch {
        return undefined;
      }
    },
    glob: () => [],
  };
}
