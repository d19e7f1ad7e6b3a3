/** The program under long strain: modules that die again and again, modules that come and go; what it costs in the end. */
import { connectUnix, executeRemote, RemoteClient } from "../../src/remote/mod.ts";
import { launch, type Mode } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

/** How much of what. */
export interface SoakOptions {
  readonly mode: Mode;
  /** How often the module in a process dies. */
  readonly crashes: number;
  /** How often a module of each kind is loaded and unloaded. */
  readonly cycles: number;
  /** Told now and then how far it is. */
  say?(text: string): void;
}

/** What it came to. */
export interface SoakResult {
  /** Slowest answer of the console, in milliseconds. */
  readonly slowest: number;
  /** Memory of the program in MB: median of the second tenth, and of the last, of each part. */
  readonly memory: Readonly<Record<string, readonly [early: number, late: number]>>;
  /** Modules that ran at the end. */
  readonly running: readonly string[];
}

/** Dies in another way each time: by a loop, by filling its heap, by filling memory outside of it. */
const CRASHER = `import { defineModule } from "asterism";
const WAYS = [
  () => { for (;;); },
  () => { const kept = []; for (;;) kept.push({ text: "x" + kept.length }); },
  // What the runtime refuses is an error like any other; a module that stops there would live on.
  () => { const kept = []; for (;;) try { kept.push(new Uint8Array(1 << 20).fill(1)); } catch { kept.push({}); } },
];
export default defineModule({ license: "MIT", description: "Module crasher", async load(host, count = 0) {
  await host.saveState(count + 1);
  setTimeout(WAYS[count % WAYS.length], 10);
  return 0;
} });
`;
const CYCLED = ["dedicated", "shared"] as const;
const POLICY = `[modules]
load = resident
[realms]
cycled_dedicated = dedicated
crasher = process
[limits]
crasher = memory=64M, heartbeat=0.5
[restart]
crasher = on-failure, backoff=0.01, window=0.05
`;

/** Runs it all. Fails when the program does not hold. */
export async function soak({ mode, crashes, cycles, say = () => {} }: SoakOptions): Promise<SoakResult> {
  const options = "heartbeat_interval = 0.1\nheartbeat_timeout = 20\nload_timeout = 30\n";
  await using staged = await stage({
    harmless: ["resident", ...CYCLED.map((kind) => `cycled_${kind}`)],
    files: { "asterism.conf": `${ASTERISM_CONF}${options}`, "modules.conf": POLICY, "crasher.js": CRASHER },
  });
  const { directory } = staged;
  const program = launch(mode, directory);
  await using session = Session.start({ ...program, args: [...program.args, "-C", "asterism.conf"] }, {
    cwd: directory,
  });
  await session.waitFor(/Asterism Ready/);
  const console = new Console(`${directory}/asterism.ctl`);
  const memory: Record<string, [number, number]> = {};
  await console.execute("module load crasher");
  memory.crashes = await measured(crashes, session.pid, async (done) => {
    await session.waitFor(/Module 'crasher' has failed: /, "stderr");
    await console.execute("core show uptime");
    if (done % 50 === 0) say(`${done} crashes`);
  });
  await console.execute("module unload -f crasher");
  for (const kind of CYCLED) {
    memory[kind] = await measured(cycles, session.pid, async (done) => {
      try {
        await console.execute(`module load cycled_${kind}`, `Loaded cycled_${kind}`);
        await console.execute(`module unload cycled_${kind}`, `Unloaded cycled_${kind}`);
      } catch (error) {
        throw new Error(`cycle ${done}: the log says ${session.written.stderr.slice(-1000)}`, { cause: error });
      }
      if (done % 500 === 0) say(`${done} cycles, ${kind}`);
    });
  }
  const rows = JSON.parse(await console.execute("module show --json")) as { name: string; state: string }[];
  session.signal("SIGTERM");
  const status = await session.ended();
  if (status !== 0) throw new Error(`the program ended with status ${status}`);
  return { slowest: console.slowest, memory, running: rows.map(({ name, state }) => `${name} ${state}`) };
}

/** Does something many times; the program's memory in the second tenth of them and in the last. */
async function measured(
  times: number,
  pid: number,
  step: (done: number) => Promise<void>,
): Promise<[number, number]> {
  const samples: number[] = [];
  for (let done = 1; done <= times; done++) {
    await step(done);
    samples.push(memoryOf(pid));
  }
  const tenth = Math.max(1, Math.floor(times / 10));
  return [median(samples.slice(tenth, 2 * tenth + 1)), median(samples.slice(-tenth))];
}

function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes) / 1024;
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}

/** The console of the program, and how slow it was. */
class Console {
  readonly #path: string;
  /** The slowest answer, in milliseconds. */
  slowest = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Runs a command; fails when it does not print what is expected. */
  async execute(command: string, expected = ""): Promise<string> {
    const began = performance.now();
    const client = await RemoteClient.greet(await connectUnix(this.#path));
    let output = "";
    const decoder = new TextDecoder();
    await executeRemote(client, command, (bytes) => void (output += decoder.decode(bytes, { stream: true })));
    this.slowest = Math.max(this.slowest, performance.now() - began);
    if (!output.includes(expected)) throw new Error(`"${command}" said ${output}, not ${expected}`);
    return output;
  }
}
