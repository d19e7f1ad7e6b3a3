/** Dialplans that are large or hostile, and a PBX of its own for them. */
import { HostCall, Pbx, type PbxOptions, type Rights } from "../../src/dialplan/mod.ts";
import { Logger, MemorySink } from "../../src/log/mod.ts";
import type { DialplanContents, DialplanContext, DialplanPriority } from "../../src/module_api/mod.ts";
import { Registry } from "../../src/registry/mod.ts";
import * as held from "../support/held.ts";

/** The dialplan of `pbx_config` is the administrator's; all others may do what they like. */
export const RIGHTS: Rights = { isAdministrators: (module) => module === "pbx_config", naming: () => "named" };

/** Sets a global variable in a call of a module of its own; "" is the console. */
export async function setGlobal(pbx: Pbx, owner: string, assignment: string): Promise<void> {
  const call = new HostCall({ name: "M/1", owner, write: () => {} });
  await pbx.runFor(pbx.inHandsOf(owner, call), "Set", `GLOBAL${assignment}`);
}

/** A step of an extension. */
export function step(extension: string, priority: number, rest: Partial<DialplanPriority> = {}): DialplanPriority {
  return { extension, priority, application: "NoOp", args: "", ...rest };
}

/** One context with steps. */
export function context(name: string, priorities: DialplanPriority[], includes: string[] = []): DialplanContext {
  return { name, includes, priorities };
}

/** Contexts and nothing else. */
export function contents(...contexts: DialplanContext[]): DialplanContents {
  return { contexts, globals: [] };
}

/** A PBX, its registry and what it logs. */
export function emptyPbx(options: Partial<PbxOptions> = {}) {
  const registry = new Registry();
  const sink = new MemorySink();
  const log = new Logger([sink], { area: "pbx" });
  const pbx = new Pbx({ registry, log, refusesCalls: () => false, rights: RIGHTS, ...options });
  /** Begins a call of a module; what it wrote, once it is over. */
  const begin = (registrar: string, extension = "s") => {
    const ended = Promise.withResolvers<void>();
    const call = pbx.begin(registrar, {
      options: { technology: "Test", peer: "x", context: "default", extension, caller: "" },
      peer: { write: () => Promise.resolve(), hangup: () => Promise.resolve() },
      onEnd: ended.resolve,
    });
    return { call, ended: ended.promise };
  };
  const messages = () => sink.records.map(({ level, module, message }) => `${level} ${module}: ${message}`);
  return { pbx, registry, sink, begin, messages };
}

/** The longest time in milliseconds of the processor for which nothing else ran while some work was done. */
export async function longestHold(work: () => Promise<unknown>): Promise<number> {
  return (await held.longestHold(work)).held;
}
