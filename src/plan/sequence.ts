import type { Plan, PlanStep } from "./model.ts";
import { PHRASES, type Phrases } from "./phrases.ts";
import { Resolution } from "./resolution.ts";
import { MARK, Standing } from "./standing.ts";

/** What `load` of a module came to. */
export interface StartReport {
  /**
   * `success` · `decline`: it did not want to, threw or hung · `invalid`: it returned what is no result · `failure`: the
   * program must not start
   */
  readonly result: "success" | "decline" | "invalid" | "failure";
  /** What is to be said of it before what the sequence says. */
  readonly lines?: readonly string[];
}

/** Options of {@linkcode StartSequence}. */
export interface SequenceOptions {
  /** Whether a step was opened: one that was not is as good as not installed. */
  readonly opened: (step: PlanStep) => boolean;
  /** At start-up or later by command: the wording differs, and a failure is not fatal later. */
  readonly mode: "startup" | "runtime";
  /**
   * Asterisk's rule: who has an optional module that is there and does not start, does not start either. Otherwise it
   * starts without.
   */
  readonly strict: boolean;
}

/** One thing that was decided, with all that is needed to take it back. */
interface Event {
  readonly nodes: readonly number[];
  readonly call: boolean;
  readonly lines: readonly string[];
  readonly fatal?: string | undefined;
  readonly cursor: number;
  readonly resolution: Resolution | undefined;
  readonly place: number;
}

/**
 * The order of starting, as Asterisk has it (loader.c, start_resource_list): the preloaded first, then by load priority,
 * then as opened. What a module lacks is started before it, whatever its own place; what cannot be had declines it, and
 * with it all that waits and depends on it.
 *
 * The order depends on how each start comes out. So the sequence runs ahead as though all succeed ({@linkcode peek}), and
 * takes back what was premature when a report says otherwise ({@linkcode report}). It calls nobody itself.
 */
export class StartSequence {
  readonly #steps: readonly PlanStep[];
  readonly #phrases: Phrases;
  readonly #strict: boolean;
  readonly #atStartup: boolean;
  readonly #standing: Standing;
  /** What is wanted, in order. */
  readonly #vector: readonly number[];
  #cursor = 0;
  #resolution: Resolution | undefined;
  readonly #events: Event[] = [];
  /** The first call that is not reported yet. */
  #pending = 0;

  /** A sequence at its beginning. */
  constructor(plan: Plan, { opened, mode, strict }: SequenceOptions) {
    this.#steps = plan.steps;
    this.#phrases = PHRASES[mode];
    this.#strict = strict;
    this.#atStartup = mode === "startup";
    this.#standing = new Standing(plan, {
      // What is not worth opening may be wanted all the same: it has its turn, and is told why it cannot start.
      opened: (index) => (this.#step(index).opens || this.#step(index).wanted) && opened(this.#step(index)),
      strict,
    });
    this.#vector = plan.steps.flatMap(({ wanted }, index) => wanted ? index : []).sort(this.#compare);
  }

  /** The next modules to call `load` of, at most so many. None when all is decided. */
  peek(count: number): PlanStep[] {
    const calls: PlanStep[] = [];
    for (let place = this.#pending; calls.length < count; place++) {
      if (place === this.#events.length && !this.#advance()) break;
      const { call, nodes: [node] } = this.#events[place] as Event;
      if (call) calls.push(this.#step(node as number));
    }
    return calls;
  }

  /** Says how the first of {@linkcode peek} came out. */
  report({ result, lines = [] }: StartReport): void {
    while (!(this.#events[this.#pending] as Event).call) this.#pending++;
    if (result === "success") {
      this.#pending++;
      return;
    }
    const call = this.#takeBack();
    this.#refuse(call.nodes[0] as number, { result, lines });
    this.#resolution?.rewind(call.place);
    this.#pending = this.#events.length;
  }

  /** Why the program must not go on; nothing when it may, or while calls are pending. */
  get fatal(): string | undefined {
    return this.#events.at(-1)?.fatal;
  }

  /** All that is to be said of modules that do not start, in order. */
  lines(): string[] {
    return this.#events.flatMap(({ lines }) => lines);
  }

  /** What does not start although it was opened. */
  declined(): PlanStep[] {
    return this.#events.filter(({ call }) => !call).flatMap(({ nodes }) => nodes).map((node) => this.#step(node));
  }

  /** Decides up to the next call. False when there is none. */
  #advance(): boolean {
    while (this.fatal === undefined) {
      const item = this.#vector[this.#cursor];
      if (item === undefined) return false;
      if (this.#standing.mark(item) !== MARK.waiting) {
        this.#resolution = undefined;
        this.#cursor++;
      } else if (this.#resolution !== undefined) {
        if (this.#resolve(item, this.#resolution)) return true;
      } else if (this.#standing.ready(item)) {
        return this.#call(item);
      } else {
        const closure = this.#standing.closure(item);
        if (closure !== undefined) this.#resolution = new Resolution(closure.sort(this.#compare), this.#standing);
        else this.#decline(item, [...this.#reason(item), ...this.#phrases.unresolved(this.#step(item).name)]);
      }
    }
    return false;
  }

  /** The next of what an item lacks, or the item itself. False when it declines instead. */
  #resolve(item: number, resolution: Resolution): boolean {
    const next = resolution.next();
    if (next !== undefined) return this.#call(next);
    if (this.#strict ? resolution.done && this.#standing.ready(item) : this.#standing.needsMet(item)) {
      this.#resolution = undefined;
      return this.#call(item);
    }
    const yielding = this.#strict ? undefined : resolution.yielding;
    if (yielding !== undefined) return this.#call(yielding);
    this.#resolution = undefined;
    const lacking = this.#standing.missing(item).map((node) => this.#step(node).name);
    this.#decline(item, [...this.#reason(item), ...this.#phrases.due(this.#step(item).name, lacking)]);
    return false;
  }

  #call(node: number): true {
    this.#add({ nodes: [node], call: true, lines: [] });
    this.#standing.run(node, (ready) => this.#resolution?.offer(ready));
    return true;
  }

  #add(event: Pick<Event, "nodes" | "call" | "lines" | "fatal">): void {
    const resolution = this.#resolution;
    this.#events.push({ ...event, cursor: this.#cursor, resolution, place: resolution?.place ?? -1 });
  }

  /** Takes back the first pending call and all that followed from it. */
  #takeBack(): Event {
    const events = this.#events.splice(this.#pending);
    for (const { nodes } of events.reverse()) for (const node of nodes) this.#standing.wait(node);
    const call = events.at(-1) as Event;
    this.#cursor = call.cursor;
    this.#resolution = call.resolution;
    return call;
  }

  /** A module was called and does not run. */
  #refuse(node: number, { result, lines }: Required<StartReport>): void {
    const { name, required } = this.#step(node);
    const item = this.#vector[this.#cursor] === node;
    const said = [...lines];
    if (result === "invalid") {
      said.push(`${name} load function returned an invalid result. This is a bug in the module.`);
    }
    if (this.#atStartup && (result === "failure" || (result === "decline" && required))) {
      const fatal = `*** Failed to load ${required ? "required " : ""}module ${name}`;
      const also = item ? [] : [`Failed to load ${name}.`];
      this.#standing.decline(node);
      this.#add({ nodes: [node], call: false, lines: [...said, fatal, ...also], fatal });
    } else if (item || (required && this.#atStartup)) this.#decline(node, said);
    else {
      this.#standing.decline(node);
      this.#add({ nodes: [node], call: false, lines: said });
    }
  }

  /** An item declines, and takes along what waits and depends on it. */
  #decline(node: number, said: readonly string[]): void {
    const { name, required } = this.#step(node);
    this.#standing.decline(node);
    if (required && this.#atStartup) {
      const fatal = `Required module ${name} declined to load.`;
      return this.#add({ nodes: [node], call: false, lines: [...said, fatal], fatal });
    }
    const lines = [...said, ...this.#phrases.declined(name)];
    const dependents = this.#standing.dependents(node);
    const taken = dependents.size === 0
      ? []
      : this.#vector.slice(this.#cursor).filter((other) =>
        dependents.has(other) && this.#standing.mark(other) === MARK.waiting
      );
    for (const other of taken) this.#standing.decline(other);
    const event = { nodes: [node, ...taken], call: false };
    const needed = taken.map((other) => this.#step(other)).find((other) => other.required);
    if (needed !== undefined && this.#atStartup) {
      const fatal = `Cannot load required module ${needed.name} that depends on ${name}`;
      return this.#add({ ...event, lines: [...lines, fatal], fatal });
    }
    if (taken.length > 0) lines.push(...this.#phrases.taken(name, taken.map((other) => this.#step(other).name)));
    this.#add({ ...event, lines });
  }

  /** What the plan knows of why it cannot start. */
  #reason(node: number): string[] {
    const { name, reason } = this.#step(node);
    return reason === undefined ? [] : [`Module '${name}' cannot start: ${reason}`];
  }

  #step(node: number): PlanStep {
    return this.#steps[node] as PlanStep;
  }

  /** The preloaded first, then by load priority; equals stay as they are. */
  readonly #compare = (a: number, b: number): number => {
    const [one, other] = [this.#step(a), this.#step(b)];
    if (one.preload !== other.preload) return one.preload ? -1 : 1;
    return one.entry.manifest.loadPriority - other.entry.manifest.loadPriority;
  };
}
