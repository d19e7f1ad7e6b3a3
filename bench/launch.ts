/**
 * Starts a program and measures it until it says that it is ready.
 *
 * @module
 */

/** A start of a program. */
export interface Launch {
  /** Milliseconds from the start of the process until its line was read. */
  readonly milliseconds: number;
  /** Peak memory until then, in MB; NaN where the system does not tell. */
  readonly megabytes: number;
}

/** What is started. */
export interface Program {
  /** Path of the executable. */
  readonly path: string;
  readonly args: readonly string[];
  /** The line it prints when it is ready. */
  readonly line: string;
  /** Directory of its own for temporary files: Deno keeps compiled code there, by the name of the executable. */
  readonly temporary: string;
}

/** Starts a program, waits for its line and kills it. */
export async function launch(program: Program): Promise<Launch> {
  const began = performance.now();
  const child = spawn(program);
  try {
    const output = await readUntil(child.stdout, program.line);
    const milliseconds = performance.now() - began;
    if (output !== undefined) throw new Error(`${program.path} ended without "${program.line}"; it said:\n${output}`);
    return { milliseconds, megabytes: peakMemory(child.pid) };
  } finally {
    await end(child);
  }
}

/**
 * Starts a program and lets it live a moment after its line, so that Deno writes its cache of compiled code, which every
 * start but the first on a machine finds.
 */
export async function warmUp(program: Program): Promise<void> {
  const child = spawn(program);
  try {
    const output = await readUntil(child.stdout, program.line);
    if (output !== undefined) throw new Error(`${program.path} ended without "${program.line}"; it said:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  } finally {
    await end(child);
  }
}

function spawn({ path, args, temporary }: Program): Deno.ChildProcess {
  const env = { TMPDIR: temporary, NO_COLOR: "1" };
  return new Deno.Command(path, { args: [...args], env, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
}

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
  await child.status;
}

/** Reads until a line has come. Gives back all that came when the output ends without it. */
async function readUntil(stream: ReadableStream<Uint8Array>, line: string): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split("\n").includes(line)) return undefined;
  }
  return text;
}

/** Peak memory of a process in MB. */
function peakMemory(pid: number): number {
  try {
    return peakOfStatus(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return NaN;
  }
}

/** Peak memory in MB, from the text of `/proc/<pid>/status`. */
export function peakOfStatus(status: string): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
