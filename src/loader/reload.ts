import { HostError, messageOf } from "../fault/mod.ts";
import { nameKey } from "../manifest/mod.ts";
import type { Realm } from "../realm/mod.ts";
import { type Context, findInstance } from "./context.ts";
import type { Instance } from "./instance.ts";
import { limitsFor } from "./limits.ts";
import type { ReloadResult } from "./results.ts";

/**
 * Reloads, one at a time and none waits for another (loader.c, ast_module_reload). Before everything of the start is there
 * they are queued: each name once, as written; one of all modules stands for every other.
 */
export class Reloads {
  readonly #context: Context;
  /** What waits for the end of the start; undefined once it is over. */
  #queue: { names: Map<string, string>; all: boolean } | undefined = { names: new Map(), all: false };
  #busy = false;

  /** Reloads that are queued until {@linkcode open}. */
  constructor(context: Context) {
    this.#context = context;
  }

  /** Everything of the start is there: carries out what was queued. */
  async open(): Promise<void> {
    const queue = this.#queue;
    this.#queue = undefined;
    if (queue?.all) {
      this.#context.log.notice("Executing deferred reload request.");
      return await this.reloadAll();
    }
    for (const name of queue?.names.values() ?? []) {
      this.#context.log.notice(`Executing deferred reload request for module '${name}'.`);
      await this.reload(name);
    }
  }

  /** `module reload name`: its seven answers. */
  async reload(typed: string): Promise<ReloadResult> {
    if (this.#queue !== undefined) {
      const key = typed.toLowerCase();
      if (!this.#queue.all && !this.#queue.names.has(key)) this.#queue.names.set(key, typed);
      return "queued";
    }
    return await this.#alone(async () => {
      const instance = findInstance(this.#context, typed);
      if (instance === undefined) return "not-found";
      return await this.#context.turn.run(() => this.#reload(instance));
    }) ?? "in-progress";
  }

  /** `module reload` without a name: every running module that can, in the order of their starts. */
  async reloadAll(): Promise<void> {
    if (this.#queue !== undefined) {
      this.#queue = { names: new Map(), all: true };
      return;
    }
    await this.#alone(async () => {
      const able = [...this.#context.instances.values()].filter(({ state, imported }) =>
        state === "running" && imported?.has.reload
      );
      for (const instance of able) await this.#context.turn.run(() => this.#reload(instance));
    });
  }

  /** Nothing when another is under way. */
  async #alone<T>(operation: () => Promise<T>): Promise<T | undefined> {
    if (this.#busy) {
      this.#context.log.verbose(3, "The previous reload command didn't finish yet");
      return undefined;
    }
    this.#busy = true;
    try {
      return await operation();
    } finally {
      this.#busy = false;
    }
  }

  /** Reloads a module that nothing else is done to meanwhile; others are. */
  async #reload(instance: Instance): Promise<ReloadResult> {
    const { log, turn, culprits } = this.#context;
    const { name, imported, manifest } = instance;
    using claim = instance.state === "running" ? await turn.claim(() => [nameKey(name)]) : undefined;
    const { realm } = instance;
    if (claim === undefined || instance.state !== "running" || realm === undefined) return "uninitialized";
    if (!imported?.has.reload) return "not-implemented";
    log.verbose(3, `Reloading module '${name}' (${manifest.description})`);
    culprits.add(instance);
    try {
      return await turn.outside(() => this.#ask(realm, name));
    } finally {
      culprits.delete(instance);
      // Its last user may have gone meanwhile.
      if (instance.users.idle) this.#context.reap();
    }
  }

  async #ask(realm: Realm, name: string): Promise<"success" | "error"> {
    const { log } = this.#context;
    try {
      const answer = await realm.reload(name, limitsFor(this.#context, name).load);
      if ("result" in answer) return answer.result === 0 ? "success" : "error";
      log.error(`Reload of module '${name}' threw: ${answer.thrown}`);
    } catch (error) {
      log.error(`Reload of module '${name}' failed: ${messageOf(error)}`);
      if (error instanceof HostError && error.code === "deadline") await realm.heartbeat();
    }
    return "error";
  }
}
