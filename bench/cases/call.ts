/**
 * A call from the host into a realm, against a bare message to a bare Worker and back.
 *
 * @module
 */
import { join } from "@std/path";
import { HostCall } from "../../src/dialplan/mod.ts";
import { BareWorker } from "../bare_worker.ts";
import type { BenchCase } from "../case.ts";
import { startLoader } from "../loader_host.ts";
import type { Comparison } from "../report.ts";
import { interleave, type Measure } from "../statistics.ts";
import { makeStub, writeStubs } from "../stubs.ts";

/** The module that is called. */
const LOAD = `(host) => {
    host.application("Bench", () => 0);
    host.service("bench", { echo: (text) => text });
    return LoadResult.SUCCESS;
  }`;
const TEXT = "some text of a usual length, to and fro";

/** How calls are made: this many, at once or one after the other. */
interface Way {
  readonly label: string;
  readonly calls: number;
  readonly atOnce: number;
}

/** A call of an application and of a service. */
export const call: BenchCase = {
  name: "call",
  async run({ directory, quick }) {
    const astmoddir = join(directory, "call");
    await writeStubs(astmoddir, [
      makeStub("bench", { load: LOAD, provides: ["application = Bench", "service = bench"] }),
    ]);
    const { loader, registry } = await startLoader(astmoddir, "[modules]\nautoload = yes\n");
    const application = registry.applications.get("Bench")?.value;
    const echo = registry.services.get("bench")?.value.echo;
    if (application === undefined || echo === undefined) throw new Error("The module has not registered");
    const kinds: [string, () => Promise<unknown>][] = [
      ["application", async () => await application(new HostCall({ name: "Bench/1", write: () => {} }), TEXT)],
      ["service", async () => await echo(TEXT)],
    ];
    const comparisons: Comparison[] = [];
    using worker = new BareWorker("echo");
    for (const [kind, ask] of kinds) {
      for (const way of ways(quick)) {
        const measures = [perCall(ask, way), perCall(() => worker.ask(TEXT), way)] as const;
        const [samples, baselineSamples] = await interleave(measures, { rounds: quick ? 10 : 30, warmups: 5 });
        const what = `${kind} call into a realm, ${way.label}`;
        comparisons.push({ what, baseline: "postMessage and back", unit: "µs", samples, baselineSamples });
      }
    }
    await loader.shutdown("now");
    return comparisons;
  },
};

function ways(quick: boolean): Way[] {
  const calls = quick ? 300 : 1000;
  return [
    { label: "one after the other", calls, atOnce: 1 },
    { label: "100 in flight", calls, atOnce: 100 },
  ];
}

/** Microseconds of one call. */
function perCall(ask: () => Promise<unknown>, { calls, atOnce }: Way): Measure {
  return async () => {
    const began = performance.now();
    for (let done = 0; done < calls; done += atOnce) {
      if (atOnce === 1) await ask();
      else await Promise.all(Array.from({ length: atOnce }, ask));
    }
    return (performance.now() - began) * 1000 / calls;
  };
}
