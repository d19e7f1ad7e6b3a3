import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RpcSession, type RpcStub, RpcTarget } from "capnweb";
import { HostTransport } from "../../src/realm/host_transport.ts";
import { PortTransport } from "../../src/realm/transport.ts";
import { Turns } from "../../src/realm/turns.ts";

/** The host's end of a channel, the other in a peer's hands. */
function open(limits: Partial<{ message: number; queue: number }> = {}) {
  const { port1, port2 } = new MessageChannel();
  const { promise: fault, resolve } = Promise.withResolvers<Error>();
  const notices: unknown[] = [];
  const refusals: string[] = [];
  const transport = new HostTransport(port1, {
    fault: resolve,
    notice: (notice) => void notices.push(notice),
    refused: (why) => void refusals.push(why),
  }, { message: 1024 * 1024, queue: 1000, ...limits });
  return {
    transport,
    peer: port2,
    fault,
    notices,
    refusals,
    [Symbol.dispose]() {
      transport.close(new Error("the test is over"));
      port2.close();
    },
  };
}

/** What a host offers in these tests: a method that is declared, and what stands for those that are not. */
class Main extends RpcTarget {
  readonly got: unknown[] = [];
  config(file: unknown): string {
    this.got.push(file);
    return `read ${file}`;
  }
  refused(why: string): never {
    throw new TypeError(why);
  }
}

/** A session with a peer that may send what it likes. */
function session() {
  const channel = open();
  const main = new Main();
  new RpcSession(channel.transport, main);
  const far = new PortTransport(channel.peer, { fault: () => {}, notice: () => {} });
  const stub = new RpcSession<Main>(far).getRemoteMain() as unknown as RpcStub<{ config(file: unknown): string }>;
  return { channel, main, stub };
}

Deno.test("HostTransport delivers messages and notices in order, parsed once", async () => {
  using channel = open();
  const early = channel.transport.receive();
  channel.peer.postMessage('["pull",1]');
  assertEquals(await early, ["pull", 1]);
  channel.peer.postMessage('~["log",1]');
  channel.peer.postMessage('["pull",2]');
  assertEquals(await channel.transport.receive(), ["pull", 2]);
  assertEquals(channel.notices, [["log", 1]]);
});

for (
  const [what, message, words] of [
    ["an object", { toString: "b" }, "no text"],
    ["nothing", undefined, "no text"],
    ["a notice that is no JSON", "~{", "a notice that cannot be read"],
    ["a notice that is too long", `~["log","${"x".repeat(1024 * 1024)}"]`, "too long"],
    ["no message of Cap'n Web", '["hello"]', "no known kind"],
  ] as const
) {
  Deno.test(`HostTransport ends the session at ${what}`, async () => {
    using channel = open();
    channel.peer.postMessage(message);
    await assertRejects(() => channel.transport.receive());
    assertMatch((await channel.fault).message, new RegExp(words));
  });
}

Deno.test("a call with a blob whose stream never ends fails, and the session goes on", async () => {
  const { channel, main, stub } = session();
  using _channel = channel;
  const blob = new Blob([]);
  let pulled = 0;
  Object.defineProperty(blob, "stream", {
    value: () => new ReadableStream({ pull: (controller) => (pulled++, controller.enqueue(new Uint8Array(100_000))) }),
  });
  await assertRejects(async () => await stub.config(blob), TypeError, "argument 1 is a blob");
  assertEquals(await stub.config("sample.conf"), "read sample.conf");
  assertEquals(main.got, ["sample.conf"]);
  assert(pulled < 20, `${pulled} pieces were taken out of the stream`);
  assertMatch(channel.refusals.join("\n"), /Cannot take a stream\n.*Cannot call config: argument 1 is a blob/);
});

Deno.test("calls with functions, promises and objects in place of texts fail one by one", async () => {
  const { channel, main, stub } = session();
  using _channel = channel;
  const bad = [() => 1, { then: (go: (value: string) => void) => go("x") }, [], new Date(), 5, new ReadableStream()];
  for (const value of bad) await assertRejects(async () => await stub.config(value), TypeError, "Cannot");
  assertEquals(await stub.config("x"), "read x");
  assertEquals(main.got, ["x"]);
});

Deno.test("HostTransport gives the thread back while a peer floods it", async () => {
  using channel = open({ queue: 1_000_000 });
  const main = new class extends RpcTarget {
    modules(): number {
      const began = performance.now();
      while (performance.now() - began < 1);
      return 1;
    }
  }();
  new RpcSession(channel.transport, main);
  let turns = 0;
  let over = false;
  const others = (async () => {
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      turns++;
    }
  })();
  // 300 calls of a millisecond: without turns they would be one piece of work.
  for (let call = 1; call <= 300; call++) channel.peer.postMessage('["push",["pipeline",0,["modules"],[]]]');
  channel.peer.postMessage('["pull",300]');
  await new Promise<void>((resolve) =>
    channel.peer.onmessage = ({ data }) => String(data).startsWith('["resolve",300') && resolve()
  );
  over = true;
  await others;
  assert(turns >= 10, `others had ${turns} turns while 300 calls were worked on`);
});

Deno.test("HostTransport tells who delivers to wait, and when there is room again", async () => {
  const port = {
    onmessage: null,
    onmessageerror: null,
    postMessage() {},
    close() {},
  } as unknown as ConstructorParameters<
    typeof HostTransport
  >[0];
  const transport = new HostTransport(port, { fault: () => {}, notice: () => {}, refused: () => {} }, {
    message: 10_000,
    queue: 10_000,
  });
  assertEquals(port.room?.(), undefined);
  for (let count = 0; count < 1500; count++) port.onmessage?.({ data: '["pull",1]' } as MessageEvent);
  const room = port.room?.();
  assert(room !== undefined);
  for (let count = 0; count < 1000; count++) await transport.receive();
  await room;
  assertEquals(port.room?.(), undefined);
  for (let count = 0; count < 60_000; count++) port.onmessage?.({ data: '["pull",1]' } as MessageEvent);
  await assertRejects(() => transport.receive(), Error, "more than can be worked on");
});

Deno.test("HostTransport takes back at once what it does not send", async () => {
  using channel = open();
  channel.transport.send(["push", ["pipeline", -1, [], ["x".repeat(17 * 1024 * 1024), ["export", -7]]]]);
  assertEquals(await channel.transport.receive(), ["release", -7, 1]);
});

Deno.test("HostTransport fails what waits with its owner's word, when that closes it", async () => {
  using channel = open();
  const waiting = channel.transport.receive();
  channel.transport.close(new Error("first"));
  channel.transport.close(new Error("second"));
  await assertRejects(() => waiting, Error, "first");
  await assertRejects(() => channel.transport.receive(), Error, "first");
});

Deno.test("Turns let messages pass until their slice is spent, then wait for all alike", async () => {
  const turns = new Turns(5);
  assertEquals(turns.wait(), undefined);
  const began = turns.begin(true);
  while (performance.now() - began < 6);
  turns.end(began);
  const next = turns.wait();
  assert(next !== undefined);
  assertEquals(turns.wait(), next);
  await next;
  assertEquals(turns.wait(), undefined);
});

Deno.test("Turns count what messages have caused, unless a message has just come", () => {
  const turns = new Turns(5);
  const busy = (milliseconds: number) => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  };
  turns.end(turns.begin(true));
  busy(6);
  turns.end(turns.begin(true));
  assertEquals(turns.wait(), undefined);
  busy(6);
  turns.end(turns.begin(false));
  assert(turns.wait() !== undefined);
  return turns.wait();
});
