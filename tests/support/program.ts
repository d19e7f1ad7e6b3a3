/** How tests start the program: the compiled binary, or `deno run` as the task `start` has it. */
import { dirname, fromFileUrl, join } from "@std/path";

/** The compiled program, or its source under Deno. */
export type Mode = "binary" | "run";

/** A program with its first arguments and its whole environment. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a program ended and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** The executable that the gate builds before the tests. */
export const BINARY: string = join(ROOT, "dist/asterism");

/**
 * How to start the program in a mode. Nothing of the surroundings reaches it: its home is `directory`, and the binary
 * finds no Deno on its path.
 */
export function launch(mode: Mode, directory: string): Launch {
  if (mode === "binary") {
    requireBinary();
    return { command: BINARY, args: [], env: { HOME: directory, PATH: join(directory, "bin") } };
  }
  const env = { HOME: directory, PATH: dirname(Deno.execPath()), DENO_DIR: denoDirectory() };
  return { command: Deno.execPath(), args: startArguments(), env };
}

/** How to start `measured_host.ts`, which embeds the host, with its configuration. */
export function launchMeasured(directory: string, config: string): Launch {
  const start = launch("run", directory);
  const main = start.args.findIndex((word) => word.endsWith("/main.ts"));
  return { ...start, args: [...start.args.slice(0, main), join(ROOT, "tests/support/measured_host.ts"), config] };
}

/** Fails clearly when the binary has not been built. */
function requireBinary(): void {
  try {
    Deno.statSync(BINARY);
  } catch {
    throw new Error(`There is no ${BINARY}: build it with "deno task compile"; the gate does so before the tests`);
  }
}

/** What the task `start` passes to Deno for the program itself, with paths that hold in every directory. */
function startArguments(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
  const words = (tasks.start.command as string).split(" && ").at(-1)?.split(" ") ?? [];
  return words.slice(words.indexOf("run")).map((word) => {
    if (word === "main.ts") return join(ROOT, word);
    return word.startsWith("--lock=") ? `--lock=${join(ROOT, word.slice("--lock=".length))}` : word;
  });
}

/** Where Deno keeps packages; the program has another home and would look elsewhere. */
export function denoDirectory(): string {
  const { DENO_DIR, XDG_CACHE_HOME, HOME = "/" } = Deno.env.toObject();
  return DENO_DIR ?? join(XDG_CACHE_HOME ?? join(HOME, ".cache"), "deno");
}

/** How to run something as a user who may nothing; nothing when that cannot be done here. */
export function asNobody(command: string, args: readonly string[]): Pick<Launch, "command" | "args"> | undefined {
  if (Deno.uid() !== 0) return undefined;
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  return setpriv === undefined
    ? undefined
    : { command: setpriv, args: ["--reuid=65534", "--regid=65534", "--clear-groups", command, ...args] };
}

/** Runs a program to its end; after `deadlineMs` it is killed and the test fails. */
export async function runToEnd(
  { command, args, env }: Launch,
  { cwd, deadlineMs }: { cwd: string; deadlineMs: number },
): Promise<Ended> {
  const child = new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    clearEnv: true,
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadlineMs);
  try {
    const { code, signal, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    const ended = { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    if (!late) return ended;
    throw new Error(`Killed: no end within ${deadlineMs} ms; it wrote\n${ended.stdout}${ended.stderr}`);
  } finally {
    clearTimeout(timer);
  }
}
