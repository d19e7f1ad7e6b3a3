/**
 * What anybody who can connect may do to the program: open connections without end and say nothing, or half of something.
 * The program has a thousand descriptors, as most have, and must go on to start realms, to answer and to end.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { launch } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { BOUNDS } from "./_measure.ts";
import { typeCommand } from "./_prober.ts";
import { controlPath, Watch } from "./_watch.ts";

/** Connections that one attacker opens. */
const CONNECTIONS = 1500;

interface Door {
  readonly name: string;
  /** The module, and what modules.conf grants it of what it asks for. */
  readonly module: string;
  readonly grants: readonly string[];
  /** Its configuration. */
  readonly files: Readonly<Record<string, string>>;
  /** Where it listens. */
  readonly port: number;
  /** Most connections that may be open at the same time. */
  readonly most: number;
  /** What is sent over each connection. */
  readonly half: string;
}

const DOORS: readonly Door[] = [
  {
    name: "half requests of HTTP",
    module: "res_http",
    grants: ["net=127.0.0.1:{port}", "host=modules,status,events,log"],
    files: { "http.conf": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {port}\npage = yes\n" },
    port: 28_088,
    most: 400,
    half: "GET /health HTTP/1.1\r\nHost: loc",
  },
  {
    name: "clients of the manager interface that never log in",
    module: "manager",
    grants: ["net=127.0.0.1:{port}", "host=modules,command,loader,status,events,config,manager"],
    files: { "manager.conf": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {port}\n" },
    port: 25_038,
    most: 100,
    half: "Action: Login\r\nUsern",
  },
  {
    name: "callers that say nothing",
    module: "chan_line",
    grants: [
      "net=127.0.0.1:{port}",
      "read=${astrundir}/line.sock",
      "write=${astrundir}/line.sock",
      "host=use:dialplan",
    ],
    files: {
      "chan_line.conf": "[general]\nbindaddr = 127.0.0.1\nbindport = {port}\nmaxsessions = 20\n",
    },
    port: 24_573,
    most: 20,
    half: "",
  },
];

const SPARE = `[module]\nname = spare\ndescription = Module spare\nlicense = MIT\n`;

for (const door of DOORS) {
  Deno.test(`the program withstands 1 500 connections: ${door.name}`, async () => {
    const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-doors-" }));
    try {
      await withstand(door, directory);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

async function withstand(door: Door, directory: string): Promise<void> {
  await install(door, directory);
  const { command, args, env } = launch("binary", directory);
  // A shell, for the limit of descriptors.
  const words = ["-c", 'ulimit -n 1024; exec "$@"', "sh", command, ...args, "-C", join(directory, "asterism.conf")];
  await using session = Session.start({ command: "/bin/sh", args: words, env }, { cwd: directory });
  await session.waitFor(/Asterism Ready/);
  using watch = await Watch.start(session, directory, 1500);
  const path = controlPath(directory);
  using crowd = await connectMany(door);
  assert(crowd.connected > 0, `nobody listens there: ${session.written.stdout}${session.written.stderr}`);
  // What has not been let in is closed; what was let in may be.
  for (let round = 0; round < 3; round++) {
    assertStringIncludes((await typeCommand(path, "module load spare")).output, "Loaded spare");
    assertStringIncludes((await typeCommand(path, "module unload spare")).output, "Unloaded spare");
  }
  await crowd.settled;
  assert(crowd.open <= door.most, `${crowd.open} of ${CONNECTIONS} connections are open`);
  assertEquals(await watch.end(BOUNDS.end), 0);
  const { answer, growth } = watch.measures;
  assert(answer < BOUNDS.answer, `an answer took ${answer} ms`);
  assert(growth < BOUNDS.growth, `memory grew by ${growth} MB`);
}

async function install({ module, grants, files, port }: Door, directory: string): Promise<void> {
  for (const name of ["etc", "modules"]) await Deno.mkdir(join(directory, name));
  const write = (name: string, text: string) => Deno.writeTextFile(join(directory, name), text);
  const places = { astetcdir: "etc", astmoddir: "modules", astdatadir: ".", astrundir: ".", astlogdir: "." };
  const lines = Object.entries(places).map(([name, place]) => `${name} => ${place}`);
  await write("asterism.conf", `[directories]\n${lines.join("\n")}\n`);
  const granted = grants.map((grant) => `${module} = ${grant.replace("{port}", String(port))}\n`).join("");
  await write(
    "etc/modules.conf",
    `[modules]\nload = ${module}\n[realms]\nspare = dedicated\n[permissions]\n${granted}`,
  );
  for (const [name, text] of Object.entries(files)) await write(`etc/${name}`, text.replace("{port}", String(port)));
  const text = `import { defineModule } from "asterism";
export default defineModule({ license: "MIT", description: "Module spare", load: () => 0 });\n`;
  const { checksumOf } = await import("../../src/manifest/mod.ts");
  await write("modules/spare.js", text);
  await write("modules/spare.manifest", `${SPARE}checksum = ${checksumOf(new TextEncoder().encode(text))}\n`);
}

/** Connections of an attacker. */
interface Crowd extends Disposable {
  readonly connected: number;
  /** How many have not been closed by the other side. */
  readonly open: number;
  /** Fulfilled when the other side has closed all that it wants to close at once. */
  readonly settled: Promise<void>;
}

async function connectMany({ port, half }: Door): Promise<Crowd> {
  const all: Deno.Conn[] = [];
  let open = 0;
  let changed = performance.now();
  for (let n = 0; n < CONNECTIONS; n++) {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
    if (connection === undefined) break;
    all.push(connection);
    open++;
    void watchEnd(connection, half).then(() => {
      open--;
      changed = performance.now();
    });
  }
  return {
    connected: all.length,
    get open() {
      return open;
    },
    get settled() {
      return (async () => {
        while (performance.now() - changed < 500) await new Promise((resolve) => setTimeout(resolve, 50));
      })();
    },
    [Symbol.dispose]: () => all.forEach((one) => close(one)),
  };
}

/** Sends half of something and waits until the other side has had enough. */
async function watchEnd(connection: Deno.Conn, half: string): Promise<void> {
  const buffer = new Uint8Array(1024);
  try {
    await connection.write(new TextEncoder().encode(half));
    while (await connection.read(buffer) !== null);
  } catch {
    // Closed by either side.
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
