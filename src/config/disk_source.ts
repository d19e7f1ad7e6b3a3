import { expandGlob } from "./glob.ts";
import type { ExecResult, Source } from "./source.ts";
import { decodeText } from "./text.ts";

/** What a shell answers when it cannot parse its command, among other reasons. */
const SHELL_SYNTAX_STATUS = 2;

/**
 * The files of this machine.
 *
 * Reads only regular files: a device or a pipe might never end. `exec` needs the permission to run `/bin/sh`, and
 * takes as long as the command does.
 *
 * @param directory What relative names are resolved against; absolute names are taken as they are.
 */
export function diskSource(directory: string): Source {
  return { directory, read, glob: (pattern) => expandGlob(pattern, list), isDirectory, exec };
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

function exec(command: string): ExecResult {
  const { code, stdout, stderr } = shell("-c", command);
  // A command that was never understood must not pass for one without output.
  if (code === SHELL_SYNTAX_STATUS && shell("-nc", command).code !== 0) {
    throw new SyntaxError(`the shell does not understand it: ${decodeText(stderr).trim()}`);
  }
  return { output: stdout, status: code, errors: decodeText(stderr) };
}

function shell(flags: string, command: string): Deno.CommandOutput {
  return new Deno.Command("/bin/sh", { args: [flags, command], stdin: "null" }).outputSync();
}

/** Whatever the system refuses counts as not there: the reader says so where the name stands. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
