/**
 * Two Workers without anything around them and a port between them: what calls between realms are compared with.
 *
 * @module
 */

/** A Worker that can be given orders, one at a time. */
class Ordered {
  readonly worker = new Worker(new URL("./workers/pair.ts", import.meta.url), { type: "module" });

  order(order: object, transfer: Transferable[] = []): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.worker.onmessage = ({ data }) => resolve(data);
    this.worker.postMessage(order, transfer);
    return promise;
  }
}

/** The two. */
export class BarePair implements Disposable {
  readonly #asking = new Ordered();
  readonly #answering = new Ordered();

  /** Connects them. */
  async connect(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    await this.#answering.order({ port: port1 }, [port1]);
    await this.#asking.order({ port: port2, text: "asks" }, [port2]);
  }

  /** Has one ask the other; microseconds of one answer. */
  async measure(order: { calls: number; atOnce: number; text: string }): Promise<number> {
    return await this.#asking.order(order) as number;
  }

  /** Ends both. */
  [Symbol.dispose](): void {
    this.#asking.worker.terminate();
    this.#answering.worker.terminate();
  }
}
