import type { Programs } from "./programs.ts";
import type { Comparison } from "./report.ts";

/** What a case is run with. */
export interface BenchContext {
  /** Fewer rounds. */
  readonly quick: boolean;
  /** An empty directory for the run. */
  readonly directory: string;
  /** The compiled programs, built at the first call. */
  programs(): Promise<Programs>;
  /** Tells the person at the terminal what goes on. */
  say(text: string): void;
}

/** A group of comparisons that can be run alone. */
export interface BenchCase {
  /** What `--only` takes. */
  readonly name: string;
  /** Measures. */
  run(context: BenchContext): Promise<Comparison[]>;
}
