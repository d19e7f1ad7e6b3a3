import { assertEquals, assertRejects } from "@std/assert";
import { CallingEnd, isPlain, type LinkCounts, ServingEnd } from "../../src/realm/guest/direct_link.ts";
import type { LinkInit } from "../../src/realm/wire.ts";

const INIT: LinkInit = {
  id: 1,
  serves: true,
  module: "m",
  service: "s",
  limits: { call: 200, calls: 2, message: 1000 },
};

/** What a service has that gives back what it is given. */
function serving() {
  return {
    methods: { echo: (value: unknown) => Promise.resolve(value) },
    counts: { calls: 0, served: 0 } satisfies LinkCounts,
    exceeded: () => {},
  };
}

Deno.test("isPlain() takes exactly what JSON gives back", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  for (const plain of [null, "", "x", true, 0, -1.5, [], [1, ["a"]], {}, { a: { b: [null] } }, Object.create(null)]) {
    assertEquals(isPlain(plain), true, JSON.stringify(plain));
    assertEquals(JSON.parse(JSON.stringify(plain)), plain);
  }
  const others = [
    ...[undefined, NaN, Infinity, -0, 1n, Symbol("s"), () => {}, new Date(), new Uint8Array(1), new Map(), /x/],
    ...[[undefined], [, 1], { a: undefined }, { toJSON: () => 1 }, JSON.parse('{"__proto__":1}'), cyclic],
    ...[new (class Point {})(), { [Symbol("s")]: 1 }, new Error("e"), Promise.resolve()],
  ];
  for (const other of others) assertEquals(isPlain(other), false, String(other));
});

Deno.test("ServingEnd runs the service's own methods only and closes at what it cannot read", async () => {
  const { port1, port2 } = new MessageChannel();
  const answers: string[] = [];
  const end = new ServingEnd(port1, serving(), INIT);
  const answer = () => new Promise<string>((resolve) => port2.onmessage = ({ data }) => resolve(data));
  const ask = (message: unknown) => {
    const next = answer();
    port2.postMessage(message);
    return next;
  };
  answers.push(await ask('~["call",1,"echo",["x"]]'));
  for (const method of ["constructor", "toString", "__proto__", "nothing"]) {
    answers.push(await ask(JSON.stringify(["call", 2, method, []]).replace(/^/, "~")));
  }
  assertEquals(answers[0], '~["done",1,"x"]');
  assertEquals(answers.slice(1).every((text) => text.startsWith('~["failed",2,"service \\"s\\" has no method')), true);
  for (const bad of ['~["call",3,"echo","no list"]', { not: "text" }, `~${"x".repeat(1001)}`, "~{"]) {
    const pair = new MessageChannel();
    const closed = new ServingEnd(pair.port1, serving(), INIT);
    pair.port2.postMessage(bad);
    pair.port2.postMessage('~["call",9,"echo",["late"]]');
    pair.port2.onmessage = ({ data }) => answers.push(data);
    // Whatever it would answer comes before the answer of an end that is well.
    answers.push(await ask('~["call",4,"echo",["x"]]'));
    closed.close();
    pair.port2.close();
  }
  assertEquals(answers.filter((text) => text.includes("late")), []);
  end.close();
  end.close();
  port2.close();
});

Deno.test("CallingEnd ends what waits when it is late, closed or told nonsense", async () => {
  const open = () => {
    const { port1, port2 } = new MessageChannel();
    const told: string[] = [];
    return { end: new CallingEnd(port1, { ...INIT, serves: false }, (one) => void told.push(one)), peer: port2, told };
  };
  const late = open();
  const [first, second] = [late.end.call("a", []), late.end.call("b", [])];
  await assertRejects(() => first, Error, "m: s.a: no answer within 0.2 s");
  await assertRejects(() => second, Error, "m: s.b: no answer within 0.2 s");
  assertEquals([late.end.open, late.told], [true, ["m: s.a: no answer within 0.2 s"]]);
  const closed = open();
  const waiting = closed.end.call("a", []);
  closed.end.close();
  await assertRejects(() => waiting, Error, "was closed");
  assertEquals(closed.end.open, false);
  const fooled = open();
  const asked = fooled.end.call("a", []);
  fooled.peer.postMessage('~["done",77,"for nobody"]');
  fooled.peer.postMessage({});
  await assertRejects(() => asked, Error, "no text");
  assertEquals(fooled.end.open, false);
  late.end.close();
  for (const { peer } of [late, closed, fooled]) peer.close();
});
