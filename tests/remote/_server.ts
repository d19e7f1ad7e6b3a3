/** A control server on a unix socket of its own, and clients that speak raw bytes. */
import { Interpreter } from "../../src/console/mod.ts";
import { Logger, MemorySink } from "../../src/log/mod.ts";
import { type CommandRun, CORE, Registry } from "../../src/registry/mod.ts";
import { ControlServer, listenUnix } from "../../src/remote/mod.ts";

/** A command for a test. */
export type TestCommand = (run: CommandRun) => void | Promise<void>;

/** A server under test. Disposing it closes everything and removes its directory. */
export interface TestServer extends AsyncDisposable {
  readonly path: string;
  readonly server: ControlServer;
  readonly log: Logger;
  readonly sink: MemorySink;
  readonly interpreter: Interpreter;
}

/** What commands a server has by default. */
const COMMANDS: Readonly<Record<string, TestCommand>> = {
  "core ping": ({ print }) => print("Pong\n"),
  "echo": ({ args, print }) => print(`${args.join(" ")}\n`),
  "fill": ({ args, print }) => print(`${"x".repeat(Number(args[0]))}\n`),
  "logger mute": ({ session }) => void (session.muted = !session.muted),
  "core set verbose": ({ args, session }) => void (session.verbosity = Number(args[0])),
};

/** Starts a server. */
export async function serve(commands: Readonly<Record<string, TestCommand>> = {}): Promise<TestServer> {
  const directory = await Deno.makeTempDir({ prefix: "asterism-ctl-" });
  const path = `${directory}/asterism.ctl`;
  const registry = new Registry();
  for (const [command, run] of Object.entries({ ...COMMANDS, ...commands })) {
    const value = {
      command,
      summary: "",
      usage: command,
      run: async (given: CommandRun) => {
        await run(given);
        return "success" as const;
      },
    };
    registry.commands.add({ name: command, owner: CORE, value, priority: 0 });
  }
  const sink = new MemorySink();
  const log = new Logger([sink]);
  const interpreter = new Interpreter(registry.commands, { logOf: () => log });
  const listener = listenUnix(path, {}, (message) => log.warning(message));
  const identity = { hostname: "vm", pid: 1, version: "0.1.0", own: true };
  const server = new ControlServer({ listener, interpreter, log, identity, format: () => ({ pid: 1 }) });
  return {
    path,
    server,
    log,
    sink,
    interpreter,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Longest wait for an answer. */
const DEADLINE_MS = 20_000;

/** A client that sends and reads bytes. */
export class RawClient implements AsyncDisposable {
  readonly #connection: Deno.UnixConn;
  readonly #reading: Promise<void>;
  /** Everything received, a character per byte. */
  received = "";
  #taken = 0;
  #closed = false;
  #news = Promise.withResolvers<void>();

  private constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
    this.#reading = this.#read();
  }

  /** Connects. */
  static async connect(path: string): Promise<RawClient> {
    return new RawClient(await Deno.connect({ transport: "unix", path }));
  }

  /** Sends bytes in one write, or as many as it takes. */
  async send(data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let done = 0; done < bytes.length;) done += await this.#connection.write(bytes.subarray(done));
  }

  /** Waits for a text behind what was taken before, and takes everything up to its end. */
  async until(text: string): Promise<string> {
    for (;;) {
      const place = this.received.indexOf(text, this.#taken);
      if (place >= 0) {
        const taken = this.received.slice(this.#taken, place + text.length);
        this.#taken = place + text.length;
        return taken;
      }
      if (this.#closed) throw new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(this.received)}`);
      await this.#wait(`no ${JSON.stringify(text)}`);
    }
  }

  /** Waits until the server has closed, and takes the rest. */
  async end(): Promise<string> {
    while (!this.#closed) await this.#wait("no end");
    const taken = this.received.slice(this.#taken);
    this.#taken = this.received.length;
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
    await this.#reading;
  }

  async #wait(what: string): Promise<void> {
    let timer: number | undefined;
    const late = new Promise<never>((_, reject) => {
      const fail = () =>
        reject(new Error(`${what} within ${DEADLINE_MS} ms: ${JSON.stringify(this.received.slice(-2000))}`));
      timer = setTimeout(fail, DEADLINE_MS);
    });
    try {
      await Promise.race([this.#news.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (let n = await this.#connection.read(buffer); n !== null; n = await this.#connection.read(buffer)) {
        this.received += [...buffer.subarray(0, n)].map((byte) => String.fromCharCode(byte)).join("");
        this.#tell();
      }
    } catch {
      // Closed by us.
    }
    this.#closed = true;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
