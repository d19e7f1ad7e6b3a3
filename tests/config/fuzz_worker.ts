/** Mutates and reads, apart from the test that watches it: what reads without end cannot watch itself. */
import { decodeText } from "../../src/config/mod.ts";
import { holds, mutatedFile, mutatedLine, type Random, type Samples, samplesOf } from "./fuzz.ts";
import { type Files, randomOf, unpack } from "./support.ts";

/** What is to be done. Number `n` of a kind is made from `seed + n`. */
export interface FuzzOrder {
  readonly seed: number;
  readonly lines: number;
  readonly files: number;
  /** Set to the number of what is read now, and whether lines or files are. */
  readonly progress: SharedArrayBuffer;
}

/** What came of one kind. */
export interface FuzzFigures {
  readonly read: number;
  /** How many were no valid files. */
  readonly refused: number;
  /** Milliseconds for all, and for the slowest. */
  readonly all: number;
  readonly slowest: number;
}

/** What a worker answers. */
export type FuzzAnswer = { fault: string } | { lines: FuzzFigures; files: FuzzFigures };

const CONFIGS = new URL("../../configs/", import.meta.url);
const CASES = new URL("fixtures/cases.json", import.meta.url);

const work = globalThis as unknown as {
  onmessage: (event: { data: FuzzOrder }) => void;
  postMessage(answer: FuzzAnswer): void;
};

work.onmessage = ({ data: { seed, lines, files, progress } }) => {
  const samples = readSamples();
  const place = new Int32Array(progress);
  const run = (kind: number, count: number, make: (random: Random, samples: Samples) => Files): FuzzFigures => {
    const figures = { read: count, refused: 0, all: 0, slowest: 0 };
    for (let index = 0; index < count; index++) {
      place.set([kind, index]);
      const files = make(randomOf((seed + index) >>> 0), samples);
      const begun = performance.now();
      try {
        if (!holds(files)) figures.refused++;
      } catch (error) {
        const text = JSON.stringify(files["t.conf"]);
        throw new Error(`seed ${seed + index}: ${error instanceof Error ? error.message : error}\n${text}`);
      }
      const took = performance.now() - begun;
      figures.all += took;
      figures.slowest = Math.max(figures.slowest, took);
    }
    return figures;
  };
  try {
    work.postMessage({ lines: run(0, lines, mutatedLine), files: run(1, files, mutatedFile) });
  } catch (error) {
    work.postMessage({ fault: error instanceof Error ? error.message : String(error) });
  }
};

/** The sample configuration, and the files of the recorded cases. */
function readSamples(): Samples {
  const configs = [...Deno.readDirSync(CONFIGS)].map(({ name }) => name).filter((name) => name.endsWith(".conf"))
    .sort();
  const cases = unpack<{ files: Files }[]>(JSON.parse(Deno.readTextFileSync(CASES)));
  return samplesOf([
    ...configs.map((name) => ({ "t.conf": decodeText(Deno.readFileSync(new URL(name, CONFIGS))) })),
    ...cases.map(({ files: { "case.conf": text = "", ...others } }) => ({ ...others, "t.conf": text })),
  ]);
}
