import { HostError } from "../fault/mod.ts";
import { type DescriptorCount, type DescriptorSystem, PROCESS_DESCRIPTORS } from "./process_descriptors.ts";

/** What starting a realm takes of descriptors at most, and what must remain for all else. */
const NEEDED = 48;

/** Realms that are started before the descriptors are counted again; none takes more than its share of {@linkcode NEEDED}. */
const ROUND = 4;

/**
 * Watches over the descriptors of the program: the runtime keeps two of every Worker that has ended, and a Worker that
 * finds none when it starts ends the whole program. So the limit is raised in time, and a realm is refused rather than
 * started with the last ones.
 */
export class Descriptors {
  readonly #system: DescriptorSystem;
  /** Realms that can be started without counting; the first few find more than enough. */
  #free = 2 * ROUND;
  #raised = false;

  /** Watches over those that the system counts. */
  constructor(system: DescriptorSystem) {
    this.#system = system;
  }

  /**
   * To be called before a realm is started.
   *
   * @param label the realm's name, for the message
   * @throws {HostError} with code `state` when there are too few left
   */
  reserve(label: string): void {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    let count = this.#system.count();
    if (
      count !== undefined && !this.#raised && count.limit.soft < count.limit.hard && count.open > count.limit.soft / 2
    ) {
      this.#raised = true;
      this.#system.raise(count);
      count = this.#system.count();
    }
    if (count !== undefined && count.open + NEEDED > count.limit.soft) throw exhausted(label, count);
    this.#free = ROUND - 1;
  }
}

function exhausted(label: string, { open, limit }: DescriptorCount): HostError {
  return new HostError(
    "state",
    `Cannot start realm ${label}: the program has ${open} of ${limit.soft} descriptors open, two of them for every Worker ` +
      "that has ended; restart it when convenient, and give it more (LimitNOFILE=, ulimit -n)",
  );
}

/** Those of this program. */
export const descriptors: Descriptors = new Descriptors(PROCESS_DESCRIPTORS);
