import type { RotateStrategy } from "./logger_conf.ts";

/** Suffixes of what others have compressed. */
const SUFFIXES = ["", ".gz", ".bz2", ".xz", ".zst", ".Z"];

/** A file and its new name. */
export interface Rename {
  /** Its name. */
  readonly from: string;
  /** Its new name. */
  readonly to: string;
}

/**
 * What is renamed when a file is rotated, in order; the last is the file itself. By Asterisk's rules: `sequential` gives
 * it the first free number, so the highest is the newest; `rotate` number 0, and every other moves on by one;
 * `timestamp` the time in seconds.
 *
 * @param exists whether there is a file of that name
 * @param now milliseconds since the epoch
 */
export function rotation(
  file: string,
  strategy: RotateStrategy,
  { exists, now }: { exists: (file: string) => boolean; now: number },
): Rename[] {
  if (strategy === "none") return [];
  if (strategy === "timestamp") {
    return [{ from: file, to: `${file}.${freeStamp(file, Math.floor(now / 1000), exists)}` }];
  }
  const suffixOf = (number: number) => SUFFIXES.find((suffix) => exists(`${file}.${number}${suffix}`));
  let free = 0;
  while (suffixOf(free) !== undefined) free++;
  if (strategy === "sequential") return [{ from: file, to: `${file}.${free}` }];
  const moved: Rename[] = [];
  for (let number = free; number > 0; number--) {
    const suffix = suffixOf(number - 1) ?? "";
    moved.push({ from: `${file}.${number - 1}${suffix}`, to: `${file}.${number}${suffix}` });
  }
  return [...moved, { from: file, to: `${file}.0` }];
}

/** The time, or the next one at which no file is lost. */
function freeStamp(file: string, seconds: number, exists: (file: string) => boolean): number {
  return exists(`${file}.${seconds}`) ? freeStamp(file, seconds + 1, exists) : seconds;
}
