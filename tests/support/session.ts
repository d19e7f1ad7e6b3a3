/** A program that runs while a test watches what it writes, on pipes or on a pseudo-terminal. */
import type { Launch } from "./program.ts";

/** How a session is started. */
export interface SessionOptions {
  readonly cwd: string;
  /** Variables added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Longest wait for one piece of output or for the end. */
const DEADLINE_MS = 20_000;

/** The program that gives another one a pseudo-terminal, or undefined on machines without it. */
export const SCRIPT: string | undefined = ["/usr/bin/script", "/bin/script"].find(isFile);

/** A running program. Disposing it kills it, with what it has started. */
export class Session implements AsyncDisposable {
  /** Everything written so far; a terminal has only `stdout`. */
  readonly written = { stdout: "", stderr: "" };
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #closed: Promise<unknown>;
  readonly #seen = { stdout: 0, stderr: 0 };
  #news = Promise.withResolvers<void>();

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#closed = Promise.all([this.#follow("stdout"), this.#follow("stderr"), child.status]);
  }

  /** Starts a program on pipes. */
  static start({ command, args, env }: Launch, options: SessionOptions): Session {
    return new Session(
      new Deno.Command(command, {
        args: [...args],
        cwd: options.cwd,
        env: { ...env, ...options.env },
        clearEnv: true,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    );
  }

  /** Starts a program on a pseudo-terminal of 120 columns. */
  static onTerminal({ command, args, env }: Launch, options: SessionOptions): Session {
    if (SCRIPT === undefined) throw new Error("Cannot open a pseudo-terminal: there is no script(1)");
    const line = [command, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    return Session.start({
      command: SCRIPT,
      args: [
        "-qefc",
        `/usr/bin/stty cols 120 rows 40 2>/dev/null || /bin/stty cols 120 rows 40; exec ${line}`,
        "/dev/null",
      ],
      env: { ...env, TERM: "xterm", SHELL: "/bin/sh" },
    }, options);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Types or sends text. */
  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Ends its input. */
  async closeInput(): Promise<void> {
    await this.#input.close();
  }

  /** Waits for output behind what was waited for before, and gives what was matched. */
  async waitFor(pattern: RegExp, stream: "stdout" | "stderr" = "stdout"): Promise<string> {
    const deadline = this.#deadline(`no output like ${pattern}`);
    try {
      for (;;) {
        const match = pattern.exec(this.written[stream].slice(this.#seen[stream]));
        if (match !== null) {
          this.#seen[stream] += match.index + match[0].length;
          return match[0];
        }
        await Promise.race([this.#news.promise, deadline.passed]);
      }
    } finally {
      clearTimeout(deadline.timer);
    }
  }

  /** Fulfilled when something more is written. */
  get news(): Promise<void> {
    return this.#news.promise;
  }

  /** Waits until what is written fulfills a condition. */
  async waitUntil(condition: () => boolean): Promise<void> {
    const deadline = this.#deadline("nothing as expected");
    try {
      while (!condition()) await Promise.race([this.#news.promise, deadline.passed]);
    } finally {
      clearTimeout(deadline.timer);
    }
  }

  /** Sends a signal. */
  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** Waits for the end, no longer than that, and gives the exit status. */
  async ended(milliseconds: number = DEADLINE_MS): Promise<number> {
    const deadline = this.#deadline("no end", milliseconds);
    try {
      await Promise.race([this.#closed, deadline.passed]);
      return (await this.#child.status).code;
    } finally {
      clearTimeout(deadline.timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of [...descendants(this.#child.pid), this.#child.pid]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    await this.#input.abort().catch(() => {});
    await this.#closed;
  }

  async #follow(stream: "stdout" | "stderr"): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#child[stream]) {
      this.written[stream] += decoder.decode(chunk, { stream: true });
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }

  #deadline(what: string, milliseconds: number = DEADLINE_MS): { timer: number; passed: Promise<never> } {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const { stdout, stderr } = this.written;
      reject(
        new Error(`There was ${what} within ${milliseconds} ms; written was\n${stdout}\nand as errors\n${stderr}`),
      );
    }, milliseconds);
    return { timer, passed: promise };
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Processes that a process has started, the youngest first; none where `/proc` does not tell. */
function descendants(pid: number): number[] {
  try {
    const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/).filter(Boolean);
    return children.map(Number).flatMap((child) => [...descendants(child), child]);
  } catch {
    return [];
  }
}
