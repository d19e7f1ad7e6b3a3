/**
 * What is made of samples, and how samples of two things are taken so that they can be compared.
 *
 * @module
 */

/** Samples in short. Quartiles rather than extremes: other programs run on the machine too. */
export interface Summary {
  readonly median: number;
  /** A quarter of the samples is below. */
  readonly low: number;
  /** A quarter of the samples is above. */
  readonly high: number;
  /** How many samples. */
  readonly count: number;
}

/**
 * The value below which a share of the samples lies, interpolated between neighbors.
 *
 * @param share from 0 to 1
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError("Cannot take a quantile: there are no samples");
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return below + (above - below) * (place - Math.floor(place));
}

/** Median and quartiles. */
export function summarize(samples: readonly number[]): Summary {
  return {
    median: quantile(samples, 0.5),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
    count: samples.length,
  };
}

/** Something that can be measured again and again; gives one sample. */
export type Measure<T = number> = () => Promise<T> | T;

/**
 * Samples of two measures in turns, each first in every other round: what disturbs one disturbs the other, and neither
 * always comes after the other.
 *
 * @param rounds samples of each
 * @param warmups rounds before those, thrown away
 */
export async function interleave<T>(
  [first, second]: readonly [Measure<T>, Measure<T>],
  { rounds, warmups = 1 }: { rounds: number; warmups?: number },
): Promise<[T[], T[]]> {
  const samples: [T[], T[]] = [[], []];
  for (let round = -warmups; round < rounds; round++) {
    const swapped = round % 2 !== 0;
    const early = await (swapped ? second : first)();
    const late = await (swapped ? first : second)();
    if (round < 0) continue;
    samples[0].push(swapped ? late : early);
    samples[1].push(swapped ? early : late);
  }
  return samples;
}
