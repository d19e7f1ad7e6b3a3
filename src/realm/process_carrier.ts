import { HostError, messageOf, printable } from "../fault/mod.ts";
import type { PermissionSet } from "../permission/mod.ts";
import type { Carrier, CarrierInit } from "./carrier.ts";
import { FRAME, FrameReader, FrameWriter } from "./frames.ts";
import { PipePort } from "./pipe_port.ts";
import {
  limitedArguments,
  PROCESS_FLAG,
  type ProcessInit,
  type ProcessLimits,
  processVariables,
  type Program,
  SHELLS,
} from "./process_command.ts";
import { environment } from "./process_environment.ts";
import { MAX_FRAME_BYTES, MAX_WAITING_BYTES } from "./wire.ts";

/** How long a process has to say at which place it is, in milliseconds. Its main thread has nothing else to do. */
const PLACE_TIMEOUT = 5_000;

/** Most that is kept of what a process writes to its standard error, in characters: enough for the runtime's last words. */
const MAX_LAST_WORDS = 4096;

/** Variables that Deno itself needs to find what it has cached; the process removes them before anything else. */
const DENO_VARIABLES = ["DENO_DIR", "HOME", "XDG_CACHE_HOME"];

/** Options of {@linkcode ProcessCarrier}. */
export interface ProcessOptions {
  readonly permissions: PermissionSet;
  readonly limits: ProcessLimits;
  /** Whether everything of the runtime is within reach of the module, so that it is denied and not merely absent. */
  readonly learning?: boolean | undefined;
}

/**
 * A process of the same program, with a Worker in it that has exactly the permissions given. It has a session of its
 * own, limits, the variables that were granted and no descriptor but its three pipes; it ends when the pipe to it closes,
 * hence also when the host is killed.
 */
export class ProcessCarrier implements Carrier {
  readonly port: PipePort;
  readonly gone: Promise<void>;
  readonly #label: string;
  readonly #permissions: PermissionSet;
  readonly #learning: boolean;
  readonly #child: Deno.ChildProcess;
  readonly #writer: FrameWriter;
  #place: PromiseWithResolvers<number> | undefined;
  #fault: (what: string) => void = () => {};
  #ended = false;
  #exited = false;
  #lastWords = "";

  /**
   * Starts the process.
   *
   * @param label its name, for messages
   * @throws {HostError} with code `permission` when it cannot be started, saying what is missing
   */
  constructor(label: string, { permissions, limits, learning = false }: ProcessOptions) {
    this.#label = label;
    this.#permissions = permissions;
    this.#learning = learning;
    this.#child = startProcess(label, { permissions, limits, learning });
    this.#writer = new FrameWriter(this.#child.stdin, {
      maxBytes: MAX_WAITING_BYTES,
      fault: (what) => this.#over(what),
    });
    this.port = new PipePort(this.#writer);
    this.gone = Promise.all([this.#listen(), this.#keepLastWords(), this.#watch()]).then(() => {});
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  begin(init: CarrierInit, fault: (what: string) => void): void {
    this.#fault = fault;
    const first: ProcessInit = { label: this.#label, permissions: this.#permissions, learning: this.#learning, init };
    this.#writer.send(FRAME.init, JSON.stringify(first));
  }

  place(): Promise<number> {
    if (this.#ended) return Promise.resolve(0);
    const place = this.#place ??= Promise.withResolvers<number>();
    this.#writer.send(FRAME.place, "");
    const timer = setTimeout(() => this.#over("it does not say where it is"), PLACE_TIMEOUT);
    return place.promise.finally(() => clearTimeout(timer));
  }

  resetPlace(): void {
    this.#writer.send(FRAME.resetPlace, "");
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.port.close();
    this.#writer.close();
    this.#place?.resolve(0);
    if (this.#exited) return;
    // First whatever it has started itself, where it was granted that.
    for (const pid of [-this.#child.pid, this.#child.pid]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself meanwhile, or was not yet the leader of its session.
      }
    }
  }

  /** It is of no more use. */
  #over(what: string): void {
    if (this.#ended) return;
    this.end();
    this.#fault(what);
  }

  async #listen(): Promise<void> {
    const reader = new FrameReader(MAX_FRAME_BYTES, (kind, text) => this.#receive(kind, text));
    try {
      for await (const bytes of this.#child.stdout) {
        if (this.#ended) continue;
        reader.push(bytes);
        // A realm that sends more than the host works on waits at its end of the pipe.
        await this.port.room?.();
      }
    } catch (error) {
      this.#over(`it sent ${messageOf(error)}`);
    }
  }

  #receive(kind: number, text: string): void {
    if (this.#ended) return;
    if (kind === FRAME.message) return this.port.deliver(text);
    if (kind === FRAME.fault) return this.#over(printable(text.slice(0, MAX_LAST_WORDS)));
    if (kind !== FRAME.place) return this.#over("it sent a message of no known kind");
    this.#place?.resolve(Number(text));
    this.#place = undefined;
  }

  async #keepLastWords(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of this.#child.stderr) {
        if (this.#lastWords.length < MAX_LAST_WORDS) this.#lastWords += decoder.decode(bytes, { stream: true });
      }
    } catch {
      // The process has ended.
    }
  }

  async #watch(): Promise<void> {
    const status = await this.#child.status;
    this.#exited = true;
    this.#over(describeEnd(status, this.#lastWords));
  }
}

/** Why a process has ended, for people. */
export function describeEnd({ code, signal }: Deno.CommandStatus, lastWords: string): string {
  if (/out of memory|Fatal process|allocation failed|memory allocation/i.test(lastWords)) {
    return "its process ran out of memory";
  }
  const line = lastWords.split("\n").find((line) => line.trim() !== "") ?? "";
  const words = line === "" ? "" : `: ${printable(line.slice(0, 200))}`;
  if (signal === "SIGXCPU") return "its process used up its processor time";
  if (signal !== null) return `its process was ended by ${signal}${words}`;
  return `its process ended with status ${code}${words}`;
}

function startProcess(label: string, { permissions, limits, learning }: ProcessOptions): Deno.ChildProcess {
  const all = environment();
  const kept = [
    ...processVariables({ permissions, learning }, Object.keys(all)),
    ...(Deno.build.standalone ? [] : DENO_VARIABLES),
  ];
  const env = Object.fromEntries(kept.flatMap((name) => all[name] === undefined ? [] : [[name, all[name]]]));
  const options: Deno.CommandOptions = {
    args: limitedArguments(realmProgram(), limits),
    clearEnv: true,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A session of its own: no terminal, and no signal that is meant for the program.
    detached: true,
  };
  for (const shell of SHELLS) {
    try {
      return new Deno.Command(shell, options).spawn();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw new HostError("permission", `Cannot start realm ${label}: ${messageOf(error)}`, { cause: error });
    }
  }
  const why = `there is neither ${SHELLS.join(" nor ")}, which would set the limits of its process`;
  throw new HostError("permission", `Cannot start realm ${label}: ${why}; use "dedicated" in [realms]`);
}

/** This very program, told to be the process of a realm. */
function realmProgram(): Program {
  if (Deno.build.standalone) return { command: Deno.execPath(), args: [PROCESS_FLAG] };
  const flags = [
    ...["--quiet", "--no-prompt", "--allow-all", "--cached-only", "--unstable-worker-options"],
    "--v8-flags=--disallow-code-generation-from-strings",
  ];
  return { command: Deno.execPath(), args: ["run", ...flags, import.meta.resolve("./process_main.ts"), PROCESS_FLAG] };
}
