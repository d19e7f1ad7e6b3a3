/** Measures from outside whether a host answers: a console of its own asks one thing after the other, as long as it goes on. */
import { connectUnix, RemoteClient } from "../../src/remote/mod.ts";

/** Milliseconds between an answer and the next question, unless it is said otherwise. */
const PAUSE_MS = 20;

/** What every host answers at once, and how the answer ends. */
const QUESTION = "core show uptime";
const ANSWER_REGEXP = /Last reload: .*\n/;

/** A console that asks without end. Disposing it ends the connection. */
export class Prober implements Disposable {
  #client: RemoteClient | undefined;
  #closed = false;
  /** When the answer that it waits for was asked for. */
  #asked: number | undefined;
  #longest = 0;
  #answers = 0;

  readonly #pause: number;

  private constructor(pause: number) {
    this.#pause = pause;
  }

  /** Connects to the control socket of a host and begins to ask, with so many milliseconds between the questions. */
  static async start(path: string, pause: number = PAUSE_MS): Promise<Prober> {
    const prober = new Prober(pause);
    prober.#client = await RemoteClient.greet(await connectUnix(path));
    void prober.#run(prober.#client);
    return prober;
  }

  /** The longest wait for an answer so far, in milliseconds; the present one counts. */
  get longest(): number {
    return Math.max(this.#longest, this.#asked === undefined ? 0 : performance.now() - this.#asked);
  }

  /** How many answers came. */
  get answers(): number {
    return this.#answers;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#client?.close();
  }

  async #run(client: RemoteClient): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    const ask = async () => {
      this.#asked = performance.now();
      await client.send(QUESTION).catch(() => {});
    };
    await ask();
    for await (const chunk of client.chunks()) {
      text += decoder.decode(chunk, { stream: true });
      if (!ANSWER_REGEXP.test(text)) continue;
      this.#longest = this.longest;
      this.#answers++;
      this.#asked = undefined;
      text = "";
      await new Promise((resolve) => setTimeout(resolve, this.#pause));
      if (this.#closed) return;
      await ask();
    }
    // A host that ends waits for nobody.
    this.#asked = undefined;
  }
}

/** Runs a command on a console of its own. Gives what it answered, and after how many milliseconds. */
export async function typeCommand(path: string, command: string): Promise<{ output: string; took: number }> {
  const client = await RemoteClient.greet(await connectUnix(path));
  const began = performance.now();
  let output = "";
  try {
    await client.send(`cli quit after ${command}`);
    for await (const chunk of client.chunks()) output += new TextDecoder().decode(chunk);
  } finally {
    client.close();
  }
  return { output, took: performance.now() - began };
}
