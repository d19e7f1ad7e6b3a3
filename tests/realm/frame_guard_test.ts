import { assert, assertEquals, assertMatch } from "@std/assert";
import { BOUNDS, MAX_NODES } from "../../src/realm/bounds.ts";
import { type Frame, FrameGuard } from "../../src/realm/frame_guard.ts";
import { MAX_MESSAGE_LENGTH } from "../../src/realm/wire.ts";

const LIMITS = { message: 8 * 1024 * 1024, queue: 10, held: 32 * 1024 * 1024 };

function guard(limits: Partial<typeof LIMITS> = {}): FrameGuard {
  return new FrameGuard({ ...LIMITS, ...limits });
}

/** A call as a realm sends it; arguments are encoded already. */
function call(name: string, ...args: unknown[]): string {
  return JSON.stringify(["push", ["pipeline", 1, [name], args]]);
}

/** What becomes of a message: passed on, refused with a reason, or the end of the realm with one. */
function judged(text: string, guarded = guard()): string {
  const judgement = guarded.judge(text);
  if ("fault" in judgement) return `fault: ${judgement.fault}`;
  if (judgement.refusal === undefined) return "passed";
  // The refusal takes the place of the call, in the order of calls.
  assertEquals(judgement.message[1], ["pipeline", 0, ["refused"], [judgement.refusal]]);
  return `refused: ${judgement.refusal}`;
}

const UNDEFINED = ["undefined"];
const FUNCTION = ["export", -1];

Deno.test("FrameGuard passes on what is declared", () => {
  const good: readonly string[] = [
    call("config", "sample.conf"),
    call("registerApplication", "Echo", FUNCTION),
    call("registerFunction", "LEN", { read: FUNCTION, write: UNDEFINED }),
    call("registerService", "clock", { now: FUNCTION, then_: FUNCTION }),
    call("registerCommand", { command: "a b", summary: "", usage: UNDEFINED }, ["import", 5]),
    call("runApplication", "Set", "a=b", UNDEFINED),
    call("runApplication", "Set", "a=b"),
    call("managerEvent", "Event", "agent", [[[["Name", "Value"]]]]),
    call("remove", "context", "extension", null),
    call("readLine", ["inf"]),
    call("readLine", ["nan"]),
    JSON.stringify(["push", ["pipeline", -3, [], [[[1, { a: FUNCTION }]], ["date", 5], ["bigint", "12"]]]]),
    JSON.stringify(["push", ["pipeline", 2, ["methods", "now"], []]]),
    JSON.stringify(["resolve", 1, { a: [[1, 2]], b: FUNCTION, then: "a text" }]),
    JSON.stringify(["reject", 1, ["error", "TypeError", "words"]]),
    JSON.stringify(["pull", 1]),
    JSON.stringify(["abort", ["error", "Error", "bye"]]),
  ];
  for (const text of good) assertEquals(judged(text), "passed", text);
});

Deno.test("FrameGuard refuses a call that is not as declared, and only that call", () => {
  const bad: readonly (readonly [text: string, why: RegExp])[] = [
    [call("close"), /Cannot call close: there is no such method/],
    [call("constructor"), /there is no such method/],
    [call("pauses"), /there is no such method/],
    [call("config", ["blob", "", ["readable", 7]]), /Cannot call config: argument 1 is a blob, expected a text/],
    [call("config", ["readable", 7]), /is a stream/],
    [call("config", ["promise", -4]), /is a promise/],
    [call("config", ["pipeline", 1, ["config"], ["x"]]), /is a promise/],
    [call("config", ["remap", 1, [[]], [[]], [[]]]), /is a promise/],
    [call("config", ["request", "http://x", {}]), /is a value of the kind "request"/],
    [call("config", { then: FUNCTION }), /is an object, expected a text/],
    [call("config", FUNCTION), /is a function, expected a text/],
    [call("config"), /is nothing, expected a text/],
    [call("config", "x".repeat(1001)), /is a text of 1001 characters, expected a text of at most 1000/],
    [call("config", "x", "y"), /it takes 1 arguments, not 2/],
    [call("registerApplication", "Echo", "no function"), /argument 2 is a text of 11 characters, expected a function/],
    [call("registerApplication", "Echo", ["export", 5]), /expected a function/],
    [call("registerApplication", "Echo", ["export", -1.5]), /expected a function/],
    [call("registerFunction", "LEN", { read: { then: FUNCTION } }), /argument 2\.read is an object/],
    [call("registerCommand", { command: "a", summary: "", evil: 1 }, FUNCTION), /one with "evil"/],
    [call("managerEvent", "E", "", [[[["only a name"]]]]), /argument 3\[0\] is a list, expected a list of 2/],
    [call("part", [[{ name: "x", includes: [[]], priorities: [[{ extension: "s" }]] }]]), /priorities\[0\]\.priority/],
    [JSON.stringify(["push", ["pipeline", -3, [], [{ then: FUNCTION }]]]), /argument 1\."then" is a function/],
    [JSON.stringify(["push", ["pipeline", -3, [], [["bigint", "9".repeat(2000)]]]]), /more than 1000 digits/],
    [JSON.stringify(["push", ["pipeline", -3, [], [nested(300)]]]), /nested 256 deep/],
    [JSON.stringify(["push", ["pipeline", -3, [], [[Array(1001).fill(FUNCTION)]]]]), /too many functions/],
    [JSON.stringify(["push", ["pipeline", 1, ["config"]]]), /no arguments/],
    [JSON.stringify(["push", ["pipeline", 1]]), /only methods can be called/],
    [JSON.stringify(["push", ["remap", 1, [], [], []]]), /only methods can be called/],
    [JSON.stringify(["push", ["pipeline", 1, ["a", "b", "c"], []]]), /only methods can be called/],
    [JSON.stringify(["push", ["pipeline", 1, [0], []]]), /only methods can be called/],
    [JSON.stringify(["push", "x"]), /only methods can be called/],
    ['["pipe"]', /Cannot take a stream/],
  ];
  for (const [text, why] of bad) assertMatch(judged(text), new RegExp(`^refused: .*${why.source}`), text.slice(0, 200));
});

Deno.test("FrameGuard refuses a long call by its head, before it reads the rest", () => {
  // No JSON at all: whoever decoded it would throw.
  const text = `["push",["pipeline",1,["config"],["${"x".repeat(10_000)}`;
  assertMatch(judged(text), /^refused: Cannot call config: its arguments have 1\d+ characters, 8192 at most/);
  const wide = JSON.stringify(["push", ["pipeline", -3, [], [[Array(MAX_NODES + 1).fill(0)]]]]);
  assertMatch(judged(wide), /its arguments have more than 100000 parts/);
  // Commas in a text are no parts.
  assertEquals(judged(JSON.stringify(["push", ["pipeline", -3, [], [',"\\'.repeat(MAX_NODES)]]])), "passed");
});

Deno.test("FrameGuard lets a stream of a refused pipe end in a refusal", () => {
  const guarded = guard();
  assertMatch(judged('["pipe"]', guarded), /^refused/);
  const judgement = guarded.judge(JSON.stringify(["stream", ["pipeline", 1, ["write"], [["bytes", "AAAA"]]]]));
  assert("message" in judgement);
  assertEquals(judgement.message[0], "stream");
  assertEquals((judgement.message[1] as Frame)[2], ["refused"]);
});

Deno.test("FrameGuard turns an answer that is no data into a failure of that call", () => {
  const bad: readonly (readonly [value: unknown, why: RegExp])[] = [
    [["blob", "", ["readable", 1]], /its value is a blob/],
    [{ a: [[["writable", -5]]] }, /its value\.\\?"a\\?"\[0\] is a stream/],
    [{ then: FUNCTION }, /is a function/],
    [[Array(MAX_NODES + 1).fill(0)], /more than 100000 parts/],
  ];
  for (const [value, why] of bad) {
    const judgement = guard().judge(JSON.stringify(["resolve", 4, value]));
    assert("message" in judgement);
    assertEquals(judgement.message.slice(0, 2), ["reject", 4]);
    assertMatch(JSON.stringify(judgement.message[2]), why);
  }
});

Deno.test("FrameGuard ends the realm at what is no message", () => {
  const bad = [
    "",
    "[",
    "{}",
    '["push",["pipeline",1,["config"],["a"]],1]',
    '["push",["pipeline",1,["config"],["a"]]',
    '["pull","x"]',
    '["pull",1.5]',
    '["release",1]',
    '["release",1,-5]',
    '["release",1,0.5]',
    '["resolve","x",1]',
    '["resolve",1]',
    '["reject",1,["blob","",["readable",1]]]',
    '["abort",["readable",1]]',
    '["unknown",1]',
    `["pull",${" ".repeat(200)}1]`,
  ];
  for (const text of bad) assertMatch(judged(text), /^fault: /, text);
  assertEquals(judged("x".repeat(100), guard({ message: 99 })), "fault: a message that is too long");
});

Deno.test("FrameGuard ends a realm that leaves too many or too large calls behind", () => {
  const many = guard({ queue: 3 });
  for (let round = 1; round <= 5; round++) {
    assertEquals(judged(call("modules"), many), "passed");
    assertEquals(judged(`["release",${round},1]`, many), "passed");
  }
  // What the host itself has exported may be released, too: that is no room for more calls.
  assertEquals(judged('["release",-1,1]', many), "passed");
  for (let round = 0; round < 3; round++) judged(call("modules"), many);
  assertEquals(judged(call("modules"), many), "fault: more than 3 calls whose end it did not await");

  const large = guard({ held: 20_000 });
  const size = JSON.stringify(["push", ["pipeline", -1, [], ["x".repeat(9_000)]]]);
  assertEquals(judged(size, large), "passed");
  assertEquals(judged(size, large), "passed");
  assertMatch(judged(size, large), /^fault: calls of more than 20000 characters/);

  const functions = guard({ queue: 1000 });
  const thousand = JSON.stringify(["push", ["pipeline", -1, [], [[Array(1000).fill(FUNCTION)]]]]);
  for (let round = 0; round < 20; round++) assertEquals(judged(thousand, functions), "passed");
  assertMatch(judged(thousand, functions), /^fault: more than 20000 functions/);
});

Deno.test("FrameGuard counts functions that were given back", () => {
  const guarded = guard({ queue: 1000 });
  const thousand = JSON.stringify(["push", ["pipeline", -1, [], [[Array(1000).fill(FUNCTION)]]]]);
  for (let round = 0; round < 100; round++) {
    assertEquals(judged(thousand, guarded), "passed");
    assertEquals(guarded.send(["release", -1, 1000], ""), undefined);
  }
});

Deno.test("FrameGuard keeps back from a realm what it could not take", () => {
  const guarded = guard({ held: 2500 });
  const send = (frame: Frame) => guarded.send(frame, JSON.stringify(frame));
  const push = (length: number) => send(["push", ["pipeline", -1, [], ["x".repeat(length), ["export", -7]]]]);
  assertEquals(push(800), undefined);
  const long = push(MAX_MESSAGE_LENGTH);
  assertEquals(long?.dropped, [-7]);
  assertMatch(
    JSON.stringify(long?.instead),
    /"refused"\],\["Cannot call it: the call has \d+ characters: 16777216 at most"/,
  );
  assertEquals(push(800), undefined);
  assertMatch(JSON.stringify(push(900)?.instead), /calls of 1\d+ characters are in progress there already/);
  // The first is answered: there is room again.
  guarded.judge('["resolve",1,0]');
  assertEquals(push(900), undefined);

  const answer = send(["resolve", 1, "x".repeat(MAX_MESSAGE_LENGTH)]);
  assertMatch(JSON.stringify(answer?.instead), /^\["reject",1,\["error","RangeError","the answer has \d+ characters/);
});

Deno.test("FrameGuard ends a realm that does not take what it asks for", () => {
  const guarded = guard({ held: 5000 });
  for (let round = 1; round <= 5; round++) guarded.judge(call("modules"));
  const answer = (id: number): Frame => ["resolve", id, "x".repeat(1500)];
  const send = (id: number) => guarded.send(answer(id), JSON.stringify(answer(id)));
  assertEquals([send(1), send(2)], [undefined, undefined]);
  guarded.judge('["release",1,1]');
  assertEquals([send(3), send(4)], [undefined, undefined]);
  let thrown = "";
  try {
    send(5);
  } catch (error) {
    thrown = (error as Error).message;
  }
  assertEquals(thrown, "it does not take what it has asked for");
});

Deno.test("no method that is called is without a declaration", async () => {
  const prototypes = {
    handle: (await import("../../src/loader/host_handle.ts")).HostHandle.prototype,
    references: (await import("../../src/loader/references.ts")).ReferenceTarget.prototype,
    pbx: (await import("../../src/loader/pbx_target.ts")).PbxTarget.prototype,
    draft: (await import("../../src/loader/draft_target.ts")).DraftTarget.prototype,
    database: (await import("../../src/loader/database_target.ts")).DatabaseTarget.prototype,
    admin: (await import("../../src/loader/admin_target.ts")).AdminTarget.prototype,
    call: (await import("../../src/loader/call.ts")).CallTarget.prototype,
    main: (await import("../../src/realm/guest_realm.ts")).HostMain.prototype,
  };
  // For the host itself; no realm can call them, for they are not declared.
  const own = ["handle.close", "call.close", "call.pauses"];
  const found = Object.entries(prototypes).flatMap(([object, prototype]) =>
    Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor").map((name) => `${object}.${name}`)
  ).filter((name) => !own.includes(name)).sort();
  const declared = Object.entries(BOUNDS).flatMap(([object, methods]) =>
    Object.keys(methods).map((name) => `${object}.${name}`)
  ).sort();
  assertEquals(found, declared);
});

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}
