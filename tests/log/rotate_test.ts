import { assertEquals } from "@std/assert";
import { rotation } from "../../src/log/mod.ts";

const renames = (strategy: "none" | "sequential" | "rotate" | "timestamp", ...files: string[]) =>
  rotation("full", strategy, { exists: (file) => files.includes(file), now: 1_700_000_000_500 })
    .map(({ from, to }) => `${from}>${to}`).join(" ");

for (
  const [strategy, files, expected] of [
    ["none", ["full"], ""],
    ["sequential", ["full"], "full>full.0"],
    ["sequential", ["full", "full.0", "full.1.gz"], "full>full.2"],
    ["rotate", ["full"], "full>full.0"],
    ["rotate", ["full", "full.0", "full.1.gz", "full.3"], "full.1.gz>full.2.gz full.0>full.1 full>full.0"],
    ["timestamp", ["full"], "full>full.1700000000"],
    ["timestamp", ["full", "full.1700000000"], "full>full.1700000001"],
  ] as const
) {
  Deno.test(`rotation() by ${strategy} of ${files.join(" ")}`, () =>
    assertEquals(renames(strategy, ...files), expected));
}
