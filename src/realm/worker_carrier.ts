import { HostError, messageOf } from "../fault/mod.ts";
import { DENO_KINDS, type DenoKind, type PermissionSet, workerPermissions } from "../permission/mod.ts";
import type { Carrier, CarrierInit } from "./carrier.ts";
import { type LinkInit, type RealmInit, realmName } from "./wire.ts";

/** Options of {@linkcode WorkerCarrier}. */
export interface WorkerCarrierOptions {
  /** The kinds of permission whose members of the runtime stay within reach of modules. @default those of its permissions */
  readonly kinds?: readonly DenoKind[] | undefined;
  /** Bytes of its heap; 0: as many as there are. @default {0} */
  readonly heap?: number | undefined;
}

/** A Worker of this process. With a limit of heap it has another one inside, for only such a one can be held to it. */
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
  readonly #heap: number;
  readonly #place = new Int32Array(new SharedArrayBuffer(4));

  /**
   * Starts the Worker.
   *
   * @param label its name, for messages
   * @throws {HostError} with code `permission` when the program itself lacks what the Worker is to have; with code
   *   `config` when it cannot be held to a limit of heap
   */
  constructor(
    label: string,
    permissions: PermissionSet,
    { kinds = kindsOf(permissions), heap = 0 }: WorkerCarrierOptions = {},
  ) {
    this.#heap = heap;
    if (heap > 0) checkHeapLimit();
    const name = realmName(label, kinds);
    const options = { type: "module", name, deno: { permissions: workerPermissions(permissions) } };
    const entry = import.meta.resolve(heap > 0 ? "asterism/limited" : "asterism/guest");
    try {
      this.#worker = new Worker(entry, options as unknown as WorkerOptions);
    } catch (error) {
      throw new HostError("permission", `Cannot start realm ${label}: ${messageOf(error)}`, { cause: error });
    }
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#broken(`an error reached its top: ${event.message}`);
    };
    // Around a Worker that is held to a heap is one that runs no module: what it says is the reason.
    this.#worker.onmessage = ({ data }) =>
      this.#broken(heap > 0 ? String(data) : "it sent a message outside its private channel");
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
    const limits = { ...init.limits, heap: this.#heap };
    this.#worker.postMessage({ ...init, limits, place: this.#place } satisfies RealmInit, [this.#guestPort]);
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

/** A Worker inside another loads its code with the other's permissions, which only what is embedded does not need. */
function checkHeapLimit(): void {
  if (Deno.build.standalone) return;
  throw new HostError(
    "config",
    "[limits] holds it to a heap, which only the compiled program can do: give it a process realm with memory, or no heap",
  );
}

function kindsOf(permissions: PermissionSet): DenoKind[] {
  return DENO_KINDS.filter((kind) => permissions[kind].length > 0);
}
