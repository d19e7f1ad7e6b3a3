import { HostError } from "../fault/mod.ts";
import { type Made, QUOTAS } from "../realm/mod.ts";
import type { HandleServices, Stub } from "./handle_options.ts";
import { HandledCalls } from "./handled_calls.ts";
import { OneByOne } from "./one_by_one.ts";

/** What a handle works with and holds; made when the module first asks for something, which some never do. */
export class Belongings {
  readonly services: HandleServices;
  readonly kept: Set<Stub> = new Set();
  /** Functions behind each registration, by `type=name`. */
  readonly registered: Map<string, readonly Stub[]> = new Map();
  /** Calls that the module handles now. */
  readonly calls: HandledCalls;
  readonly held: Set<Disposable> = new Set();
  /** Where it asks for what may take long. */
  readonly asks: OneByOne = new OneByOne();
  readonly #module: string;
  readonly #made: Partial<Record<Made, number>> = {};

  /** Nothing yet. @param module whose they are, for messages */
  constructor(module: string, services: HandleServices) {
    this.#module = module;
    this.services = services;
    this.calls = new HandledCalls({ module, services, open: () => this.make("call") });
  }

  /**
   * Counts more of what the module may have, until disposed; disposing twice is safe.
   *
   * @param count how many. @default {1}
   * @throws {HostError} with code `limit` when the module has as many as it may
   */
  make(kind: Made, count: number = 1): Disposable {
    const made = this.#made[kind] ?? 0;
    this.mayHave(kind, made + count - 1);
    this.#made[kind] = made + count;
    let given = false;
    return {
      [Symbol.dispose]: () => {
        if (!given) this.#made[kind] = (this.#made[kind] ?? count) - count;
        given = true;
      },
    };
  }

  /** @throws {HostError} with code `limit` unless the module may have another, who has so many */
  mayHave(kind: Made, count: number): void {
    if (count < QUOTAS[kind]) return;
    const message = `Cannot have another ${kind}: "${this.#module}" has ${
      QUOTAS[kind]
    } already; release what is not used`;
    throw new HostError("limit", message);
  }

  /** Gives functions of the module back, each once. */
  drop(stubs: Iterable<Stub>): void {
    for (const stub of stubs) if (this.kept.delete(stub)) stub[Symbol.dispose]();
  }

  /** Gives everything back. Safe to call twice. */
  letGo(): void {
    for (const hold of this.held) hold[Symbol.dispose]();
    this.held.clear();
    this.asks.close();
    this.calls.close();
    this.drop([...this.kept]);
  }
}
