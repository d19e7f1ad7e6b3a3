import { DENO_KINDS, NO_PERMISSIONS, type PermissionSet } from "../permission/mod.ts";
import { descriptors } from "./descriptors.ts";
import { WorkerCarrier } from "./worker_carrier.ts";

/** Milliseconds after a start before anything is warmed: what is being started goes first. */
const PAUSE = 250;

/** How long one may still be opening what it needs, in milliseconds. */
const WARMING = 1000;

/**
 * Workers that are started ahead of need. A Worker's permissions are those it was started with, so these have none; most
 * modules need none.
 */
export class WarmWorkers {
  readonly #ready: WorkerCarrier[] = [];
  readonly #size: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  /** So many Workers, from `run` on. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Starts one ahead of `run`, if any are wanted. */
  first(): void {
    if (this.#size > 0 && this.#ready.length === 0) this.#start();
  }

  /** From now on there are to be as many as wanted. */
  run(): void {
    this.#running = true;
    this.#fillLater();
  }

  /** One that can be used with these permissions, or undefined; another takes its place. The caller owns it. */
  take(permissions: PermissionSet): WorkerCarrier | undefined {
    if (DENO_KINDS.some((kind) => permissions[kind].length > 0)) return undefined;
    this.#fillLater();
    const carrier = this.#ready.shift();
    return carrier?.sound === false ? this.take(permissions) : carrier;
  }

  /** How many are ready. */
  get count(): number {
    return this.#ready.length;
  }

  /** Ends them; there will be no more. Safe to call twice. */
  end(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    for (const carrier of this.#ready.splice(0)) carrier.end();
  }

  /** One after the other, each when nothing was taken for a while: a start keeps the thread busy. */
  #fillLater(): void {
    clearTimeout(this.#timer);
    if (!this.#running || this.#size === 0) return;
    this.#timer = setTimeout(() => {
      if (this.#ready.length < this.#size && this.#start()) this.#fillLater();
    }, PAUSE);
  }

  /** False when the program may start none: whoever needs one is told why. */
  #start(): boolean {
    try {
      const claim = descriptors.reserve("warm");
      const started = performance.now();
      claim.pending = () => performance.now() - started < WARMING;
      this.#ready.push(new WorkerCarrier("warm", NO_PERMISSIONS));
      return true;
    } catch {
      return false;
    }
  }
}
