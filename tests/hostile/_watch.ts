/** Watches a host while modules do their worst in it. */
import { join } from "@std/path";
import type { Session } from "../support/session.ts";
import { longestHold } from "../support/measured_host.ts";
import { type Measures, memoryOf } from "./_measure.ts";
import { Prober } from "./_prober.ts";

/** How often memory is looked at, in milliseconds. */
const INTERVAL_MS = 20;

// deno-lint-ignore no-control-regex -- colors of a terminal
const COLOR_REGEXP = /\u001b\[[0-9;]*[mK]/g;

/** A host in whose surroundings everything is counted from the moment it was ready. Dispose it to count no more. */
export class Watch implements Disposable {
  /** Process id of the host, which a terminal has between itself and us. */
  readonly pid: number;
  readonly #session: Session;
  readonly #prober: Prober;
  readonly #timer: number;
  readonly #base: { memory: number; peak: number; written: number; time: number };
  #growth = 0;
  #ended = 0;
  #seconds: number | undefined;
  #answer: number | undefined;

  private constructor(session: Session, prober: Prober, megabytes: number) {
    this.#session = session;
    this.#prober = prober;
    this.pid = Number(/\[(\d+)\]: /.exec(plainText(session))?.[1] ?? session.pid);
    this.#base = {
      memory: memoryOf(this.pid, "VmRSS"),
      peak: memoryOf(this.pid, "VmHWM"),
      written: lengthOf(session),
      time: performance.now(),
    };
    this.#timer = setInterval(() => this.#look(megabytes), INTERVAL_MS);
  }

  /**
   * Begins to watch a host that is ready.
   *
   * @param megabytes at which it is killed, for the machine's sake
   */
  static async start(session: Session, directory: string, megabytes: number): Promise<Watch> {
    return new Watch(session, await Prober.start(controlPath(directory)), megabytes);
  }

  /** Tells the host to end, and gives its exit status. */
  async end(milliseconds: number): Promise<number> {
    this.#look(Infinity);
    this.#seconds = this.seconds;
    // A host that ends runs no command any more.
    this.#answer = this.#prober.longest;
    this.#prober[Symbol.dispose]();
    const began = performance.now();
    try {
      Deno.kill(this.pid, "SIGTERM");
    } catch {
      // It has ended before.
    }
    try {
      return await this.#session.ended(milliseconds);
    } finally {
      this.#ended = performance.now() - began;
    }
  }

  /** Seconds that were watched, the end aside. */
  get seconds(): number {
    return this.#seconds ?? (performance.now() - this.#base.time) / 1000;
  }

  /** What was measured so far. */
  get measures(): Measures {
    return {
      answer: this.#answer ?? this.#prober.longest,
      answers: this.#prober.answers,
      end: this.#ended,
      growth: this.#growth,
      held: longestHold(this.#session.written.stdout),
      written: (lengthOf(this.#session) - this.#base.written) / 1000,
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#prober[Symbol.dispose]();
  }

  #look(megabytes: number): void {
    const memory = memoryOf(this.pid, "VmRSS");
    const peak = memoryOf(this.pid, "VmHWM");
    const most = peak > this.#base.peak ? peak : memory;
    this.#growth = Math.max(this.#growth, most - this.#base.memory);
    if (memory > megabytes) Deno.kill(this.pid, "SIGKILL");
  }
}

/** Where the host's control socket is. */
export function controlPath(directory: string): string {
  return join(directory, "asterism.ctl");
}

/** What a host has written, without colors. */
export function plainText({ written }: Session): string {
  const text = written.stdout + written.stderr;
  return text.includes("\u001b") ? text.replace(COLOR_REGEXP, "").replaceAll("\r\n", "\n") : text;
}

function lengthOf({ written }: Session): number {
  return written.stdout.length + written.stderr.length;
}
