import type { CatalogEntry, Manifest } from "../manifest/mod.ts";
import type { Binding, PlanStep, StartReport } from "../plan/mod.ts";
import type { GrantDecision } from "../policy/mod.ts";
import type { ImportedModule, Realm } from "../realm/mod.ts";
import type { Owner } from "../registry/mod.ts";
import type { CallGate } from "./call_gate.ts";
import type { HostHandle } from "./host_handle.ts";
import { checkTransition, type InstanceState, type StateChange, STATES } from "./states.ts";
import { Users } from "./users.ts";

/** A module from the moment it is to run until it is gone. A new start is a new instance. */
export class Instance {
  readonly entry: CatalogEntry;
  /** What it uses and of whom; another provider may take over. */
  bindings: readonly Binding[];
  readonly required: boolean;
  /** Its token in the registry. */
  readonly owner: Owner;
  readonly users: Users = new Users();
  /** References on what it uses; given back when it stops. */
  readonly holds: Disposable[] = [];
  /** The instances it was bound to when it started. */
  readonly providers: Instance[] = [];
  /** The realm that its code is in, once admitted. */
  realm: Realm | undefined;
  grant: GrantDecision | undefined;
  imported: ImportedModule | undefined;
  handle: HostHandle | undefined;
  /** Where calls into it pass, once it has a handle. */
  gate: CallGate | undefined;
  /** Why it was declined or failed. */
  reason = "";
  /** Why a configuration file that it asked for could not be read: the last one. */
  configFault: string | undefined;
  /** What it has said last while it started: an error, else a warning. */
  lastWords: { readonly level: "error" | "warning"; readonly message: string } | undefined;
  /** What is to be logged when it could not be opened. */
  readonly faults: string[] = [];
  /** How its start came out, when it was started as soon as it was opened. */
  report: StartReport | undefined;
  /** It is not what its manifest says, or not what may be loaded here: it is left out of the table, as in Asterisk. */
  unfit = false;
  /** The module asked that its code stays (seed 003: `ast_module_block_unload`). */
  unloadBlocked = false;
  readonly #changed: (change: StateChange) => void;
  #state: InstanceState = "installed";

  /** An instance for a step of a plan, and who is told of its states. */
  constructor(step: PlanStep, changed: (change: StateChange) => void = () => {}) {
    this.#changed = changed;
    this.entry = step.entry;
    this.bindings = step.bindings;
    this.required = step.required;
    this.users.admin = step.wanted;
    this.owner = Object.freeze({ module: step.name });
  }

  get name(): string {
    return this.entry.manifest.name;
  }

  get manifest(): Manifest {
    return this.entry.manifest;
  }

  get state(): InstanceState {
    return this.#state;
  }

  get status(): string {
    return STATES[this.#state].status;
  }

  /** Gives back what it holds on others. Safe to call twice. */
  releaseHolds(): void {
    for (const hold of this.holds.splice(0)) hold[Symbol.dispose]();
  }

  /**
   * The only way to another state.
   *
   * @throws {HostError} with code `state` when the table has no such step
   */
  transition(next: InstanceState, reason = ""): void {
    const from = this.#state;
    checkTransition(this.name, from, next);
    this.#state = next;
    this.reason = reason;
    this.#changed({ module: this.name, from, to: next, reason });
  }
}
