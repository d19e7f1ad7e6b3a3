import { decodeText } from "./text.ts";
import { ExecRefused, type ExecResult } from "./source.ts";

/** Most that one command may write, and as much on standard error. */
export const MAX_EXEC_BYTES: number = 16 * 1024 * 1024;

const SHELL = "/bin/sh";

/** What a shell answers when it cannot parse its command, among other reasons. */
const SHELL_SYNTAX_STATUS = 2;

/** Longest time between two looks at a command that runs, in milliseconds. */
const LOOK_MS = 10;

/** The status comes last and at once, so that it is there when all is. `sh` is the name in the shell's own messages. */
const SCRIPT = `${SHELL} -c "$1" sh >"$2/output" 2>"$2/errors"; echo $? >"$2/status"`;

/**
 * What runs the commands of one reading. They have `deadlineMs` together: whoever reads waits, and with it everything
 * else in this thread.
 *
 * As in Asterisk the output goes to files: a child that a command leaves behind keeps nobody waiting, and there is
 * something to look at while the command runs. What does not come to an end is killed with all its children.
 */
export function commandRunner(deadlineMs: number): (command: string) => ExecResult {
  let left = deadlineMs;
  return (command) => {
    const begun = performance.now();
    try {
      return permitted(() => run(command, begun + left, deadlineMs));
    } finally {
      left -= performance.now() - begun;
    }
  };
}

function run(command: string, until: number, deadlineMs: number): ExecResult {
  const directory = Deno.makeTempDirSync({ prefix: "asterism-exec-" });
  try {
    // Whoever may not look must not start anything.
    size(directory);
    const child = new Deno.Command(SHELL, {
      args: ["-c", SCRIPT, "sh", command, directory],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      // A group of its own, to be killed as a whole.
      detached: true,
    }).spawn();
    child.unref();
    const status = waitFor(directory, until);
    if (typeof status === "string") {
      shell("-c", `kill -s KILL -- -${child.pid}`);
      throw new Error(
        status === "late" ? `no end within ${deadlineMs / 1000} s` : `it wrote more than ${MAX_EXEC_BYTES} bytes`,
      );
    }
    const errors = decodeText(Deno.readFileSync(`${directory}/errors`));
    // A command that was never understood must not pass for one without output.
    if (status === SHELL_SYNTAX_STATUS && shell("-nc", command).code !== 0) {
      throw new SyntaxError(`the shell does not understand it: ${errors.trim()}`);
    }
    return { output: Deno.readFileSync(`${directory}/output`), status, errors };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Looks until there is a status, too much was written, or it is too late. */
function waitFor(directory: string, until: number): number | "late" | "long" {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let pause = 1;; pause = Math.min(pause * 2, LOOK_MS)) {
    const status = size(`${directory}/status`) > 0 ? Deno.readTextFileSync(`${directory}/status`) : "";
    if (["output", "errors"].some((name) => size(`${directory}/${name}`) > MAX_EXEC_BYTES)) return "long";
    if (status !== "") return Number(status);
    if (performance.now() >= until) return "late";
    Atomics.wait(never, 0, 0, pause);
  }
}

function size(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function shell(flags: string, command: string): Deno.CommandOutput {
  return new Deno.Command(SHELL, { args: [flags, command], stdin: "null" }).outputSync();
}

/** A program that may not run commands says so where one stands, and reads on, as if none were allowed. */
function permitted<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new ExecRefused(
      `without the permission to do so: ${error.message}; it takes --allow-run=${SHELL} and a temporary directory ` +
        "to read and write",
      { cause: error },
    );
  }
}
