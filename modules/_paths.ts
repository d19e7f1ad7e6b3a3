/**
 * Names of files, as the dialplan functions BASENAME and DIRNAME take them apart.
 *
 * @module
 */

/** A path without the slashes at its end; `keep` characters stay whatever they are. */
function withoutSlashes(path: string, keep: number): string {
  let end = path.length;
  while (end > keep && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** What follows the last slash that does not end the path. */
export function baseName(path: string): string {
  const name = withoutSlashes(path, 0);
  return name.slice(name.lastIndexOf("/") + 1);
}

/** What precedes it; `/` or `.` when that is nothing. */
export function directoryName(path: string): string {
  const name = withoutSlashes(path, 1);
  return name.slice(0, Math.max(0, name.lastIndexOf("/"))) || (path.startsWith("/") ? "/" : ".");
}
