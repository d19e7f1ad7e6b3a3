import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PortTransport, type TransportLimits } from "../../src/realm/transport.ts";
import { MAX_MESSAGE_LENGTH } from "../../src/realm/wire.ts";

/** A transport on one end of a channel, the other end in a peer's hands. */
function open(limits: TransportLimits = {}) {
  const { port1, port2 } = new MessageChannel();
  const { promise: fault, resolve } = Promise.withResolvers<Error>();
  const notices: unknown[] = [];
  const transport = new PortTransport(port1, { fault: resolve, notice: (notice) => void notices.push(notice) }, limits);
  return {
    transport,
    peer: port2,
    fault,
    notices,
    [Symbol.dispose]() {
      transport.close(new Error("the test is over"));
      port2.close();
    },
  };
}

Deno.test("PortTransport delivers text in order, whoever is first", async () => {
  using channel = open();
  const early = channel.transport.receive();
  for (const text of ["a", "b", "c"]) channel.peer.postMessage(text);
  assertEquals([await early, await channel.transport.receive(), await channel.transport.receive()], ["a", "b", "c"]);
});

for (
  const [what, message] of [
    ["an object", { toString: "b" }],
    ["a number", 1],
    ["nothing", undefined],
    ["a notice that is no JSON", "~{"],
    ["a text that is too long", "x".repeat(MAX_MESSAGE_LENGTH + 1)],
  ] as const
) {
  Deno.test(`PortTransport ends the session at ${what}`, async () => {
    using channel = open();
    const waiting = channel.transport.receive();
    waiting.catch(() => {});
    channel.peer.postMessage(message);
    const { message: reason } = await channel.fault;
    await assertRejects(() => waiting, Error, reason);
    await assertRejects(() => channel.transport.receive(), Error, reason);
  });
}

Deno.test("PortTransport fails what waits with its owner's word, when that closes it", async () => {
  const { port1, port2 } = new MessageChannel();
  const transport: PortTransport = new PortTransport(port1, {
    fault: ({ message }) => transport.close(new Error(`Realm a has ended: it sent ${message}`)),
    notice: () => {},
  });
  const waiting = transport.receive();
  waiting.catch(() => {});
  port2.postMessage(1);
  await assertRejects(() => waiting, Error, "Realm a has ended: it sent a message that is no text");
  port2.close();
});

Deno.test("PortTransport refuses to send what the other side would take for an attack", () => {
  using channel = open();
  assertThrows(() => channel.transport.send("x".repeat(MAX_MESSAGE_LENGTH + 1)), RangeError, "at most");
});

Deno.test("PortTransport can be closed twice", async () => {
  using channel = open();
  channel.transport.close(new Error("first"));
  channel.transport.close(new Error("second"));
  await assertRejects(() => channel.transport.receive(), Error, "first");
});

Deno.test("PortTransport tells notices apart from messages and keeps them in order", async () => {
  using channel = open();
  channel.peer.postMessage('~["log",1]');
  channel.peer.postMessage('["push"]');
  assertEquals(await channel.transport.receive(), '["push"]');
  assertEquals(channel.notices, [["log", 1]]);
});

Deno.test("PortTransport takes no message longer than it was told", async () => {
  using channel = open({ message: 10 });
  channel.peer.postMessage("0123456789");
  channel.peer.postMessage("0123456789+");
  assertEquals(await channel.transport.receive(), "0123456789");
  assertEquals((await channel.fault).message, "a message that is too long");
});
