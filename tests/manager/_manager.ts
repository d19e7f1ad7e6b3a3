/** A program with the manager interface, and a client that sees every byte. */
import { assert, assertEquals } from "@std/assert";
import { launch } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, type Stage, stage } from "../support/stage.ts";

/** How a program is started. */
export interface ManagerOptions {
  /** Lines of `[general]` in manager.conf. */
  readonly general?: string;
  /** Sections of users. */
  readonly users?: string;
  /** Test modules: members of their definition, `load` among them. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Sections of their manifests. */
  readonly manifest?: Readonly<Record<string, string>>;
  /** Lines of modules.conf under `[modules]`. */
  readonly load?: string;
  /** Lines of modules.conf under `[permissions]`. */
  readonly permissions?: string;
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A user who may everything. */
export const LAB = "[lab]\nsecret = lab\nread = all\nwrite = all\n";

const PERMISSIONS = "manager = net=127.0.0.1\nmanager = host=modules,command,loader,status,events,config,manager\n";

/** A running program that listens. */
export class Managed implements AsyncDisposable {
  readonly session: Session;
  readonly port: number;
  readonly directory: string;
  readonly #stage: Stage;
  readonly #clients: Client[] = [];

  constructor(session: Session, port: number, staged: Stage) {
    this.session = session;
    this.port = port;
    this.directory = staged.directory;
    this.#stage = staged;
  }

  /** Another client, greeted. */
  async connect(): Promise<Client> {
    const client = new Client(await Deno.connect({ hostname: "127.0.0.1", port: this.port }));
    this.#clients.push(client);
    return client;
  }

  /** Another client, logged in. */
  async login(user = "lab", more = ""): Promise<Client> {
    const client = await this.connect();
    await client.until(/Asterisk Call Manager\/12\.0\.0\r\n/);
    const answer = await client.ask(`Action: Login\nUsername: ${user}\nSecret: ${user}\n${more}`);
    assert(answer.startsWith("Response: Success\n"), answer);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.session[Symbol.asyncDispose]();
    await this.#stage[Symbol.asyncDispose]();
  }
}

/** Starts the compiled program with the manager on a port that the system chooses. */
export async function startManager(options: ManagerOptions = {}): Promise<Managed> {
  const { general = "", users = LAB, modules = {}, manifest = {}, load = "", permissions = "", files = {} } = options;
  const staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": `[modules]\nload = manager\n${load}\n[permissions]\n${PERMISSIONS}${permissions}\n`,
      "manager.conf": `[general]\nenabled = yes\nport = 0\n${general}\n${users}`,
      ...Object.fromEntries(
        Object.entries(modules).flatMap(([name, members]) => [
          [`${name}.js`, moduleText(name, members)],
          [`${name}.manifest`, manifestText(name, manifest[name] ?? "")],
        ]),
      ),
      ...files,
    },
  });
  const program = launch("binary", staged.directory);
  const session = Session.start({ ...program, args: [...program.args, "-C", "asterism.conf", "-vvv"] }, {
    cwd: staged.directory,
  });
  try {
    const bound = await session.waitFor(/Call Manager bound to 127\.0\.0\.1:\d+\n/);
    await session.waitFor(/Asterism Ready\.\n/);
    return new Managed(session, Number(/:(\d+)\n/.exec(bound)?.[1]), staged);
  } catch (error) {
    await session[Symbol.asyncDispose]();
    await staged[Symbol.asyncDispose]();
    throw error;
  }
}

function manifestText(name: string, sections: string): string {
  return `[module]\nname = ${name}\nchecksum = {{sha256:${name}.js}}\ndescription = Test module ${name}\n` +
    `license = MIT\nsupport_level = core\n${sections}`;
}

function moduleText(name: string, members: string): string {
  return `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "Test module ${name}", ${members} });
`;
}

/** Longest wait of a client. */
const DEADLINE_MS = 20_000;

let pings = 0;

/** A connection. What comes in is text with `\n` as line end. */
export class Client {
  readonly #connection: Deno.TcpConn;
  readonly #decoder = new TextDecoder();
  #text = "";
  #ended = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Sends text; lines end as the protocol has it. */
  async send(text: string): Promise<void> {
    await this.sendBytes(new TextEncoder().encode(text.replaceAll("\n", "\r\n")));
  }

  /** Sends bytes. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** Sends a message and gives everything that comes up to the end of its handling. */
  async ask(message: string): Promise<string> {
    const id = `marker ${++pings}`;
    await this.send(`${message.trimEnd()}\n\nAction: Ping\nActionID: ${id}\n\n`);
    const text = await this.until(new RegExp(`Response: (?:Success|Error)\r\nActionID: ${id}\r\n(?:.+\r\n)+\r\n`));
    return text.slice(0, text.lastIndexOf("Response: ")).replaceAll("\r\n", "\n");
  }

  /** Waits for text that matches and gives all up to its end. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) {
        const end = match.index + match[0].length;
        const taken = this.#text.slice(0, end);
        this.#text = this.#text.slice(end);
        return taken;
      }
      if (!await this.#read()) throw new Error(`The connection ended without ${pattern}; there was\n${this.#text}`);
    }
  }

  /** Waits for the end of the connection and gives what came before it. */
  async end(): Promise<string> {
    while (await this.#read());
    return this.#text.replaceAll("\r\n", "\n");
  }

  /** Ends the connection. Safe to call twice. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#connection.close();
    } catch {
      // It broke.
    }
  }

  async #read(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error(`Nothing came within ${DEADLINE_MS} ms; there was\n${this.#text}`));
    }, DEADLINE_MS);
    try {
      const length = await Promise.race([this.#connection.read(buffer).catch(() => null), late]);
      if (length === null) return false;
      this.#text += this.#decoder.decode(buffer.subarray(0, length), { stream: true });
      return true;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Checks an answer, trailing blank lines aside. */
export function assertAnswer(actual: string, expected: string): void {
  assertEquals(actual.trimEnd(), expected.trimEnd());
}
