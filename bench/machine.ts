/**
 * What the figures were measured on.
 *
 * @module
 */

/** A machine and a day. */
export interface Machine {
  /** Model of the processor. */
  readonly cpu: string;
  /** How many of them. */
  readonly cores: number;
  /** Its memory, with a unit. */
  readonly memory: string;
  readonly os: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Day of the run. */
  readonly date: string;
}

/** The model as `/proc/cpuinfo` names it, or the architecture where there is no such name. */
export function cpuModel(cpuinfo: string, architecture: string): string {
  return /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1]?.trim() ?? architecture;
}

/** This machine, today. */
export function thisMachine(): Machine {
  return {
    cpu: cpuModel(readIfAny("/proc/cpuinfo"), Deno.build.arch),
    cores: navigator.hardwareConcurrency,
    memory: `${Math.round(Deno.systemMemoryInfo().total / 2 ** 30)} GB`,
    os: `${Deno.build.os} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    date: new Date().toISOString().slice(0, 10),
  };
}

function readIfAny(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
