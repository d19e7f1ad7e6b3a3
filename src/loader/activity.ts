import { nameKey } from "../manifest/mod.ts";
import type { ModuleActivity } from "../module_api/mod.ts";

/** Upper limits of how long calls took, in seconds; longer ones count in none. */
export const CALL_BUCKETS: readonly number[] = [0.001, 0.01, 0.1, 1, 10];

/** A {@linkcode ModuleActivity} that grows. */
interface Counts {
  calls: number;
  failures: number;
  seconds: number;
  starts: number;
  readonly buckets: number[];
}

function newCounts(): Counts {
  return { calls: 0, failures: 0, seconds: 0, starts: 0, buckets: [] };
}

/** Counts what modules do over the whole life of the host, restarts included. */
export class Activity {
  readonly #counts = new Map<string, Counts>();

  /** Counts the calls into a module: to be told of each that has ended. */
  watch(module: string): (seconds: number, ok: boolean) => void {
    return (seconds, ok) => this.#count(this.#find(module), seconds, ok);
  }

  /** A module has begun to run. */
  started(module: string): void {
    this.#find(module).starts++;
  }

  /** What a module has done so far. */
  of(module: string): ModuleActivity {
    // Whoever only asks leaves nothing behind.
    const { buckets, ...counts } = this.#counts.get(nameKey(module)) ?? newCounts();
    return { ...counts, buckets: CALL_BUCKETS.map((limit, at) => ({ limit, count: buckets[at] ?? 0 })) };
  }

  #count(counts: Counts, seconds: number, ok: boolean): void {
    counts.calls++;
    if (!ok) counts.failures++;
    counts.seconds += seconds;
    const bucket = CALL_BUCKETS.findIndex((limit) => seconds <= limit);
    if (bucket >= 0) counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
  }

  #find(module: string): Counts {
    const key = nameKey(module);
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const fresh = newCounts();
    this.#counts.set(key, fresh);
    return fresh;
  }
}
