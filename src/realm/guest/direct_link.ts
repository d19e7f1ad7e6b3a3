/**
 * Calls of a service straight from one realm to another, over a port that the host has handed both and can take back.
 * The other end is as hostile as the host's: what cannot be read closes the link, and calls then go through the host.
 */
import { RpcSession, type RpcStub, RpcTarget } from "capnweb";
import { PortTransport, type TransportLimits } from "../transport.ts";
import type { LinkInit, LinkNotice } from "../wire.ts";
import { inward } from "./near.ts";
import { describeThrown } from "./thrown.ts";

// deno-lint-ignore no-explicit-any -- methods of services, whatever they take
type Methods = Readonly<Record<string, (...args: any[]) => Promise<any>>>;

/** How deep plain data may be nested; deeper goes the long way. */
const MAX_DEPTH = 32;

/** Whether JSON gives back exactly this. Everything else needs Cap'n Web: dates, bytes, big numbers, functions. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isPlain(value[index], depth + 1)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value) return false;
  for (const key of Object.keys(value)) {
    if (key === "__proto__" || !isPlain((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** Neither end sends what the other would not take. */
function limitsOf({ limits: { message } }: LinkInit): TransportLimits {
  return { message, sent: message };
}

/** Results that are no plain data, until the caller takes them over Cap'n Web. */
class Results extends RpcTarget {
  readonly #kept = new Map<number, unknown>();

  keep(id: number, value: unknown): void {
    this.#kept.set(id, value);
  }

  take(id: number): unknown {
    const value = this.#kept.get(id);
    this.#kept.delete(id);
    return value;
  }
}

/** What a realm counts of the calls that come to it over direct links, closed ones included. */
export interface LinkCounts {
  /** Calls that have not ended. */
  calls: number;
  /** Calls that have come. */
  served: number;
}

/** What the end that has the service works with. */
export interface Serving {
  /** The service. */
  readonly methods: Methods;
  /** What is counted. */
  readonly counts: LinkCounts;
  /** Told once that there are too many calls, until all have ended. */
  exceeded(message: string): void;
}

/** The end that has the service. */
export class ServingEnd {
  readonly #serving: Serving;
  readonly #init: LinkInit;
  readonly #transport: PortTransport;
  #inProgress = 0;
  #told = false;
  #results: Results | undefined;

  /** Serves from now on, and counts the calls. Owns the port. */
  constructor(port: MessagePort, serving: Serving, init: LinkInit) {
    this.#serving = serving;
    this.#init = init;
    this.#transport = new PortTransport(port, {
      fault: () => {},
      notice: (notice) => void this.#serve(notice as LinkNotice),
    }, limitsOf(init));
  }

  /** No more calls. Safe to call twice. */
  close(): void {
    this.#transport.close(new Error("the host has closed the link"));
  }

  async #serve([kind, id, method, args]: LinkNotice): Promise<void> {
    if (kind !== "call" || !Array.isArray(args) || !isPlain(args)) return this.close();
    const answer = await this.#run(id, String(method), args);
    try {
      this.#transport.notify(answer);
    } catch {
      // The link is closed, or the answer is too long for it; the caller has a deadline.
    }
  }

  async #run(id: number, method: string, args: unknown[]): Promise<LinkNotice> {
    const { limits: { calls }, service } = this.#init;
    const { methods, counts, exceeded } = this.#serving;
    if (!Object.hasOwn(methods, method)) return ["failed", id, `service "${service}" has no method "${method}"`];
    if (this.#inProgress >= calls) {
      const message = `${calls} calls of "${service}" are in progress already`;
      if (!this.#told) exceeded(message);
      this.#told = true;
      return ["failed", id, message];
    }
    this.#inProgress++;
    counts.calls++;
    counts.served++;
    try {
      const result = await methods[method]?.(...args);
      if (result === undefined) return ["done", id];
      return isPlain(result) ? ["done", id, result] : this.#keep(id, result);
    } catch (error) {
      return ["failed", id, error instanceof Error ? error.message : describeThrown(error)];
    } finally {
      if (--this.#inProgress === 0) this.#told = false;
      counts.calls--;
    }
  }

  #keep(id: number, result: unknown): LinkNotice {
    if (this.#results === undefined) {
      this.#results = new Results();
      new RpcSession(this.#transport, this.#results);
    }
    this.#results.keep(id, result);
    return ["kept", id];
  }
}

/** A call that has not ended. */
interface Pending extends PromiseWithResolvers<unknown> {
  readonly due: number;
  readonly method: string;
}

/** The end that calls. */
export class CallingEnd {
  readonly #init: LinkInit;
  readonly #transport: PortTransport;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #main: RpcStub<Results> | undefined;
  #closed = false;
  #told = false;
  readonly #late: (message: string) => void;

  /**
   * Calls can be made from now on. Owns the port.
   *
   * @param late told once that a call has no answer in time, until none waits
   */
  constructor(port: MessagePort, init: LinkInit, late: (message: string) => void) {
    this.#init = init;
    this.#late = late;
    this.#transport = new PortTransport(port, {
      fault: (reason) => this.#end(reason),
      notice: (notice) => this.#settle(notice as LinkNotice),
    }, limitsOf(init));
  }

  /** Whether calls can be made; otherwise they go through the host. */
  get open(): boolean {
    return !this.#closed;
  }

  /** Calls a method; the arguments are plain data. */
  call(method: string, args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#last;
    const pending = { ...Promise.withResolvers<unknown>(), due: Date.now() + this.#init.limits.call, method };
    this.#transport.notify(["call", id, method, args] satisfies LinkNotice);
    if (this.#pending.size === 0) this.#told = false;
    this.#pending.set(id, pending);
    this.#timer ??= setTimeout(() => this.#expire(), this.#init.limits.call);
    return pending.promise;
  }

  /** No more calls; those that wait fail. Safe to call twice. */
  close(): void {
    const reason = new Error(`the link to service "${this.#init.service}" was closed`);
    this.#transport.close(reason);
    this.#end(reason);
  }

  #settle([kind, id, value]: LinkNotice): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    if (kind === "done" && (value === undefined || isPlain(value))) return pending.resolve(value);
    if (kind === "done") return pending.reject(new Error("an answer that is no plain data"));
    if (kind === "failed") return pending.reject(new Error(String(value)));
    this.#main ??= new RpcSession<Results>(this.#transport).getRemoteMain() as unknown as RpcStub<Results>;
    pending.resolve(Promise.resolve(this.#main.take(id)).then(inward));
  }

  #end(reason: Error): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  /** Calls have one deadline, so the oldest is the first that is late. */
  #expire(): void {
    this.#timer = undefined;
    const now = Date.now();
    for (const [id, { due, method, reject }] of this.#pending) {
      if (due > now) {
        this.#timer = setTimeout(() => this.#expire(), due - now);
        return;
      }
      this.#pending.delete(id);
      const { module, service, limits } = this.#init;
      const message = `${module}: ${service}.${method}: no answer within ${limits.call / 1000} s`;
      if (!this.#told) this.#late(message);
      this.#told = true;
      reject(new Error(message));
    }
  }
}

/** What the modules of a realm share when they call directly: to be locked. */
export const LINK_CLASSES: readonly object[] = [ServingEnd, CallingEnd, Results];
