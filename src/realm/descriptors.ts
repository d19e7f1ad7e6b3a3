import { HostError } from "../fault/mod.ts";
import { type DescriptorCount, type DescriptorSystem, PROCESS_DESCRIPTORS } from "./process_descriptors.ts";

/** What a realm takes of descriptors at most while it starts; when it is up it has fewer. */
const NEEDED = 8;

/** What must remain for the host itself: consoles, configuration files, logs, the system's tools. */
const RESERVE = 48;

/** A realm that is being started: whoever started it says whether it still is. */
export interface DescriptorClaim {
  /** Whether it may still open some. */
  pending(): boolean;
}

/** A claim with what there was when it was made. */
interface Claimed {
  readonly claim: DescriptorClaim;
  readonly open: number;
  readonly number: number;
}

/**
 * Watches over the descriptors of the program: the runtime keeps two of every Worker that has ended, a Worker's files and
 * connections are the program's, and a Worker that finds none left when it starts ends the whole program. So the limit is
 * raised in time, and a realm is refused rather than started with the last ones.
 */
export class Descriptors {
  readonly #system: DescriptorSystem;
  #claims: Claimed[] = [];
  #number = 0;
  #raised = false;
  /** How many there were before the first realm. */
  #base: number | undefined;

  /** Watches over those that the system counts. */
  constructor(system: DescriptorSystem) {
    this.#system = system;
  }

  /**
   * To be called before a realm is started.
   *
   * @param label the realm's name, for the message
   * @returns to be told, by replacing `pending`, how to learn when the realm is up
   * @throws {HostError} with code `state` when there are too few left
   */
  reserve(label: string): DescriptorClaim {
    const count = this.#count();
    const claim: DescriptorClaim = { pending: () => false };
    if (count === undefined) return claim;
    this.#base ??= count.open;
    this.#claims = this.#claims.filter(({ claim }) => claim.pending());
    // Those that start may have none yet of what they will have.
    const [first] = this.#claims;
    const expected = Math.max(
      count.open,
      first === undefined ? 0 : first.open + (this.#number - first.number) * NEEDED,
    );
    if (expected + NEEDED + RESERVE > count.limit.soft) throw exhausted(label, count);
    this.#claims.push({ claim, open: count.open, number: this.#number++ });
    return claim;
  }

  /**
   * Whether what must remain for the host is being used up. Raises the limit when it can.
   *
   * @returns how many are open beyond those before the first realm; undefined when enough are left
   */
  shortage(): number | undefined {
    const count = this.#count();
    if (count === undefined || count.open + RESERVE / 2 <= count.limit.soft) return undefined;
    return Math.max(0, count.open - (this.#base ?? 0));
  }

  #count(): DescriptorCount | undefined {
    const count = this.#system.count();
    if (count === undefined || this.#raised) return count;
    const { open, limit: { soft, hard } } = count;
    if (soft >= hard || open <= Math.min(soft / 2, soft - 2 * RESERVE)) return count;
    this.#raised = true;
    this.#system.raise(count);
    return this.#system.count();
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
