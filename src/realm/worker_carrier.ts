import { HostError, messageOf } from "../fault/mod.ts";
import { DENO_KINDS, type DenoKind, type PermissionSet, workerPermissions } from "../permission/mod.ts";
import type { Carrier, CarrierInit } from "./carrier.ts";
import { type LinkInit, type RealmInit, realmName } from "./wire.ts";

/** A Worker of this process. */
export class WorkerCarrier implements Carrier {
  readonly port: MessagePort;
  /** The Worker's thread may still be busy, for the runtime does not say when it ends. */
  readonly gone: Promise<void>;
  readonly #leave: () => void;
  readonly #worker: Worker;
  readonly #guestPort: MessagePort;
  #fault: (what: string) => void = () => {};
  #sound = true;
  #begun = false;
  readonly #place = new Int32Array(new SharedArrayBuffer(4));

  /**
   * Starts the Worker.
   *
   * @param label its name, for messages
   * @param kinds those whose members of the runtime stay within reach of modules
   * @throws {HostError} with code `permission` when the program itself lacks what the Worker is to have
   */
  constructor(label: string, permissions: PermissionSet, kinds: readonly DenoKind[] = kindsOf(permissions)) {
    const name = realmName(label, kinds);
    const options = { type: "module", name, deno: { permissions: workerPermissions(permissions) } };
    try {
      this.#worker = new Worker(import.meta.resolve("asterism/guest"), options as unknown as WorkerOptions);
    } catch (error) {
      throw new HostError("permission", `Cannot start realm ${label}: ${messageOf(error)}`, { cause: error });
    }
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#broken(`an error reached its top: ${event.message}`);
    };
    this.#worker.onmessage = () => this.#broken("it sent a message outside its private channel");
    this.#worker.onmessageerror = () => this.#broken("it sent a message that cannot be read");
    ({ promise: this.gone, resolve: this.#leave } = Promise.withResolvers<void>());
    ({ port1: this.port, port2: this.#guestPort } = new MessageChannel());
  }

  /** Whether nothing has gone wrong with it yet. */
  get sound(): boolean {
    return this.#sound;
  }

  begin(init: CarrierInit, fault: (what: string) => void): void {
    this.#fault = fault;
    this.#begun = true;
    this.#worker.postMessage({ ...init, place: this.#place } satisfies RealmInit, [this.#guestPort]);
  }

  handOver(init: LinkInit, port: MessagePort): void {
    this.port.postMessage(init, [port]);
  }

  place(): Promise<number> {
    return Promise.resolve(Atomics.load(this.#place, 0));
  }

  resetPlace(): void {
    Atomics.store(this.#place, 0, 0);
  }

  end(): void {
    this.#worker.terminate();
    this.port.close();
    if (!this.#begun) this.#guestPort.close();
    this.#leave();
  }

  #broken(what: string): void {
    this.#sound = false;
    this.#fault(what);
  }
}

function kindsOf(permissions: PermissionSet): DenoKind[] {
  return DENO_KINDS.filter((kind) => permissions[kind].length > 0);
}
