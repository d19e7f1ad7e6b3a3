import { nameKey } from "../manifest/mod.ts";
import type { HostEvent } from "../module_api/mod.ts";
import { Activity } from "./activity.ts";
import type { InstanceState, StateChange } from "./states.ts";

/** Called for each event, in order; must neither throw nor wait. */
export type LifeListener = (event: HostEvent) => void;

/**
 * Tells whoever wants to know what happens in the host. Loads and unloads are told once everything of the start is there,
 * as Asterisk has it.
 */
export class Life {
  readonly #listeners = new Set<LifeListener>();
  /** How a module is spelled by whoever asks for something to be done with it, by `nameKey`. */
  readonly #spelled = new Map<string, string>();
  /** What modules have done. */
  readonly activity: Activity = new Activity();
  #booted = false;

  /** Whether everything of the start is there. */
  get booted(): boolean {
    return this.#booted;
  }

  /** Adds a listener until disposed; disposing twice is safe. */
  subscribe(listener: LifeListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Everything of the start is there. */
  finishBoot(): void {
    this.#booted = true;
    this.emit({ type: "booted" });
  }

  /** While the operation runs, events of that module have its name as it is spelled here. */
  async spelling<T>(module: string, operation: () => Promise<T>): Promise<T> {
    const key = nameKey(module);
    this.#spelled.set(key, module);
    try {
      return await operation();
    } finally {
      if (this.#spelled.get(key) === module) this.#spelled.delete(key);
    }
  }

  /** An instance has gone from one state to another. */
  changed({ module, from, to, reason }: StateChange): void {
    if (from === "starting" && to === "running") this.activity.started(module);
    if (!this.#booted) return;
    const name = this.#spelled.get(nameKey(module)) ?? module;
    if (from === "starting") this.emit({ type: "load", module: name, status: LOAD_STATUS[to] ?? "Failure" });
    else if (to === "stopped") this.emit({ type: "unload", module: name });
    else if (to === "failed" && (from === "running" || from === "stopping")) {
      this.emit({ type: "failed", module: name, reason });
    }
  }

  /** An instance that never ran is forgotten. */
  forgotten(module: string): void {
    if (this.#booted) this.emit({ type: "unload", module: this.#spelled.get(nameKey(module)) ?? module });
  }

  /** Tells all listeners. */
  emit(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Asterisk's word for how a `load` ended. */
const LOAD_STATUS: Partial<Record<InstanceState, "Success" | "Decline">> = { running: "Success", declined: "Decline" };
