/** What strangers can do to the modules that listen: half requests, lines that never end, answers that nobody reads. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ChannelOptions, ChannelPeer } from "asterism";
import { acceptAll, Refusals } from "../../modules/_accept.ts";
import { HeadFault, HeadReader, MAXIMUM_HEADERS, MAXIMUM_LINE, toRequest } from "../../modules/_http_head.ts";
import { parseHttpSettings, startServer } from "../../modules/_http_server.ts";
import { LineSession, MAXIMUM_UNREAD } from "../../modules/_line_session.ts";
import chanLine from "../../modules/chan_line.ts";
import { FakeHost, readConfig } from "./_fake_host.ts";

const HALF = "GET /health HTTP/1.1\r\nHost: loc";
const WHOLE = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/** A client that sends text and waits for the end. */
class Visitor implements Disposable {
  readonly connection: Deno.TcpConn;
  #text = "";

  constructor(connection: Deno.TcpConn) {
    this.connection = connection;
  }

  static async of(address: string): Promise<Visitor> {
    const { hostname, port } = new URL(`http://${address}`);
    return new Visitor(await Deno.connect({ hostname, port: Number(port) }));
  }

  async send(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await this.connection.write(bytes.subarray(at));
  }

  /** Waits for text and gives all that came. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (!await this.#read()) throw new Error(`ended without ${pattern}: ${this.#text}`);
    }
    return this.#text;
  }

  /** Waits for the end of the connection and gives all that came. */
  async end(): Promise<string> {
    while (await this.#read());
    return this.#text;
  }

  async #read(): Promise<boolean> {
    const bytes = new Uint8Array(4096);
    const count = await this.connection.read(bytes).catch(() => null);
    this.#text += new TextDecoder().decode(bytes.subarray(0, count ?? 0));
    return count !== null;
  }

  [Symbol.dispose](): void {
    this.connection.close();
  }
}

function serve(lines: string, answer: () => Promise<Response> = () => Promise.resolve(ok())) {
  const warnings: string[] = [];
  const settings = parseHttpSettings(readConfig("h", `[general]\nenabled = yes\nbindport = 0\n${lines}\n`));
  const server = startServer(settings, answer, { graceMs: 100, warn: (text) => void warnings.push(text) });
  return { server, warnings, [Symbol.asyncDispose]: () => server.stop() };
}

function ok(): Response {
  return new Response("ok\n", { headers: { "content-length": "3" } });
}

Deno.test("the HTTP server holds to sessionlimit, gives up who waits longest, and warns once", async () => {
  await using http = serve("sessionlimit = 10");
  const { server, warnings } = http;
  const halves = await Promise.all(Array.from({ length: 300 }, () => Visitor.of(server.address)));
  for (const half of halves) await half.send(HALF).catch(() => {});
  using honest = await Visitor.of(server.address);
  await honest.send(WHOLE);
  assertMatch(await honest.until(/ok\n/), /^HTTP\/1\.1 200 OK\r\n/);
  assertEquals(server.connections, 10);
  assertEquals(warnings, [
    "HTTP session count exceeded 10 sessions: the one that waits longest is given up for a further one",
  ]);
  for (const half of halves) half[Symbol.dispose]();
});

Deno.test("the HTTP server refuses further connections while all have requests that are answered", async () => {
  const gate = Promise.withResolvers<Response>();
  let asked = 0;
  const all = Promise.withResolvers<void>();
  await using http = serve("sessionlimit = 3", () => {
    if (++asked === 3) all.resolve();
    return gate.promise.then(ok);
  });
  const busy = await Promise.all([1, 2, 3].map(() => Visitor.of(http.server.address)));
  for (const visitor of busy) await visitor.send(WHOLE);
  await all.promise;
  using further = await Visitor.of(http.server.address);
  assertEquals(await further.end(), "");
  assertEquals(http.warnings, ["HTTP session count exceeded 3 sessions: a further one is refused"]);
  gate.resolve(ok());
  for (const visitor of busy) {
    assertStringIncludes(await visitor.until(/ok\n/), "200 OK");
    visitor[Symbol.dispose]();
  }
});

Deno.test("a request must arrive complete in time, however it trickles", async () => {
  await using http = serve("session_inactivity = 200");
  using visitor = await Visitor.of(http.server.address);
  const ended = visitor.end();
  const trickle = setInterval(() => void visitor.send("x").catch(() => {}), 20);
  await visitor.send(HALF);
  assertEquals(await ended, "");
  clearInterval(trickle);
});

Deno.test("a connection is kept for session_keep_alive, and not at all with 0", async () => {
  await using kept = serve("session_keep_alive = 100");
  using visitor = await Visitor.of(kept.server.address);
  await visitor.send(WHOLE + WHOLE);
  assertEquals((await visitor.end()).match(/200 OK/g)?.length, 2);
  await using single = serve("session_keep_alive = 0");
  using other = await Visitor.of(single.server.address);
  await other.send(WHOLE);
  assertMatch(await other.end(), /connection: close\r\n/);
});

Deno.test("an answer that nobody reads is given up, and counts as long as its client stays", async () => {
  const body = new Uint8Array(64 * 1024 * 1024);
  const long = () => new Response(body, { headers: { "content-length": String(body.length) } });
  let first = true;
  await using http = serve("session_inactivity = 200\nsessionlimit = 2", () => {
    const response = first ? long() : ok();
    first = false;
    return Promise.resolve(response);
  });
  const greedy = await Visitor.of(http.server.address);
  await greedy.send(WHOLE);
  while (first) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let count = 0; count < 20; count++) {
    using honest = await Visitor.of(http.server.address);
    await honest.send(WHOLE);
    assertMatch(await honest.until(/ok\n/), /^HTTP\/1\.1 200 OK\r\n/);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const got = (await greedy.end()).length;
  assertEquals(got < body.length, true, `${got} bytes came`);
  greedy[Symbol.dispose]();
  while (http.server.connections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

Deno.test("an endless answer ends for the server when the client goes", async () => {
  const gone = Promise.withResolvers<void>();
  const endless = () => new Response(new ReadableStream({ cancel: () => gone.resolve() }));
  await using http = serve("", () => Promise.resolve(endless()));
  const visitor = await Visitor.of(http.server.address);
  await visitor.send(WHOLE);
  await visitor.until(/\r\n\r\n/);
  visitor[Symbol.dispose]();
  await gone.promise;
});

Deno.test("a stream that comes when its request was cut is let go", async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const http = serve("", async () => {
    asked.resolve();
    await gate.promise;
    return new Response(new ReadableStream({ cancel: () => gone.resolve() }));
  });
  using visitor = await Visitor.of(http.server.address);
  await visitor.send(WHOLE);
  await asked.promise;
  await http.server.stop();
  gate.resolve();
  await gone.promise;
});

function readHead(text: string, piece = text.length) {
  const reader = new HeadReader();
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += piece) {
    const { head } = reader.push(bytes.subarray(at, at + piece));
    if (head !== undefined) return head;
  }
  return undefined;
}

Deno.test("HeadReader reads the same however bytes are cut", () => {
  const text = "\r\nGET /a?b=1 HTTP/1.1\r\nHost: localhost\nX: \t1  \r\nx: 2\r\n\r\n";
  for (const piece of [1, 2, 7, 1000]) {
    const { method, target, headers } = readHead(text, piece)!;
    assertEquals([method, target, headers.get("x")], ["GET", "/a?b=1", "1, 2"]);
  }
  assertEquals(readHead("GET / HTTP/1.1\r\nHost: a\r\n"), undefined);
});

Deno.test("HeadReader refuses what is too long or no request", () => {
  const header = (line: string) => `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`;
  const cases: [text: string, status: number][] = [
    ["x".repeat(MAXIMUM_LINE + 1), 414],
    [header(`a: ${"x".repeat(MAXIMUM_LINE)}`), 431],
    [header("a: b\r\n".repeat(MAXIMUM_HEADERS + 1)), 431],
    ["\n".repeat(100_000), 431],
    ["GET / HTTP/2.0\r\n\r\n", 505],
    ["GET  / HTTP/1.1\r\n\r\n", 400],
    ["get / HTTP/1.1\r\n\r\n", 400],
    ["\0\0\0\0\r\n\r\n", 400],
    [header("no colon"), 400],
    [header(" folded: 1"), 400],
    [header("a : 1"), 400],
    [header("a: \0"), 400],
    ["GET / HTTP/1.1\r\n\r\n", 400],
    [header("host: b"), 400],
    ["GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400],
    ["GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501],
  ];
  for (const [text, status] of cases) {
    const found = (() => {
      try {
        const head = readHead(text);
        return head === undefined ? "incomplete" : toRequest(head, "127.0.0.1:1").url;
      } catch (error) {
        return error instanceof HeadFault ? error.status : error;
      }
    })();
    assertEquals(found, status, JSON.stringify(text.slice(0, 60)));
  }
  assertEquals(toRequest(readHead("GET /x HTTP/1.0\r\n\r\n")!, "127.0.0.1:1").url, "http://127.0.0.1:1/x");
});

Deno.test("the server says why it refuses a head, although the client goes on sending", async () => {
  await using http = serve("");
  using visitor = await Visitor.of(http.server.address);
  await visitor.send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(100_000)}`);
  assertMatch(await visitor.end(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
});

Deno.test("Refusals warns of the first and then of how many there were", async () => {
  const told: string[] = [];
  const second = Promise.withResolvers<void>();
  const refusals = new Refusals((text) => void (told.push(text) === 2 && second.resolve()), 10);
  for (let count = 0; count < 1000; count++) refusals.tell("a", "full");
  await second.promise;
  refusals.close();
  refusals.close();
  assertEquals(told, ["full", "full (999 times since the last warning)"]);
});

Deno.test("acceptAll() goes on after connections that could not be accepted", async () => {
  const told: string[] = [];
  const refusals = new Refusals((text) => void told.push(text));
  let left = 2;
  let open = true;
  const connection = {} as Deno.Conn;
  const accept = () => left-- > 0 ? Promise.reject(new Error("too many open files")) : Promise.resolve(connection);
  await acceptAll({ accept }, { welcome: () => void (open = false), isOpen: () => open, refusals });
  assertEquals([open, told], [false, ["Cannot accept a connection: too many open files"]]);
  refusals.close();
});

/** chan_line with a host that opens channels only when it is told to. */
async function lines(conf: string) {
  const channels: { options: ChannelOptions; peer: ChannelPeer; received: string[] }[] = [];
  const gate = Promise.withResolvers<void>();
  const host = new FakeHost({
    files: { "chan_line.conf": `[general]\nbindport = 0\n${conf}\n` },
    directories: { astrundir: "/nowhere" },
  });
  const channel = async (options: ChannelOptions, peer: ChannelPeer) => {
    await gate.promise;
    const received: string[] = [];
    channels.push({ options, peer, received });
    const name = `Line/tcp-${channels.length}`;
    return {
      name,
      receive: (line: string) => Promise.resolve(void received.push(line)),
      hangup: () => Promise.resolve(),
    };
  };
  Object.assign(host.pbx, { channel });
  assertEquals(await chanLine.load?.(host), 0);
  const shown = () => host.type("line show sessions");
  const address = /Taken on (\S+)/.exec(await shown())![1]!;
  const until = async (pattern: RegExp) => {
    while (!pattern.test(await shown())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    ...{ host, channels, gate, address, until },
    [Symbol.asyncDispose]: async () => void await chanLine.unload?.(host),
  };
}

Deno.test("chan_line counts sessions where they are accepted, and warns once", async () => {
  await using line = await lines("maxsessions = 5");
  const visitors = await Promise.all(Array.from({ length: 50 }, () => Visitor.of(line.address)));
  const ends = visitors.map((visitor) => visitor.end());
  let refused = 0;
  const enough = Promise.withResolvers<void>();
  for (const end of ends) void end.then(() => ++refused === 45 && enough.resolve());
  await enough.promise;
  line.gate.resolve();
  await line.until(/^5 of 5 sessions$/m);
  assertEquals(line.channels.length, 5);
  assertEquals(line.host.said.filter((text) => text.startsWith("warning")), [
    "warning: A connection is refused: there are 5 sessions already",
  ]);
  await chanLine.unload?.(line.host);
  await Promise.all(ends);
  for (const visitor of visitors) visitor[Symbol.dispose]();
});

/** Both ends of a connection. */
async function pair(limits: Partial<ConstructorParameters<typeof LineSession>[1]> = {}) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [connection, visitor] = await Promise.all([
    listener.accept(),
    Visitor.of(`127.0.0.1:${listener.addr.port}`),
  ]);
  const session = new LineSession(connection, { firstLineTimeout: 0, idleTimeout: 0, writeTimeout: 10_000, ...limits });
  return { session, visitor, [Symbol.dispose]: () => (session.close(), visitor[Symbol.dispose]()) };
}

Deno.test("a session ends without a first line, although bytes come", async () => {
  using two = await pair({ firstLineTimeout: 100 });
  const trickle = setInterval(() => void two.visitor.send("x").catch(() => {}), 10);
  const received: string[] = [];
  await two.session.receive((line) => Promise.resolve(void received.push(line)));
  clearInterval(trickle);
  assertEquals(two.session.why, "no line came within 0.1 s");
});

Deno.test("a session sends nothing that the caller's terminal obeys", async () => {
  using two = await pair();
  await two.session.write("a\x1b]52;c;x\x07\u0085\u202e\tb\nover");
  assertEquals(await two.visitor.until(/over\n/), "a\\u{1b}]52;c;x\\u{7}\\u{85}\\u{202e}\tb\nover\n");
});

Deno.test("a session ends when nothing is said, in either direction", async () => {
  using two = await pair({ idleTimeout: 200 });
  for (let count = 0; count < 3; count++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await two.session.write("still here");
  }
  assertEquals(two.session.why, undefined);
  await two.session.receive(() => Promise.resolve());
  assertEquals(two.session.why, "nothing was said within 0.2 s");
});

Deno.test("a session whose caller does not read keeps so much and then ends", async () => {
  using two = await pair();
  const line = "x".repeat(8192);
  const failed: unknown[] = [];
  let written = 0;
  while (two.session.why === undefined) {
    two.session.write(line).catch((error) => void failed.push(error));
    if (++written % 8 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  assertEquals(two.session.why, "what it is sent is not read");
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(
    failed.length * line.length > MAXIMUM_UNREAD / 2 && failed.length * line.length < 2 * MAXIMUM_UNREAD,
    true,
  );
  using slow = await pair({ writeTimeout: 100 });
  const huge = slow.session.write("x".repeat(64 * 1024 * 1024)).catch(() => "failed");
  assertEquals([await huge, slow.session.why], ["failed", "what it is sent is not read within 0.1 s"]);
});

Deno.test("lines written at once come one after the other", async () => {
  using two = await pair();
  const lines = Array.from({ length: 20 }, (_, at) => String(at % 10).repeat(10_000));
  const reading = two.visitor.end();
  await Promise.all(lines.map((line) => two.session.write(line)));
  two.session.close();
  assertEquals(await reading, lines.map((line) => `${line}\n`).join(""));
});
