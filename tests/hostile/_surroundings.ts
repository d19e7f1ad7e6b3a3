/** What stands around a host that hostile modules run in: secrets, servers and places where nothing may appear. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { join } from "@std/path";

/** What must not be found in anything that the host writes. */
export const SECRETS = ["TXT-SECRET", "JSON-SECRET", "JS-SECRET", "ENV-SECRET"] as const;

/** Makes the surroundings in a new directory; disposing removes them. */
export class Surroundings implements AsyncDisposable {
  readonly directory: string;
  /** What every technique is told: `report.ctx`. */
  readonly context: Readonly<Record<string, unknown>>;
  #contacts = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #udp: Socket;
  readonly #unix: Deno.UnixListener;

  private constructor(directory: string, udp: Socket) {
    this.directory = directory;
    const contact = () => void this.#contacts++;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      contact();
      return new Response("NET-SECRET");
    });
    this.#udp = udp;
    udp.on("message", contact);
    const unix = join(directory, "outside/unix");
    this.#unix = Deno.listen({ transport: "unix", path: unix });
    void this.#unix.accept().then(contact, () => {});
    const outside = join(directory, "outside");
    this.context = {
      secretTxt: join(outside, "secret.txt"),
      secretJson: join(outside, "secret.json"),
      secretJs: join(outside, "secret.js"),
      canary: join(outside, "canary"),
      db: join(outside, "secret.db"),
      fix: outside,
      dir: join(directory, "modules"),
      dropDir: join(directory, "drop"),
      granted: join(directory, "granted"),
      linked: join(directory, "linked"),
      httpPort: this.#server.addr.port,
      udpPort: udp.address().port,
      unix,
    };
  }

  /** Fills a new temporary directory. */
  static async create(): Promise<Surroundings> {
    const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-hostile-" }));
    for (const name of ["modules", "outside", "drop", "granted", "linked", "etc"]) {
      await Deno.mkdir(join(directory, name));
    }
    const files = {
      "outside/secret.txt": "TXT-SECRET of the operator",
      "outside/secret.json": '{"secret":"JSON-SECRET"}',
      "outside/secret.js": 'export const secret = "JS-SECRET";',
      "outside/package.json": '{"name":"JSON-SECRET"}',
      "outside/canary": "alive",
      "granted/file.txt": "what was granted",
    };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(directory, name), text);
    const links = { "link.txt": "secret.txt", "link.json": "secret.json", linkdir: "." };
    for (const [link, target] of Object.entries(links)) {
      for (const place of ["modules", "linked"]) {
        await Deno.symlink(join(directory, "outside", target), join(directory, place, link));
      }
    }
    const udp = createSocket("udp4");
    udp.bind(0, "127.0.0.1");
    await once(udp, "listening");
    return new Surroundings(directory, udp);
  }

  /** What has happened that must not. */
  async damage(): Promise<string[]> {
    const found = [...Deno.readDirSync(join(this.directory, "drop"))].map(({ name }) => `drop/${name} was made`);
    if (this.#contacts > 0) found.push(`${this.#contacts} contacts with servers`);
    const canary = await Deno.readTextFile(join(this.directory, "outside/canary")).catch(() => "gone");
    if (canary !== "alive") found.push(`the canary is ${canary}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#udp.close();
    this.#unix.close();
    await this.#server.shutdown();
    await Deno.remove(this.directory, { recursive: true });
  }
}
