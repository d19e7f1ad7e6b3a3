// deno-lint-ignore-file no-unused-vars -- its text becomes a part of a module
/**
 * Recipes of a realm that was granted something of each kind: `GRANTED` has the directory, the library of C and the
 * program that are within its reach, and a certificate. What `deno` is asked for is noted: nothing that it has may be left
 * out.
 */
const asked = new Set();
const deno = new Proxy({}, {
  get(_, name) {
    asked.add(name);
    return Deno[name];
  },
});

const LOCAL = { hostname: "127.0.0.1" };
const file = () => `${GRANTED.directory}/file.txt`;
let created = 0;
const fresh = () => `${GRANTED.directory}/created-${++created}`;

/** Both ends of a connection, and the listener. */
async function connected(
  { listen = (options) => deno.listen(options), connect = (options) => deno.connect(options) } = {},
) {
  const listener = listen({ ...LOCAL, port: 0 });
  const [there, here] = await Promise.all([connect({ ...LOCAL, port: listener.addr.port }), listener.accept()]);
  return { listener, there, here };
}

/** Certificates of its own. */
const TLS = {
  listen: (options) => deno.listenTls({ ...options, cert: GRANTED.certificate, key: GRANTED.key }),
  connect: (options) => deno.connectTls({ ...options, caCerts: [GRANTED.certificate] }),
};

async function overTls() {
  const all = await connected(TLS);
  await Promise.all([all.there.handshake(), all.here.handshake()]);
  return all;
}

/** What a server hands its handler, and what a request to it brings. */
async function served(ask = (port) => fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "x" })) {
  const { promise, resolve } = Promise.withResolvers();
  const server = deno.serve({ ...LOCAL, port: 0, onListen: () => {} }, (request, information) => {
    if (request.headers.get("upgrade") !== null) {
      const { socket, response } = deno.upgradeWebSocket(request);
      resolve({ request, information, socket });
      return response;
    }
    resolve({ request, information });
    return new Response("x");
  });
  const answer = await ask(server.addr.port);
  return { server, answer, ...await promise };
}

const command = () =>
  new deno.Command(GRANTED.program, { args: ["x"], stdin: "piped", stdout: "piped", stderr: "piped" });

const GRANTED_RECIPES = {
  connection: () => connected(),
  "streams of a connection": async () => {
    const { here, there } = await connected();
    return [here.readable, here.writable, there.readable];
  },
  "connection over TLS": overTls,
  "connection that becomes one over TLS": async () => {
    const listener = deno.listenTls({ ...LOCAL, port: 0, cert: GRANTED.certificate, key: GRANTED.key });
    void listener.accept().then((conn) => conn.handshake()).catch(() => {});
    const plain = await deno.connect({ ...LOCAL, port: listener.addr.port });
    return deno.startTls(plain, { hostname: "127.0.0.1", caCerts: [GRANTED.certificate] });
  },
  "connection over a socket of Unix": async () => {
    const path = fresh();
    const listener = deno.listen({ transport: "unix", path });
    const [there, here] = await Promise.all([deno.connect({ transport: "unix", path }), listener.accept()]);
    return { listener, there, here };
  },
  "iterator of connections": () => deno.listen({ ...LOCAL, port: 0 })[Symbol.asyncIterator](),
  datagrams: () => outcome(() => deno.listenDatagram({ ...LOCAL, port: 0, transport: "udp" })),
  server: () => served(),
  "socket of the web": () =>
    served((port) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
        socket.onopen = () => resolve(socket);
        socket.onerror = reject;
      })
    ),
  "source of events": () => new EventSource("http://127.0.0.1:9/"),
  client: () => outcome(() => deno.createHttpClient({ caCerts: [GRANTED.certificate] })),
  names: () => outcome(() => deno.resolveDns("localhost", "A")),
  "class of clients": () => deno.HttpClient,
  "file that is open": () => deno.open(file(), { read: true, write: true }),
  "file that is open, at once": () => deno.openSync(file()),
  "streams of a file": async () => {
    const open = await deno.open(file(), { read: true, write: true });
    return [open.readable, open.writable];
  },
  "what a file is": () => deno.stat(file()),
  directory: () => deno.readDir(GRANTED.directory),
  "iterator of a directory": () => deno.readDir(GRANTED.directory)[Symbol.asyncIterator](),
  "directory, at once": () => deno.readDirSync(GRANTED.directory),
  watcher: () => deno.watchFs(GRANTED.directory),
  "iterator of a watcher": () => deno.watchFs(GRANTED.directory)[Symbol.asyncIterator](),
  "file that is made": () => deno.create(fresh()),
  "file that is made, at once": () => deno.createSync(fresh()),
  "kinds of seeking": () => [deno.SeekMode, deno.FsFile],
  "program to be started": () => command(),
  "program that runs": () => command().spawn(),
  "streams of a program": () => {
    const child = command().spawn();
    return [child.stdin, child.stdout, child.stderr, child.status];
  },
  "output of a program": () => new deno.Command(GRANTED.program, { args: ["x"] }).output(),
  "output of a program, at once": () => new deno.Command(GRANTED.program, { args: ["x"] }).outputSync(),
  "program by its short name": () => outcome(() => deno.spawn(GRANTED.program, ["x"], { stdout: "piped" })),
  "program to its end": () => outcome(() => deno.spawnAndWait(GRANTED.program, ["x"], { stdout: "piped" })),
  "program to its end, at once": () =>
    outcome(() => deno.spawnAndWaitSync(GRANTED.program, ["x"], { stdout: "piped" })),
  "class of programs": () => [deno.ChildProcess, deno.kill],
  environment: () => deno.env,
  system: () =>
    ["networkInterfaces", "systemMemoryInfo", "memoryUsage", "loadavg", "cpuUsage"].map((name) =>
      outcomeOf(() => deno[name]?.())
    ),
  library: () => deno.dlopen(GRANTED.library, { getpid: { parameters: [], result: "i32" } }),
  "function of a library": () =>
    deno.dlopen(GRANTED.library, { abs: { parameters: ["i32"], result: "i32" } }).symbols.abs,
  "function of a library that waits": () =>
    deno.dlopen(GRANTED.library, { abs: { parameters: ["i32"], result: "i32", nonblocking: true } }).symbols.abs(1),
  callback: () => new deno.UnsafeCallback({ parameters: [], result: "void" }, () => {}),
  pointer: () => deno.UnsafePointer.of(new Uint8Array(8)),
  "view of a pointer": () => new deno.UnsafePointerView(deno.UnsafePointer.of(new Uint8Array(8))),
  "function of a pointer": () => {
    const callback = new deno.UnsafeCallback({ parameters: [], result: "void" }, () => {});
    return new deno.UnsafeFnPointer(callback.pointer, { parameters: [], result: "void" });
  },
};
