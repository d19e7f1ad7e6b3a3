/**
 * `module load` of one more module, into a realm that is up and into a new one.
 *
 * @module
 */
import { join, toFileUrl } from "@std/path";
import type { Loader } from "../../src/loader/mod.ts";
import { BareWorker } from "../bare_worker.ts";
import type { BenchCase } from "../case.ts";
import { startLoader } from "../loader_host.ts";
import type { Comparison } from "../report.ts";
import { interleave, type Measure } from "../statistics.ts";
import { makeStubs, stubName, writeStubs } from "../stubs.ts";

/** stub_000 keeps the shared realm up, stub_001 is loaded into it, stub_002 into a realm of its own. */
const [RESIDENT, SHARED, DEDICATED] = [stubName(0), stubName(1), stubName(2)];
const MODULES_CONF = `[modules]\nload = ${RESIDENT}\n[realms]\n${DEDICATED} = dedicated\n`;

/** Until V8 has compiled what a load takes: the first ones take nearly twice as long. */
const WARMUPS = 60;

/** Until the directory of the stubs is no news. */
const SETTLE_MS = 2_500;

/** A module loaded while the host runs. */
export const load: BenchCase = {
  name: "load",
  async run({ directory, quick }) {
    const rounds = quick ? 15 : 60;
    const comparisons: Comparison[] = [];
    for (const installed of [3, 356]) {
      const astmoddir = join(directory, `load-${installed}`);
      await writeStubs(astmoddir, makeStubs(installed));
      const { loader } = await startLoader(astmoddir, MODULES_CONF);
      // A directory that has just changed is read whole each time.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      comparisons.push(await intoSharedRealm({ loader, astmoddir, installed }, rounds));
      if (installed === 3) {
        comparisons.push(await intoNewRealm({ loader, astmoddir, installed }, rounds));
        comparisons.push(await intoWarmRealm({ loader, astmoddir, installed }, Math.ceil(rounds / 2)));
      }
      await loader.shutdown("now");
    }
    return comparisons;
  },
};

interface Setup {
  readonly loader: Loader;
  readonly astmoddir: string;
  readonly installed: number;
}

async function intoSharedRealm({ loader, astmoddir, installed }: Setup, rounds: number): Promise<Comparison> {
  using worker = new BareWorker("import");
  const url = toFileUrl(join(astmoddir, `${SHARED}.js`)).href;
  let generation = 0;
  const bare = async () => {
    const began = performance.now();
    // The query makes it a new module, as it is for the loader.
    await worker.ask(`${url}?${++generation}`);
    return performance.now() - began;
  };
  const [samples, baselineSamples] = await interleave([loadOnce(loader, SHARED), bare], { rounds, warmups: WARMUPS });
  const what = `module load into a realm that is up, ${installed} installed`;
  return { what, baseline: "import() in a Worker that is up", unit: "ms", samples, baselineSamples, goal: 1.3 };
}

async function intoNewRealm({ loader, astmoddir }: Setup, rounds: number): Promise<Comparison> {
  const url = toFileUrl(join(astmoddir, `${DEDICATED}.js`)).href;
  const bare = async () => {
    const began = performance.now();
    using worker = new BareWorker("import");
    await worker.ask(url);
    return performance.now() - began;
  };
  const [samples, baselineSamples] = await interleave([loadOnce(loader, DEDICATED), bare], { rounds, warmups: 3 });
  const baseline = "new Worker that imports it";
  return { what: "module load into a new realm", baseline, unit: "ms", samples, baselineSamples };
}

/** As much as the loader waits before it warms another Worker, and then some for that one to start. */
const WARM_MS = 600;

async function intoWarmRealm({ loader }: Setup, rounds: number): Promise<Comparison> {
  const bare = async () => {
    const began = performance.now();
    using worker = new BareWorker("echo");
    await worker.ask("there?");
    return performance.now() - began;
  };
  const load = loadOnce(loader, DEDICATED);
  const warm = async () => {
    await new Promise((resolve) => setTimeout(resolve, WARM_MS));
    return await load();
  };
  const [samples, baselineSamples] = await interleave([warm, bare], { rounds, warmups: 2 });
  const what = "module load into a new realm, a Worker being warm";
  return { what, baseline: "new Worker, until it answers", unit: "ms", samples, baselineSamples, goal: 0.3 };
}

/** Milliseconds of a load; the module is unloaded again. */
function loadOnce(loader: Loader, name: string): Measure {
  return async () => {
    const began = performance.now();
    const ok = await loader.load(name);
    const milliseconds = performance.now() - began;
    if (!ok || !await loader.unload(name, "soft")) throw new Error(`${name} was not loaded and unloaded`);
    return milliseconds;
  };
}
