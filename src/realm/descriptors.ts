import { HostError } from "../fault/mod.ts";

/** What starting a realm takes of descriptors at most, and what must remain for all else. */
const NEEDED = 48;

/** Realms that are started before the descriptors are counted again; none takes more than its share of {@linkcode NEEDED}. */
const ROUND = 4;

/** Where util-linux has it; a program that is started as a service may have no `PATH`. */
const PRLIMIT = "/usr/bin/prlimit";

/** How many descriptors there may be and are. */
export interface DescriptorCount {
  /** Open ones. */
  readonly open: number;
  /** How many there may be now, and how many the program may allow itself. */
  readonly limit: { readonly soft: number; readonly hard: number };
}

/** Asks the system. Nothing where it does not say. */
export interface DescriptorSystem {
  count(): DescriptorCount | undefined;
  /** Raises the soft limit to the hard one, where that can be done. */
  raise(count: DescriptorCount): void;
}

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
  constructor(system: DescriptorSystem = LINUX) {
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

const LINUX: DescriptorSystem = {
  count() {
    try {
      const [, soft = "", hard = ""] = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(
        Deno.readTextFileSync("/proc/self/limits"),
      ) ?? [];
      let open = 0;
      for (const _ of Deno.readDirSync("/proc/self/fd")) open++;
      const number = (text: string) => text === "unlimited" ? Infinity : Number(text);
      return soft === "" ? undefined : { open, limit: { soft: number(soft), hard: number(hard) } };
    } catch {
      // Another system, or not permitted to look.
      return undefined;
    }
  },
  raise({ limit: { hard } }) {
    const most = hard === Infinity ? "unlimited" : String(hard);
    try {
      new Deno.Command(PRLIMIT, { args: [`--pid=${Deno.pid}`, `--nofile=${most}:${most}`] }).outputSync();
    } catch {
      // Not there, or not permitted: the limit stays, and is told of when it is reached.
    }
  },
};

/** Those of this program. */
export const descriptors: Descriptors = new Descriptors();
