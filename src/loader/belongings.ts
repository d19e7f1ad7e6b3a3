import type { Call } from "../module_api/mod.ts";
import type { Pauses } from "../realm/mod.ts";
import type { CallTarget } from "./call.ts";
import type { HandleServices, Stub } from "./handle_options.ts";

/** What a handle works with and holds; made when the module first asks for something, which some never do. */
export class Belongings {
  readonly services: HandleServices;
  readonly kept: Set<Stub> = new Set();
  /** Functions behind each registration, by `type=name`. */
  readonly registered: Map<string, readonly Stub[]> = new Map();
  /** Calls that the module is handling now, and how often; it may speak for no others. */
  readonly calls: Map<string, { call: Call; runs: number; pauses: Pauses }> = new Map();
  readonly targets: Set<CallTarget> = new Set();
  readonly held: Set<Disposable> = new Set();

  /** Nothing yet. */
  constructor(services: HandleServices) {
    this.services = services;
  }

  /** Gives functions of the module back, each once. */
  drop(stubs: Iterable<Stub>): void {
    for (const stub of stubs) if (this.kept.delete(stub)) stub[Symbol.dispose]();
  }

  /** Gives everything back. Safe to call twice. */
  letGo(): void {
    for (const hold of this.held) hold[Symbol.dispose]();
    this.held.clear();
    for (const target of this.targets) target.close();
    this.drop([...this.kept]);
  }
}
