import { EdgeList, forEachEdge, type Graph, reversed } from "./graph.ts";
import type { Plan } from "./model.ts";

/** Where a module stands. */
export const MARK = { waiting: 0, running: 1, declined: 2, closed: 3 } as const;

/** From each module to others, by why they come before it (or, turned round, after it). */
type Relations = Pick<Plan["relations"], "needs" | "optional" | "enhancers">;

/**
 * Who runs, who does not, and what each still waits for. A module that was not opened is as good as not installed: who
 * needs it lacks something, who merely starts after it does not wait.
 */
export class Standing {
  readonly #before: Relations;
  readonly #after: Relations;
  readonly #strict: boolean;
  readonly #marks: Uint8Array;
  readonly #needsLeft: Int32Array;
  readonly #othersLeft: Int32Array;
  readonly #lacking: Uint8Array;
  #someLack = false;

  /**
   * Everybody waits, but for those that are not opened.
   *
   * @param options.strict an optional module that declined is still waited for
   */
  constructor({ steps, relations }: Plan, { opened, strict }: { opened: (index: number) => boolean; strict: boolean }) {
    this.#marks = new Uint8Array(steps.length);
    steps.forEach((_, index) => {
      if (!opened(index)) this.#marks[index] = MARK.closed;
    });
    const enhancers = this.#withoutClosed(relations);
    this.#before = { ...relations, enhancers };
    this.#after = {
      needs: reversed(relations.needs),
      optional: reversed(relations.optional),
      enhancers: reversed(enhancers),
    };
    this.#strict = strict;
    this.#needsLeft = new Int32Array(steps.length);
    this.#othersLeft = new Int32Array(steps.length);
    this.#lacking = new Uint8Array(steps.length);
    steps.forEach(({ lacks }, index) => {
      const closed = this.#count(relations.needs, index, (mark) => mark === MARK.closed);
      if (lacks || closed > 0) {
        this.#lacking[index] = 1;
        this.#someLack = true;
      }
      // What cannot be had is waited for in vain.
      this.#needsLeft[index] = this.#count(relations.needs, index) + (lacks ? 1 : 0);
      const open = (mark: number) => mark !== MARK.closed;
      this.#othersLeft[index] = this.#count(relations.optional, index, open) +
        this.#count(enhancers, index, open);
    });
  }

  /** The enhancers of what was opened: of what is as good as not installed nobody waits for one. */
  #withoutClosed({ enhancers, enhanced }: Plan["relations"]): Graph {
    if (!enhanced.targets.some((other) => this.#marks[other] === MARK.closed)) return enhancers;
    const left = new EdgeList();
    for (let node = 0; node + 1 < enhancers.starts.length; node++) {
      for (let edge = enhancers.starts[node] as number; edge < (enhancers.starts[node + 1] as number); edge++) {
        if (this.#marks[enhanced.targets[edge] as number] !== MARK.closed) {
          left.add(node, enhancers.targets[edge] as number);
        }
      }
    }
    return left.toGraph(enhancers.starts.length - 1);
  }

  #count(graph: Graph, node: number, counts: (mark: number) => boolean = () => true): number {
    let count = 0;
    forEachEdge(graph, node, (other) => {
      if (counts(this.mark(other))) count++;
    });
    return count;
  }

  /** Where a module stands. */
  mark(node: number): number {
    return this.#marks[node] as number;
  }

  /** Whether all that it needs runs. */
  needsMet(node: number): boolean {
    return this.#needsLeft[node] === 0;
  }

  /** Whether all that must run before it does, and it waits. */
  ready(node: number): boolean {
    return this.mark(node) === MARK.waiting && this.#needsLeft[node] === 0 && this.#othersLeft[node] === 0;
  }

  /** A module runs; `onReady` is told of each that now could. */
  run(node: number, onReady: (node: number) => void): void {
    this.#marks[node] = MARK.running;
    this.#step(node, -1, onReady);
  }

  /** A module does not start. Nobody waits for it as an enhancer any more. */
  decline(node: number): void {
    this.#marks[node] = MARK.declined;
    this.#letGo(node, -1);
  }

  /** Takes `run` or `decline` back. */
  wait(node: number): void {
    if (this.mark(node) === MARK.running) this.#step(node, 1, () => {});
    else this.#letGo(node, 1);
    this.#marks[node] = MARK.waiting;
  }

  #step(node: number, by: number, onReady: (node: number) => void): void {
    const count = (left: Int32Array) => (other: number) => {
      left[other] = (left[other] as number) + by;
      if (this.ready(other)) onReady(other);
    };
    forEachEdge(this.#after.needs, node, count(this.#needsLeft));
    forEachEdge(this.#after.optional, node, count(this.#othersLeft));
    forEachEdge(this.#after.enhancers, node, count(this.#othersLeft));
  }

  #letGo(node: number, by: number): void {
    const count = (other: number) => void (this.#othersLeft[other] = (this.#othersLeft[other] as number) + by);
    forEachEdge(this.#after.enhancers, node, count);
    if (!this.#strict) forEachEdge(this.#after.optional, node, count);
  }

  /** What a module itself lacks, each once: what it needs, its optional modules, the enhancers of both, in this order. */
  missing(node: number): number[] {
    const found = new Set<number>();
    this.#forMissing(node, (other) => void found.add(other));
    return [...found];
  }

  #forMissing(node: number, visit: (other: number) => void): void {
    forEachEdge(this.#before.needs, node, (other) => {
      if (this.mark(other) !== MARK.running) visit(other);
    });
    forEachEdge(this.#before.optional, node, (other) => {
      const mark = this.mark(other);
      if (mark === MARK.waiting || (mark === MARK.declined && this.#strict)) visit(other);
    });
    forEachEdge(this.#before.enhancers, node, (other) => {
      if (this.mark(other) === MARK.waiting) visit(other);
    });
  }

  /**
   * All that must run before a module does, itself too when it is on a cycle; each once, in the order in which a search
   * in depth comes by.
   *
   * @returns nothing when something among it is not to be had at all
   */
  closure(start: number): number[] | undefined {
    if (this.#someLack && this.#lacksSomething(start)) return undefined;
    return this.#search(start, (node, visit) => this.#forMissing(node, visit));
  }

  /** With the strict rule also what an optional module lacks counts. */
  #lacksSomething(start: number): boolean {
    const isLacking = (node: number) => this.#lacking[node] === 1;
    const onlyNeeds = (node: number, visit: (other: number) => void) =>
      forEachEdge(this.#before.needs, node, (other) => {
        if (this.mark(other) !== MARK.running) visit(other);
      });
    const all = (node: number, visit: (other: number) => void) => this.#forMissing(node, visit);
    return isLacking(start) || this.#search(start, this.#strict ? all : onlyNeeds).some(isLacking);
  }

  /** Depth first without recursion: a chain of ten thousand modules must not exhaust the stack. */
  #search(start: number, forNext: (node: number, visit: (other: number) => void) => void): number[] {
    const found = new Set<number>();
    const path: number[] = [];
    const push = (node: number) => {
      const next: number[] = [];
      forNext(node, (other) => void next.push(other));
      for (const other of next.reverse()) path.push(other);
    };
    push(start);
    for (let node = path.pop(); node !== undefined; node = path.pop()) {
      if (found.has(node)) continue;
      found.add(node);
      push(node);
    }
    return [...found];
  }

  /** Everybody who waits and has a module in its closure. The module itself has just declined. */
  dependents(start: number): Set<number> {
    const found = new Set<number>();
    const queue = [start];
    const visit = (other: number) => {
      const mark = this.mark(other);
      if (mark === MARK.running || mark === MARK.closed || found.has(other)) return;
      found.add(other);
      queue.push(other);
    };
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      forEachEdge(this.#after.needs, node, visit);
      if (this.#strict) forEachEdge(this.#after.optional, node, visit);
      if (this.#strict && this.mark(node) === MARK.waiting) forEachEdge(this.#after.enhancers, node, visit);
    }
    found.delete(start);
    return found;
  }
}
