import { HostError, messageOf } from "../fault/mod.ts";
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
  readonly #exclusive: <T>(operation: () => Promise<T>) => Promise<T>;
  /** What waits for the end of the start; undefined once it is over. */
  #queue: { names: Map<string, string>; all: boolean } | undefined = { names: new Map(), all: false };
  #busy = false;

  /** Reloads that are queued until {@linkcode open}; `exclusive` runs one operation of the loader at a time. */
  constructor(context: Context, exclusive: <T>(operation: () => Promise<T>) => Promise<T>) {
    this.#context = context;
    this.#exclusive = exclusive;
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
      return await this.#exclusive(() => this.#reload(instance));
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
      for (const instance of able) await this.#exclusive(() => this.#reload(instance));
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

  async #reload(instance: Instance): Promise<ReloadResult> {
    const { log } = this.#context;
    const { name, realm, imported, manifest } = instance;
    if (instance.state !== "running" || realm === undefined) return "uninitialized";
    if (!imported?.has.reload) return "not-implemented";
    log.verbose(3, `Reloading module '${name}' (${manifest.description})`);
    this.#context.culprit = instance;
    try {
      const answer = await realm.reload(name, limitsFor(this.#context, name).load);
      if ("result" in answer) return answer.result === 0 ? "success" : "error";
      log.error(`Reload of module '${name}' threw: ${answer.thrown}`);
      return "error";
    } catch (error) {
      log.error(`Reload of module '${name}' failed: ${messageOf(error)}`);
      if (error instanceof HostError && error.code === "deadline") await realm.heartbeat();
      return "error";
    } finally {
      this.#context.culprit = undefined;
    }
  }
}
