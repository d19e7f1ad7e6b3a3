/**
 * Mutated configuration: whatever comes, the reader gives a file or an error with its place, in time. The gate reads some;
 * `deno task fuzz` a million lines and ten thousand files, or `--lines N --files N --seed N`.
 */
import { parseArgs } from "@std/cli/parse-args";
import type { FuzzAnswer, FuzzFigures, FuzzOrder } from "./fuzz_worker.ts";

/** Milliseconds without progress after which a reading counts as endless: far more than any bounded one takes. */
const ENDLESS_MS = 60_000;

const FLAGS = parseArgs(Deno.args, { string: ["seed", "lines", "files"] });

Deno.test("parse() of mutated lines and files gives a file or a ConfigError with its place, in time", async () => {
  const order = {
    seed: number("seed", crypto.getRandomValues(new Uint16Array(1))[0] ?? 0),
    lines: number("lines", 12_000),
    files: number("files", 500),
    progress: new SharedArrayBuffer(8),
  };
  const answer = await fuzz(order);
  if ("fault" in answer) throw new Error(`${answer.fault}\nAgain: --seed N --lines 1 --files 1 with the seed above`);
  console.log(`seed ${order.seed}: ${shown("lines", answer.lines)}; ${shown("files", answer.files)}`);
});

function number(flag: "seed" | "lines" | "files", usual: number): number {
  const given = String(FLAGS[flag] ?? usual);
  if (!/^\d{1,9}$/.test(given)) throw new TypeError(`Cannot take --${flag} ${given}: expected a whole number`);
  return Number(given);
}

/** Has a worker do it, and looks whether it gets on. */
async function fuzz(order: FuzzOrder): Promise<FuzzAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzAnswer>();
  const worker = new Worker(new URL("./fuzz_worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  const progress = new Int32Array(order.progress);
  let before = "";
  const watch = setInterval(() => {
    const now = progress.join();
    const [kind, index = 0] = progress;
    if (now === before) {
      reject(
        new Error(`seed ${order.seed + index}: no end within ${ENDLESS_MS} ms: --${kind === 0 ? "lines" : "files"} 1`),
      );
    }
    before = now;
  }, ENDLESS_MS);
  worker.postMessage(order);
  try {
    return await promise;
  } finally {
    clearInterval(watch);
    worker.terminate();
  }
}

function shown(kind: string, { read, refused, all, slowest }: FuzzFigures): string {
  return `${read} ${kind}, ${refused} refused, ${Math.round(all)} ms, the slowest ${Math.round(slowest)} ms`;
}
