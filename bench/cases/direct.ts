/**
 * A call of a service in another realm, made by a module, against a bare message between two bare Workers and back.
 *
 * @module
 */
import { join } from "@std/path";
import { HostCall } from "../../src/dialplan/mod.ts";
import { BarePair } from "../bare_pair.ts";
import type { BenchCase } from "../case.ts";
import { startLoader } from "../loader_host.ts";
import type { Comparison } from "../report.ts";
import { interleave } from "../statistics.ts";
import { makeStub, writeStubs } from "../stubs.ts";

const SERVES = `(host) => {
    host.service("bench", { echo: (text) => text });
    return LoadResult.SUCCESS;
  }`;

/** Measures in its own realm; nanoseconds of a call are the result of the application. */
const CALLS = `async (host) => {
    const { service } = await host.use("service=bench");
    host.application("Measure", async (call, args) => {
      const [calls, atOnce, text] = args.split(";");
      const began = performance.now();
      for (let done = 0; done < calls; done += Number(atOnce)) {
        if (atOnce === "1") await service.echo(text);
        else await Promise.all(Array.from({ length: Number(atOnce) }, () => service.echo(text)));
      }
      return Math.round((performance.now() - began) * 1e6 / calls);
    });
    return LoadResult.SUCCESS;
  }`;
const TEXT = "some text of a usual length, to and fro";

/** One module calls another's service. */
export const direct: BenchCase = {
  name: "direct",
  async run({ directory, quick }) {
    const astmoddir = join(directory, "direct");
    await writeStubs(astmoddir, [
      makeStub("bench_serves", { load: SERVES, provides: ["service = bench"] }),
      makeStub("bench_calls", { load: CALLS, provides: ["application = Measure", "[uses]", "service = bench"] }),
    ]);
    const { loader, registry } = await startLoader(
      astmoddir,
      "[modules]\nautoload = yes\n[realms]\ndefault = dedicated\n",
    );
    const application = registry.applications.get("Measure")?.value;
    if (application === undefined) throw new Error("The module has not registered");
    using pair = new BarePair();
    await pair.connect();
    const calls = quick ? 300 : 1000;
    const comparisons: Comparison[] = [];
    for (const [label, atOnce, goal] of [["one after the other", 1, 1.3], ["100 in flight", 100, undefined]] as const) {
      const between = async () =>
        Number(await application(new HostCall({ name: "Bench/1", write: () => {} }), `${calls};${atOnce};${TEXT}`)) /
        1000;
      const bare = () => pair.measure({ calls, atOnce, text: TEXT });
      const [samples, baselineSamples] = await interleave([between, bare], { rounds: quick ? 10 : 30, warmups: 5 });
      const what = `service call from realm to realm, ${label}`;
      comparisons.push({
        what,
        baseline: "postMessage from Worker to Worker and back",
        unit: "µs",
        samples,
        baselineSamples,
        ...(goal === undefined ? {} : { goal }),
      });
    }
    await loader.shutdown("now");
    return comparisons;
  },
};
