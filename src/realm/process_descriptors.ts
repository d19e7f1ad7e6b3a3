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

/** What the system said last, for when there is no descriptor left to ask with. */
let lastLimit: DescriptorCount["limit"] | undefined;

/** Where util-linux has it; a program that is started as a service may have no `PATH`. */
const PRLIMIT = "/usr/bin/prlimit";

/** The descriptors of this process, as Linux has them. */
export const PROCESS_DESCRIPTORS: DescriptorSystem = {
  count() {
    try {
      const [, soft = "", hard = ""] = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(
        Deno.readTextFileSync("/proc/self/limits"),
      ) ?? [];
      let open = 0;
      for (const _ of Deno.readDirSync("/proc/self/fd")) open++;
      const number = (text: string) => text === "unlimited" ? Infinity : Number(text);
      if (soft === "") return undefined;
      lastLimit = { soft: number(soft), hard: number(hard) };
      return { open, limit: lastLimit };
    } catch (error) {
      // Not even one is left to look with.
      if (lastLimit !== undefined && (error as { code?: unknown }).code === "EMFILE") {
        return { open: lastLimit.soft, limit: lastLimit };
      }
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
