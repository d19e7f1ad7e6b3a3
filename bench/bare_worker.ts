/**
 * A Worker without anything around it, asked by messages: what realms are compared with.
 *
 * @module
 */

/** Answers come in the order of the questions. */
export class BareWorker implements Disposable {
  readonly #worker: Worker;
  readonly #waiting: ((answer: unknown) => void)[] = [];

  /** Starts `workers/<name>.ts`. */
  constructor(name: "echo" | "import") {
    this.#worker = new Worker(new URL(`./workers/${name}.ts`, import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#waiting.shift()?.(data);
  }

  /** Sends a message and waits for what comes back. */
  ask(message: string): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(message);
    });
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
