import { assertEquals } from "@std/assert";
import { soak } from "./soak.ts";

Deno.test({
  name: "the program outlives modules that die and modules that come and go (short form of `deno task soak`)",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { slowest, memory, running } = await soak({ mode: "binary", crashes: 6, cycles: 40 });
    assertEquals(running, ["resident running"]);
    // A busy machine takes its time; what is looked for is a console that hangs.
    assertEquals(slowest < 10_000, true, `an answer took ${slowest} ms`);
    for (const [part, [early, late]] of Object.entries(memory)) {
      assertEquals(late < 1.5 * early, true, `${part}: ${early} MB grew to ${late} MB`);
    }
  },
});
