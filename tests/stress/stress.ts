/** Runs the modules that call everything at random in a host, and measures what becomes of it. */
import { join } from "@std/path";
import { checksumOf } from "../../src/manifest/mod.ts";
import { memoryOf } from "../hostile/_measure.ts";
import { Prober } from "../hostile/_prober.ts";
import { type Launch, launch, launchMeasured } from "../support/program.ts";
import { Session } from "../support/session.ts";
import {
  CANARIES,
  canaryManifest,
  canaryText,
  GRANTED,
  PLAIN,
  STRESS_MANIFEST,
  stressText,
  USABLE,
  WILDCARDS,
} from "./_module.ts";

/** `embedded`: in a program that knows how long its thread was held. `binary`: the compiled program, seen from outside. */
export type StressMode = "embedded" | "binary";

/** How a call ended. */
export type CallEnd = "ok" | "failed" | "late";

/** How much of what. */
export interface StressOptions {
  readonly mode: StressMode;
  /** Calls of each of the two modules. */
  readonly calls: number;
  readonly seed: number;
  /** The only methods to call, with `+` between them, to find out which one it is. @default {all} */
  readonly only?: string | undefined;
  /** Milliseconds without progress after which it has failed. @default {60_000} */
  readonly patience?: number;
  /** Told now and then how far it is. */
  say?(text: string): void;
}

/** What it came to. */
export interface StressResult {
  readonly calls: number;
  /** Whether every method was called. */
  readonly all: boolean;
  readonly seconds: number;
  /** How often one of the modules was started, because its realm had been ended. */
  readonly starts: number;
  /** Milliseconds that the host's thread was held at most; of the binary, the longest answer on its control socket. */
  readonly longest: number;
  /** Every time that it was held for more than 50 ms, in milliseconds; only embedded. */
  readonly holds: readonly number[];
  /** Megabytes of the host alone: before, at a tenth, at half, at the end. */
  readonly memory: readonly [base: number, tenth: number, half: number, end: number];
  /** Answers to the module without grants that name another one. */
  readonly named: readonly string[];
  /** By method, how many calls came to an answer, how many failed, and how many were not waited for any longer. */
  readonly methods: Readonly<Record<string, Readonly<Record<CallEnd, number>>>>;
  /** Why realms ended. */
  readonly ends: readonly string[];
  /** Milliseconds from SIGTERM to the end. */
  readonly ended: number;
}

const POLICY = `[modules]
${[...CANARIES, GRANTED, PLAIN].map((name) => `load = ${name}`).join("\n")}
[realms]
${GRANTED} = process
${PLAIN} = process
[permissions]
default = config=stress.conf, none.conf
default = host=${[...WILDCARDS.map((type) => `provide:${type}`), ...USABLE.map((type) => `use:${type}`)].join(", ")}
${GRANTED} = host=*
${GRANTED} = config=stress.conf, none.conf
[restart]
default = on-failure, backoff=0.01, limit=1000000, window=0.02
`;

const SPARE = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module spare", load: () => 0, reload: () => 0 });
`;

/** Runs it all. Fails when the modules come to no end. */
export async function stress(
  { mode, calls, seed, only = "", patience = 60_000, say = () => {} }: StressOptions,
): Promise<StressResult> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-stress-" }));
  try {
    await install(directory, { calls, seed, only });
    await using session = Session.start(programOf(mode, directory), { cwd: directory });
    await session.waitFor(/Asterism Ready/);
    return { ...await measure(session, { mode, calls, patience, say, directory }), all: only === "" };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function programOf(mode: StressMode, directory: string): Launch {
  const config = join(directory, "asterism.conf");
  if (mode === "embedded") return launchMeasured(directory, config);
  const start = launch("binary", directory);
  return { ...start, args: [...start.args, "-C", config] };
}

async function install(
  directory: string,
  { calls, seed, only }: { calls: number; seed: number; only: string },
): Promise<void> {
  for (const name of ["etc", "modules"]) await Deno.mkdir(join(directory, name));
  const directories = { astetcdir: "etc", astmoddir: "modules", astdatadir: ".", astrundir: ".", astlogdir: "." };
  const lines = Object.entries(directories).map(([name, path]) => `${name} => ${join(directory, path)}`);
  const write = (name: string, text: string) => Deno.writeTextFile(join(directory, name), text);
  await write("asterism.conf", `[directories]\n${lines.join("\n")}\n`);
  await write("etc/modules.conf", POLICY);
  await write("etc/stress.conf", `[general]\ncalls = ${calls}\nseed = ${seed}\nonly = ${only}\n`);
  const module = async (name: string, text: string, rest: string) => {
    const checksum = checksumOf(new TextEncoder().encode(text));
    await write(`modules/${name}.js`, text);
    await write(
      `modules/${name}.manifest`,
      `[module]\nname = ${name}\nchecksum = ${checksum}\ndescription = Module ${name}\nlicense = MIT\n${rest}\n`,
    );
  };
  for (const name of CANARIES) await module(name, canaryText(name), canaryManifest(name));
  await module("spare", SPARE, "");
  await module(PLAIN, stressText(PLAIN), STRESS_MANIFEST);
  await module(GRANTED, stressText(GRANTED), `${STRESS_MANIFEST}\n[permissions]\nhost = *`);
}

interface Measuring extends Required<Omit<StressOptions, "seed" | "only">> {
  readonly directory: string;
}

async function measure(
  session: Session,
  { mode, calls, patience, say, directory }: Measuring,
): Promise<Omit<StressResult, "all">> {
  const began = performance.now();
  const base = memoryOf(session.pid, "VmRSS");
  const memory: number[] = [];
  using prober = mode === "binary" ? await Prober.start(join(directory, "asterism.ctl"), 8) : undefined;
  const seen = new Seen();
  let progress = performance.now();
  for (let before = -1; !seen.over;) {
    let look: number | undefined;
    await Promise.race([session.news, new Promise((resolve) => look = setTimeout(resolve, 1000))]);
    clearTimeout(look);
    seen.read(session);
    const share = seen.done / (2 * calls);
    for (const [index, at] of [0.1, 0.5, 1].entries()) {
      if (share >= at) memory[index] ??= memoryOf(session.pid, "VmRSS");
    }
    if (seen.done > before) progress = performance.now();
    if (Math.floor(seen.done / 20_000) > Math.floor(before / 20_000)) say(`${seen.done} calls`);
    before = seen.done;
    if (performance.now() - progress > patience) {
      throw new Error(
        `Nothing for ${patience} ms after ${seen.done} calls; the last lines were\n${seen.last.join("\n")}`,
      );
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const end = memoryOf(session.pid, "VmRSS");
  const longest = prober?.longest ?? 0;
  const asked = performance.now();
  session.signal("SIGTERM");
  await session.ended(60_000);
  seen.read(session);
  return {
    ...seen.result(),
    calls: 2 * calls,
    seconds,
    longest: Math.max(longest, seen.longest),
    memory: [base, memory[0] ?? end, memory[1] ?? end, end],
    ended: performance.now() - asked,
  };
}

/** What the modules and the host have said so far. */
class Seen {
  longest = 0;
  readonly last: string[] = [];
  readonly #holds: number[] = [];
  readonly #at = new Map<string, number>();
  readonly #over = new Map<string, number>();
  readonly #named: string[] = [];
  readonly #ends: string[] = [];
  readonly #methods: Record<string, Record<CallEnd, number>> = {};
  readonly #read = { stdout: 0, stderr: 0 };

  get done(): number {
    return [...this.#at.values()].reduce((sum, one) => sum + one, 0);
  }

  get over(): boolean {
    return this.#over.size === 2;
  }

  /** Takes the lines that are complete. */
  read({ written }: Session): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const end = written[stream].lastIndexOf("\n") + 1;
      if (end <= this.#read[stream]) continue;
      const text = written[stream].slice(this.#read[stream], end);
      this.#read[stream] = end;
      for (const line of text.split("\n")) this.#line(line);
    }
  }

  result(): Pick<StressResult, "holds" | "named" | "ends" | "methods" | "starts"> {
    const starts = [...this.#over.values()].reduce((sum, one) => sum + one, 0);
    return { holds: this.#holds, named: this.#named, ends: this.#ends, methods: this.#methods, starts };
  }

  #line(line: string): void {
    if (line === "") return;
    const [, kind, held] = /^(HELD|LONGEST) ([\d.]+) ms$/.exec(line) ?? [];
    if (held === undefined && this.last.push(line.slice(0, 300)) > 20) this.last.shift();
    if (held !== undefined) {
      this.longest = Math.max(this.longest, Number(held));
      if (kind === "HELD") this.#holds.push(Number(held));
      return;
    }
    if (/loader: (?:Error loading|Load of) module 'stress_/.test(line)) throw new Error(line);
    const [, module = "", word, rest = ""] = /\]: (\w+): STRESS (\w+) (.*)$/.exec(line) ?? [];
    if (word === "at") this.#at.set(module, Number(rest));
    if (word === "named") this.#named.push(rest);
    if (word === "over") this.#over.set(module, Number(/after (\d+) starts/.exec(rest)?.[1]));
    if (word === "over") this.#at.set(module, Number(rest.split(" ")[0]));
    if (word === "ok" || word === "failed" || word === "late") this.#count(word, JSON.parse(rest));
    const ended = /Realm \S+ has ended: (.*)$/.exec(line)?.[1];
    if (ended !== undefined) this.#ends.push(ended.slice(0, 200));
  }

  #count(kind: CallEnd, counts: Record<string, number>): void {
    for (const [name, count] of Object.entries(counts)) {
      const both = this.#methods[name] ??= { ok: 0, failed: 0, late: 0 };
      both[kind] += count;
    }
  }
}
