/**
 * How the tools run other programs and report faults. Why it exists: every step needs a deadline, the same environment
 * and a message that says which step failed, and none of that should be written twice.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";

/** The project's root directory, with a slash at its end. */
export const ROOT: string = fromFileUrl(new URL("../", import.meta.url));

/** Holds every fetched package to the digest in `deno.lock`, whether or not the configuration says so. */
export const LOCK_FLAG: string = `--lock=${ROOT}deno.lock`;

/** A fault that the person at the keyboard can cure: the message is the whole output, without a stack. */
export class ToolError extends Error {
  override name = "ToolError";
}

/** Exit status of a program that was killed at its deadline, as `timeout` has it. */
export const KILLED = 124;

/** How a program is run. */
export interface RunOptions {
  /** Working directory. @default {ROOT} */
  cwd?: string;
  /** Variables added to the environment. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the program is killed. @default {300000} */
  deadlineMs?: number;
  /** Called with everything the program writes, as it comes. */
  onOutput?: (text: string) => void;
}

/** What a program left behind. */
export interface RunResult {
  /** Exit status; {@linkcode KILLED} when it was killed at its deadline, 127 when it could not be started. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/**
 * What every child is told. Deno checks TLS against its own roots unless told otherwise: behind a proxy with its own
 * authority nothing could be fetched. Deno colors what it writes into pipes too.
 */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  DENO_TLS_CA_STORE: "system,mozilla",
  DENO_NO_UPDATE_CHECK: "1",
  RUST_BACKTRACE: "0",
  ...(Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" }),
};

/** Runs a program to its end. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd = ROOT, env = {}, deadlineMs = 300_000, onOutput } = options;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, {
      args: [...args],
      cwd,
      env: { ...ENVIRONMENT, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    return { code: 127, stdout: "", stderr: `Cannot start "${command}": ${(error as Error).message}\n` };
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killTree(child);
  }, deadlineMs);
  try {
    const [stdout, stderr, status] = await Promise.all([
      collect(child.stdout, onOutput),
      collect(child.stderr, onOutput),
      child.status,
    ]);
    if (!late) return { code: status.code, stdout, stderr };
    return { code: KILLED, stdout, stderr: `${stderr}Killed: no end within ${deadlineMs / 1000} s\n` };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the Deno that runs this tool. */
export function runDeno(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(Deno.execPath(), args, options);
}

/**
 * Runs a tool's main function: a {@linkcode ToolError} is printed as it is, anything else is a fault of the tool and
 * keeps its stack.
 */
export async function runTool(main: (args: readonly string[]) => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof ToolError) && !(error instanceof SyntaxError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

/** A child of the child may hold the pipes open, so a killed program takes its children along where `/proc` tells them. */
function killTree(child: Deno.ChildProcess): void {
  for (const pid of [...descendants(child.pid), child.pid]) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // Already gone.
    }
  }
}

function descendants(pid: number): number[] {
  try {
    const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/).filter(Boolean);
    return children.map(Number).flatMap((child) => [...descendants(child), child]);
  } catch {
    return [];
  }
}

async function collect(stream: ReadableStream<Uint8Array>, onOutput?: (text: string) => void): Promise<string> {
  let all = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true });
    onOutput?.(text);
    all += text;
  }
  return all;
}
