import { nameKey } from "../manifest/mod.ts";
import type { RestartPolicy } from "../policy/mod.ts";
import { decideRestart, withinWindow } from "./restart_plan.ts";
import type { StateChange } from "./states.ts";

/** Where a module stands with its supervisor. */
export interface Supervision {
  /** The administrator's word. */
  readonly restart: RestartPolicy["when"];
  /** How often it was started again within the window. */
  readonly restarts: number;
  /** Milliseconds until it is started again; undefined when it is not waiting for that. */
  readonly waiting: number | undefined;
  /** It has failed so often that it stays failed. */
  readonly spent: boolean;
  /** The shared realm that ended without anybody knowing through whom, since which it runs alone. */
  readonly splitFrom: string | undefined;
}

/** A module that is wanted again. */
export interface Again {
  readonly name: string;
  readonly admin: boolean;
}

/** What the supervisor needs of its surroundings. */
export interface SupervisorOptions {
  /** How that module is started again. */
  policy(name: string): RestartPolicy;
  /** Starts a module again, when nothing else is being done. */
  restart(again: Again): void;
  /** Told what is going to happen. */
  say(message: string): void;
  /** Milliseconds. @default {Date.now} */
  now?(): number;
  /** From 0 to 1. @default {Math.random} */
  random?(): number;
  /** Calls later; the result takes that back. @default {setTimeout} */
  later?(call: () => void, milliseconds: number): () => void;
}

/** What is kept of one module. */
interface Kept {
  times: number[];
  /** Takes the start that waits back. */
  cancel: (() => void) | undefined;
  due: number;
  spent: boolean;
  splitFrom: string | undefined;
  /** What stopped because it had failed, and comes back with it. */
  along: Map<string, Again>;
}

/** Starts modules that have failed again, as the administrator wants it. Owns the timers; `end` takes them back. */
export class Supervisor {
  readonly #options: Required<SupervisorOptions>;
  readonly #records = new Map<string, Kept>();
  /** Failed since `settle` was last called, and whether they ran. */
  readonly #failed = new Map<string, { name: string; ran: boolean }>();
  #ended = false;

  /** A supervisor that knows no module yet. */
  constructor(options: SupervisorOptions) {
    this.#options = { now: Date.now, random: Math.random, later: callLater, ...options };
  }

  /** A module has gone from one state to another. Says whether `settle` is to be called in its turn. */
  changed({ module, from, to }: StateChange): boolean {
    if (this.#ended || to !== "failed" || this.#options.policy(module).when === "never") return false;
    this.#failed.set(nameKey(module), { name: module, ran: from === "running" });
    return true;
  }

  /** A module has stopped because another one has failed; it comes back with that one. */
  along(failed: string, module: Again): void {
    if (this.#options.policy(failed).when !== "never") this.#record(failed).along.set(nameKey(module.name), module);
  }

  /** What stopped because a module had failed and is to come back with it; asked once. */
  takeAlong(failed: string): Again[] {
    const { along } = this.#record(failed);
    const modules = [...along.values()];
    along.clear();
    return modules;
  }

  /** That realm was split: the module runs alone from now on, so that it is known who fails. */
  split(name: string, realm: string): void {
    this.#record(name).splitFrom = realm;
  }

  /** The shared realm a module was taken out of, so that it is to run alone. */
  splitFrom(name: string): string | undefined {
    return this.#records.get(nameKey(name))?.splitFrom;
  }

  /**
   * Decides about the modules that have failed.
   *
   * @param still whether the administrator wanted such a module; undefined when it is gone or about to be started anyway
   */
  settle(still: (name: string) => { admin: boolean } | undefined): void {
    for (const [key, { name, ran }] of this.#failed) {
      this.#failed.delete(key);
      const found = still(name);
      const policy = this.#options.policy(name);
      // A start that was an attempt to bring it back belongs to the failure before it.
      const again = ran || this.status(name).restarts > 0;
      if (found === undefined || (policy.when === "on-failure" && !again)) continue;
      this.#decide({ name, admin: found.admin }, policy);
    }
  }

  /** Somebody else has taken care of a module: no start of it waits, also not of another, and earlier ones do not count. */
  forget(name: string): void {
    for (const { along } of this.#records.values()) along.delete(nameKey(name));
    this.#records.get(nameKey(name))?.cancel?.();
    this.#records.delete(nameKey(name));
    this.#failed.delete(nameKey(name));
  }

  /** Where a module stands. */
  status(name: string): Supervision {
    const policy = this.#options.policy(name);
    const record = this.#records.get(nameKey(name));
    const now = this.#options.now();
    return {
      restart: policy.when,
      restarts: record === undefined ? 0 : withinWindow(record.times, policy, now).length,
      waiting: record?.cancel === undefined ? undefined : Math.max(0, record.due - now),
      spent: record?.spent ?? false,
      splitFrom: record?.splitFrom,
    };
  }

  /** Nothing is started again any more. Safe to call twice. */
  end(): void {
    this.#ended = true;
    for (const { cancel } of this.#records.values()) cancel?.();
    this.#records.clear();
    this.#failed.clear();
  }

  #decide(again: Again, policy: RestartPolicy): void {
    const { say, now, random, later } = this.#options;
    const record = this.#record(again.name);
    record.times = withinWindow(record.times, policy, now());
    const decision = decideRestart(record.times, policy, { now: now(), random: random() });
    record.spent = "spent" in decision;
    if ("spent" in decision) {
      const { spent } = decision;
      return say(
        `Module '${again.name}' stays failed: it was started again ${spent === 1 ? "once" : `${spent} times`} in ${
          policy.window / 1000
        } s`,
      );
    }
    const { delay } = decision;
    record.cancel?.();
    record.due = now() + delay;
    record.cancel = later(() => {
      record.cancel = undefined;
      record.times.push(now());
      this.#options.restart(again);
    }, delay);
    say(
      `Module '${again.name}' is started again in ${(delay / 1000).toFixed(1)} s ` +
        `(${record.times.length + 1} of ${policy.limit})`,
    );
  }

  #record(name: string): Kept {
    const key = nameKey(name);
    let record = this.#records.get(key);
    if (record === undefined) {
      record = { times: [], cancel: undefined, due: 0, spent: false, splitFrom: undefined, along: new Map() };
      this.#records.set(key, record);
    }
    return record;
  }
}

function callLater(call: () => void, milliseconds: number): () => void {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}
